// SPDX-License-Identifier: Apache-2.0
import KafkaBridge
import Testing

@Suite(.enabled(if: KafkaCluster.isThere, KafkaCluster.missing))
struct KafkaBridgeTransactionTests {
    private func producer(_ id: String, timeoutMs: Int = 15_000) throws -> KafkaProducer {
        let producer = try KafkaProducer(
            .transactional(bootstrap: KafkaCluster.bootstrap, id: id, timeoutMs: timeoutMs)
        )
        try producer.initTransactions(within: .seconds(60))
        return producer
    }

    private func member(_ group: String, instance: String? = nil) throws -> KafkaConsumer {
        var config = KafkaConfig.consumer(bootstrap: KafkaCluster.bootstrap, group: group)
        config["group.instance.id"] = instance
        config["partition.assignment.strategy"] = "range"
        config["session.timeout.ms"] = "6000"
        config["heartbeat.interval.ms"] = "500"
        return try KafkaConsumer(config)
    }

    @Test func `aborted records are invisible, and the end comes all the same`() throws {
        let name = try KafkaCluster.freshTopic()
        let producer = try producer(KafkaCluster.freshPrefix("abort"))
        let topic = try producer.topic(name)
        for (text, commits) in [("a", true), ("b", false), ("c", true), ("d", false)] {
            try producer.beginTransaction()
            try producer.produce(to: topic, partition: 0, key: nil, value: Array(text.utf8))
            try producer.flush(within: .seconds(20))
            if commits {
                try producer.commitTransaction(within: .seconds(20))
            } else {
                try producer.abortTransaction(within: .seconds(20))
            }
        }
        producer.close()
        #expect(try KafkaConsumer.visible(in: name).map(\.text) == ["a", "c"])
        let all = try KafkaConsumer.visible(in: name, isolation: "read_uncommitted")
        #expect(all.map(\.text) == ["a", "b", "c", "d"])
    }

    @Test func `offsets sent with a transaction are the group's only when it commits`() throws {
        let name = try KafkaCluster.freshTopic()
        let partition = KafkaPartition(name, 0)
        let group = KafkaCluster.freshPrefix("group")
        let consumer = try member(group, instance: "one")
        defer { #expect(consumer.close()) }
        try consumer.subscribe([name])
        let end = ContinuousClock.now + .seconds(30)
        while try consumer.assignment().isEmpty, ContinuousClock.now < end {
            _ = consumer.read()
            try consumer.answerRebalances()
        }
        let producer = try producer(group + "tx")
        defer { producer.close() }
        for (offset, commits) in [(Int64(5), false), (7, true)] {
            try producer.beginTransaction()
            let membership = try consumer.membership()
            let isValid = membership.isValid
            #expect(isValid)
            try producer.sendOffsets([partition: offset], as: membership, within: .seconds(20))
            if commits {
                try producer.commitTransaction(within: .seconds(20))
            } else {
                try producer.abortTransaction(within: .seconds(20))
            }
            #expect(try consumer.committed([partition], within: .seconds(20)) == (commits ? [partition: offset] : [:]))
        }
    }

    @Test func `a second producer with the same id fences the first`() throws {
        let name = try KafkaCluster.freshTopic()
        let id = KafkaCluster.freshPrefix("fence")
        let first = try producer(id)
        let topic = try first.topic(name)
        try first.beginTransaction()
        try first.produce(to: topic, partition: 0, key: nil, value: Array("lost".utf8))
        try first.flush(within: .seconds(20))
        let second = try producer(id)
        let error = #expect(throws: KafkaError.self) { try first.commitTransaction(within: .seconds(20)) }
        #expect(error?.verdict == .stop)
        let secondTopic = try second.topic(name)
        try second.beginTransaction()
        try second.produce(to: secondTopic, partition: 0, key: nil, value: Array("kept".utf8))
        try second.commitTransaction(within: .seconds(20))
        first.close()
        second.close()
        #expect(try KafkaConsumer.visible(in: name).map(\.text) == ["kept"])
    }

    @Test func `a transaction that stayed open too long cannot commit`() throws {
        let name = try KafkaCluster.freshTopic()
        let producer = try producer(KafkaCluster.freshPrefix("slow"), timeoutMs: 1_500)
        let topic = try producer.topic(name)
        try producer.beginTransaction()
        try producer.produce(to: topic, partition: 0, key: nil, value: [1])
        try producer.flush(within: .seconds(5))
        let end = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < end { producer.serve() }
        let error = #expect(throws: KafkaError.self) { try producer.commitTransaction(within: .seconds(10)) }
        #expect(error?.verdict == .stop)
        producer.close()
        #expect(try KafkaConsumer.visible(in: name).isEmpty)
    }

    @Test func `two members share the partitions, and a pattern finds topics`() throws {
        let prefix = KafkaCluster.freshPrefix("share")
        let admin = try KafkaCluster.admin()
        _ = try admin.create([KafkaNewTopic(prefix + "a", partitions: 2), KafkaNewTopic(prefix + "b", partitions: 2)])
        admin.close()
        let pattern = "^" + prefix.replacing(".", with: "\\.") + ".+"
        let (one, two) = (try member(prefix, instance: "1"), try member(prefix, instance: "2"))
        try one.subscribe([pattern])
        try two.subscribe([pattern])
        let end = ContinuousClock.now + .seconds(40)
        var (ofOne, ofTwo): ([KafkaPartition], [KafkaPartition]) = ([], [])
        while ofOne.count != 2 || ofTwo.count != 2, ContinuousClock.now < end {
            for consumer in [one, two] {
                _ = consumer.read(wait: .milliseconds(20))
                try consumer.answerRebalances()
            }
            (ofOne, ofTwo) = (try one.assignment().sorted(), try two.assignment().sorted())
        }
        // Range: partitions with one number go to one member.
        #expect(Set(ofOne.map(\.partition)).count == 1)
        #expect(Set(ofOne + ofTwo).count == 4)
        one.close()
        two.close()
    }

    @Test func `plain commits are kept for the group`() throws {
        let name = try KafkaCluster.freshTopic(partitions: 2)
        let consumer = try member(KafkaCluster.freshPrefix("plain"))
        defer { #expect(consumer.close()) }
        let offsets: [KafkaPartition: Int64] = [KafkaPartition(name, 0): 3, KafkaPartition(name, 1): 0]
        try consumer.commit(offsets, within: .seconds(20))
        #expect(try consumer.committed(offsets.keys, within: .seconds(20)) == offsets)
    }
}
