// SPDX-License-Identifier: Apache-2.0
import Foundation
import KafkaBridge
import Synchronization
import Testing

@Suite(.enabled(if: KafkaCluster.isThere, KafkaCluster.missing))
struct KafkaBridgeRecordTests {
    private func producer(_ extra: [String: String] = [:]) throws -> KafkaProducer {
        try KafkaProducer(.producer(bootstrap: KafkaCluster.bootstrap).merging(extra))
    }

    @Test func `null and empty keys, values and headers come back as they went`() throws {
        let name = try KafkaCluster.freshTopic(partitions: 2)
        let producer = try producer()
        let topic = try producer.topic(name)
        try producer.produce(to: topic, partition: 1, key: nil, value: [], headers: [("empty", []), ("h", [7, 0, 8])])
        try producer.produce(to: topic, partition: 1, key: [], value: nil)
        try producer.produce(to: topic, partition: 1, bytes: [1, 2, 3, 4], key: 1..<3, value: 3..<4)
        try producer.flush(within: .seconds(20))
        #expect(producer.failures.count == 0)
        #expect(producer.delivered == 3)
        #expect(producer.highestOffset(topic, 1) == 2)
        #expect(producer.highestOffset(topic, 0) == nil)
        producer.close()

        let records = try KafkaConsumer.visible(in: name, partitions: 2)
        #expect(records.map(\.key) == [nil, [], [2, 3]])
        #expect(records.map(\.value) == [[], nil, [4]])
        #expect(records.map(\.headers) == [["empty": [], "h": [7, 0, 8]], [:], [:]])
        #expect(records.map(\.offset) == [0, 1, 2])
        #expect(records.allSatisfy { abs($0.timestampMs - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000 })
    }

    @Test func `a full queue makes the producer wait, and loses nothing`() throws {
        let name = try KafkaCluster.freshTopic()
        let producer = try producer(["queue.buffering.max.messages": "100", "linger.ms": "20"])
        let topic = try producer.topic(name)
        for number in 0..<2_000 {
            try producer.produce(to: topic, partition: 0, key: nil, value: [UInt8(number & 255)])
        }
        try producer.flush(within: .seconds(30))
        #expect(producer.highestOffset(topic, 0) == 1_999)
        producer.close()
    }

