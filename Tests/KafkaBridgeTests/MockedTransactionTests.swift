// SPDX-License-Identifier: Apache-2.0
import KafkaBridge
import KafkaMock
import Testing

/// Which call's error means what, driven on the wire.
@Suite struct MockedTransactionTests {
    /// A transactional producer and a group member on brokers within the process.
    private final class Fixture {
        let cluster: MockCluster
        let producer: KafkaProducer
        let consumer: KafkaConsumer
        let topic: KafkaProducer.Topic

        init() throws {
            cluster = try #require(MockCluster())
            cluster.createTopic("out", partitions: 2)
            let config = KafkaConfig.transactional(bootstrap: cluster.bootstrap, id: "t", timeoutMs: 5_000)
            producer = try KafkaProducer(config.merging(["max.in.flight": "1"]))
            topic = try producer.topic("out")
            consumer = try KafkaConsumer(.consumer(bootstrap: cluster.bootstrap, group: "g"))
            try producer.initTransactions(within: .seconds(20))
        }

        func begin() throws {
            try producer.beginTransaction()
            try producer.produce(to: topic, partition: 0, key: [1], value: [2])
        }

        func sendOffsets() throws(KafkaError) {
            let membership = try consumer.membership()
            try producer.sendOffsets([KafkaPartition("in", 0): 5], as: membership, within: .seconds(5))
        }

        deinit {
            producer.close()
            consumer.abandon()
        }
    }

    @Test func `a refused generation aborts the transaction, and the next one succeeds`() throws {
        let fixture = try Fixture()
        try fixture.begin()
        fixture.cluster.fail(.commitOffsets, with: [KafkaError.Code.illegalGeneration.rawValue])
        let error = #expect(throws: KafkaError.self) { try fixture.sendOffsets() }
        #expect(error?.code == .illegalGeneration)
        #expect(error?.verdict == .abort)
        try fixture.producer.abortTransaction(within: .seconds(10))
        try fixture.begin()
        try fixture.producer.commitTransaction(within: .seconds(10))
        #expect(fixture.producer.highestOffset(fixture.topic, 0) != nil)
    }

    @Test(arguments: [KafkaError.Code.unknownMember, .fencedInstance])
    func `a member that the group does not know aborts`(code: KafkaError.Code) throws {
        let fixture = try Fixture()
        try fixture.begin()
        fixture.cluster.fail(.commitOffsets, with: [code.rawValue])
        let error = #expect(throws: KafkaError.self) { try fixture.sendOffsets() }
        #expect(error?.verdict == .abort)
    }

    @Test func `a coordinator that is loading is asked again`() throws {
        let fixture = try Fixture()
        try fixture.begin()
        let loading = KafkaError.Code.coordinatorLoading.rawValue
        fixture.cluster.fail(.addOffsets, with: [loading, loading])
        try fixture.sendOffsets()
        fixture.cluster.fail(.endTransaction, with: [loading])
        try fixture.producer.commitTransaction(within: .seconds(10))
    }

    @Test(arguments: [MockCluster.Request.addOffsets, .endTransaction])
    func `a fenced epoch is fatal, and no transaction begins after it`(request: MockCluster.Request) throws {
        let fixture = try Fixture()
        try fixture.begin()
        let invalidEpoch: Int32 = 47
        fixture.cluster.fail(request, with: [invalidEpoch])
        let error = #expect(throws: KafkaError.self) {
            try fixture.sendOffsets()
            try fixture.producer.commitTransaction(within: .seconds(10))
        }
        #expect(error?.verdict == .stop)
        #expect(fixture.producer.fatalError != nil)
        #expect(throws: KafkaError.self) { try fixture.producer.beginTransaction() }
    }

    @Test func `a topic that may not be written aborts`() throws {
        let fixture = try Fixture()
        fixture.cluster.fail(.addPartitions, with: [KafkaError.Code.topicAuthorizationFailed.rawValue])
        try fixture.begin()
        let error = #expect(throws: KafkaError.self) { try fixture.producer.commitTransaction(within: .seconds(10)) }
        #expect(error?.verdict == .abort)
        try fixture.producer.abortTransaction(within: .seconds(10))
    }

    @Test func `a commit without an answer ends at its limit, as unknown`() throws {
        let fixture = try Fixture()
        try fixture.begin()
        try fixture.producer.flush(within: .seconds(10))
        fixture.cluster.setBroker(1, up: false)
        let begun = ContinuousClock.now
        let error = #expect(throws: KafkaError.self) {
            try fixture.producer.commitTransaction(within: .milliseconds(700))
        }
        #expect(error?.verdict == .retry)
        #expect(ContinuousClock.now - begun < .seconds(30))
        fixture.cluster.setBroker(1, up: true)
    }

    @Test func `before the first join there is no valid membership`() throws {
        let fixture = try Fixture()
        let membership = try fixture.consumer.membership()
        let (isValid, member, generation) = (membership.isValid, membership.member, membership.generation)
        #expect(!isValid)
        #expect(member.isEmpty)
        #expect(generation == -1)
    }
}
