// SPDX-License-Identifier: Apache-2.0
import KafkaMock
import Testing

@testable import KafkaBridge

/// Every handle that is created is freed: on the straight way, when left early, and when a call fails.
@Suite struct KafkaLifetimeTests {
    private func balance(_ body: () throws -> Void) rethrows -> HandleBalance {
        let balance = HandleBalance()
        try HandleBalance.$observed.withValue(balance) { try body() }
        return balance
    }

    @Test func `closed clients leave nothing behind`() throws {
        let cluster = try #require(MockCluster())
        cluster.createTopic("t", partitions: 2)
        let balance = try balance {
            let producer = try KafkaProducer(.producer(bootstrap: cluster.bootstrap))
            let topic = try producer.topic("t")
            try producer.produce(to: topic, partition: 1, key: nil, value: [1], headers: [("h", [1])])
            try producer.flush(within: .seconds(10))
            let consumer = try KafkaConsumer(.consumer(bootstrap: cluster.bootstrap, group: "g"))
            try consumer.assign([KafkaPartition("t", 1): 0])
            var bytes: [UInt8] = []
            while consumer.poll(into: &bytes, limits: .init(records: 1, wait: .seconds(1)), { _ in }) == 0 {}
            try consumer.commit([KafkaPartition("t", 1): 1], within: .seconds(10))
            #expect(
                try consumer.committed([KafkaPartition("t", 1)], within: .seconds(5)) == [KafkaPartition("t", 1): 1]
            )
            _ = try consumer.membership()
            #expect(consumer.close())
            #expect(producer.close())
        }
        #expect(balance.live == [:])
        #expect(balance.created(.client) == 2)
        #expect(balance.created(.topic) == 1)
        #expect(balance.created(.queue) >= 2)
        #expect(balance.created(.event) == 1)
        #expect(balance.created(.metadata) == 1)
    }

    @Test func `clients that are only let go are freed too`() throws {
        let balance = try balance {
            _ = try KafkaProducer(.producer(bootstrap: "127.0.0.1:1")).topic("t")
            _ = try KafkaConsumer(.consumer(bootstrap: "127.0.0.1:1", group: "g"))
            _ = try KafkaAdmin(.base(bootstrap: "127.0.0.1:1"))
        }
        #expect(balance.live == [:])
        #expect(balance.created(.client) == 3)
    }

    @Test func `a client whose settings are refused leaves nothing behind`() {
        let balance = balance {
            #expect(throws: KafkaError.self) { try KafkaProducer(KafkaConfig(["acks": "many"])) }
            #expect(throws: KafkaError.self) { try KafkaConsumer(KafkaConfig(["no.such": "1"])) }
        }
        #expect(balance.live == [:])
        #expect(balance.created(.client) == 0)
    }

    @Test func `failing calls free their errors, queues and lists`() throws {
        let balance = try balance {
            let admin = try KafkaAdmin(.base(bootstrap: "127.0.0.1:1"), within: .milliseconds(300))
            #expect(throws: KafkaError.self) { try admin.create([KafkaNewTopic("t", partitions: 1)]) }
            #expect(throws: KafkaError.self) { try admin.settings(of: ["t"]) }
            #expect(throws: KafkaError.self) { try admin.deleteRecords(before: [KafkaPartition("t", 0): 1]) }
            let producer = try KafkaProducer(.transactional(bootstrap: "127.0.0.1:1", id: "t"))
            #expect(throws: KafkaError.self) { try producer.initTransactions(within: .milliseconds(200)) }
            #expect(throws: KafkaError.self) { try producer.beginTransaction() }
            producer.close()
            admin.close()
        }
        #expect(balance.live == [:])
        #expect(balance.created(.error) >= 2)
    }
}