    @Test func `a record that cannot be delivered is counted with its reason`() throws {
        let name = try KafkaCluster.freshTopic()
        let producer = try producer()
        let topic = try producer.topic(name)
        #expect(throws: KafkaError.self) {
            try producer.produce(to: topic, partition: 9, key: nil, value: [1])
            try producer.flush(within: .seconds(20))
            if let first = producer.failures.first { throw first }
        }
        producer.close()
    }

    @Test func `polls stop at their limits of records and bytes`() throws {
        let name = try KafkaCluster.freshTopic()
        let producer = try producer()
        let topic = try producer.topic(name)
        for _ in 0..<100 {
            try producer.produce(to: topic, partition: 0, key: nil, value: [UInt8](repeating: 1, count: 1_000))
        }
        try producer.flush(within: .seconds(20))
        producer.close()
        let consumer = try KafkaConsumer(.consumer(bootstrap: KafkaCluster.bootstrap, group: "g"))
        defer { #expect(consumer.close()) }
        try consumer.assign([KafkaPartition(name, 0): KafkaOffset.beginning])
        #expect(try consumer.read(until: { $0.count >= 100 }).count == 100)
        try consumer.assign([KafkaPartition(name, 0): 0])
        #expect(consumer.read(7, wait: .seconds(10)).count == 7)
        var bytes: [UInt8] = []
        let count = consumer.poll(
            into: &bytes,
            limits: KafkaPollLimits(records: 1_000, bytes: 3_500, wait: .seconds(10))
        ) { _ in }
        #expect(count <= 4)
        #expect(count > 0)
    }

    @Test func `reading from an offset on, and watermarks`() throws {
        let name = try KafkaCluster.freshTopic()
        let partition = KafkaPartition(name, 0)
        let producer = try producer()
        let topic = try producer.topic(name)
        for number in 0..<10 { try producer.produce(to: topic, partition: 0, key: nil, value: [UInt8(number)]) }
        try producer.flush(within: .seconds(20))
        producer.close()
        let consumer = try KafkaConsumer(.consumer(bootstrap: KafkaCluster.bootstrap, group: "g"))
        defer { #expect(consumer.close()) }
        try consumer.assign([partition: 2])
        #expect(try consumer.read(until: { $0.count >= 8 }).map(\.offset) == Array(2..<10))
        try consumer.assign([partition: 5])
        #expect(try consumer.read(until: { $0.count >= 5 }).map(\.offset) == Array(5..<10))
        #expect(try consumer.watermarks(partition, within: .seconds(10)) == KafkaWatermarks(low: 0, high: 10))
    }

    @Test func `offsets for times`() throws {
        let name = try KafkaCluster.freshTopic()
        let partition = KafkaPartition(name, 0)
        let producer = try producer()
        let topic = try producer.topic(name)
        for number in 0..<3 {
            try producer.produce(to: topic, partition: 0, key: nil, value: [UInt8(number)])
            try producer.flush(within: .seconds(20))
            Thread.sleep(forTimeInterval: 0.01)
        }
        producer.close()
        let times = try KafkaConsumer.visible(in: name).map(\.timestampMs)
        let consumer = try KafkaConsumer(.consumer(bootstrap: KafkaCluster.bootstrap, group: "g"))
        defer { #expect(consumer.close()) }
        #expect(try consumer.offsets(atOrAfter: [partition: times[1]], within: .seconds(10)) == [partition: 1])
        #expect(try consumer.offsets(atOrAfter: [partition: times[1] + 1], within: .seconds(10)) == [partition: 2])
        #expect(
            try consumer.offsets(atOrAfter: [partition: times[2] + 1], within: .seconds(10)) == [
                partition: KafkaOffset.end
            ]
        )
    }

    @Test func `topics are created once, described, purged and deleted`() throws {
        let admin = try KafkaCluster.admin()
        defer { admin.close() }
        let name = KafkaCluster.freshPrefix("admin") + "t"
        let topic = KafkaNewTopic(
            name,
            partitions: 3,
            replication: 1,
            settings: ["cleanup.policy": "compact", "retention.ms": "-1"]
        )
        #expect(try admin.create([topic]) == [name])
        #expect(try admin.create([topic]) == [])
        #expect(try admin.topics(name) == [KafkaTopicDescription(name: name, partitions: 3, replication: 1)])
        #expect(try admin.topics().contains { $0.name == name })
        let settings = try #require(try admin.settings(of: [name])[name])
        #expect(settings["cleanup.policy"] == "compact")
        #expect(settings["retention.ms"] == "-1")
        #expect(try admin.topics(name + "-none") == [])

        let plain = try KafkaCluster.freshTopic()
        let producer = try producer()
        let handle = try producer.topic(plain)
        for _ in 0..<5 { try producer.produce(to: handle, partition: 0, key: nil, value: [1]) }
        try producer.flush(within: .seconds(20))
        producer.close()
        try admin.deleteRecords(before: [KafkaPartition(plain, 0): 3])
        #expect(try KafkaConsumer.visible(in: plain).map(\.offset) == [3, 4])
        try admin.delete([plain, name])
        try admin.delete([plain])
        #expect(try admin.topics(name) == [])
    }

    @Test func `statistics and logs reach the observer`() throws {
        let seen = Mutex<(statistics: Int, logs: Int)>((0, 0))
        let observer = KafkaObserver(
            log: { _, _, _ in seen.withLock { $0.logs += 1 } },
            statistics: { json in
                if json.hasPrefix("{"), json.hasSuffix("}") { seen.withLock { $0.statistics += 1 } }
            }
        )
        let config = KafkaConfig.consumer(bootstrap: KafkaCluster.bootstrap, group: "g")
            .merging(["statistics.interval.ms": "100", "debug": "conf"])
        let consumer = try KafkaConsumer(config, observer: observer)
        let end = ContinuousClock.now + .seconds(10)
        while seen.withLock({ $0.statistics }) == 0, ContinuousClock.now < end { _ = consumer.read() }
        consumer.close()
        #expect(seen.withLock { $0.statistics } > 0)
        #expect(seen.withLock { $0.logs } > 0)
    }
}
