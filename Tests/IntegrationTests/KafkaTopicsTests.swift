// SPDX-License-Identifier: Apache-2.0
import Digests
import KafkaBridge
import StateStore
import Testing

@testable import Pipeline

@Suite(.enabled(if: KafkaCluster.isThere, KafkaCluster.missing))
struct KafkaTopicsTests {
    @Test func `topics that were made are as they should be`() throws {
        let settings = try KafkaEventLogTests.freshSettings()
        #expect(try KafkaTopics(settings).create() == [])
        let findings = try KafkaTopics(settings).check()
        #expect(findings.filter { $0.severity != .note } == [])
        #expect(findings.map(\.topic) == settings.inputs)
    }

    @Test func `missing topics are named, with what to do`() throws {
        let prefix = KafkaCluster.freshPrefix("none")
        let settings = KafkaLogSettings(
            bootstrap: KafkaCluster.bootstrap,
            prefix: prefix,
            instance: "i",
            inputs: [prefix + "in"]
        )
        let findings = try KafkaTopics(settings).check()
        #expect(findings.count == 14)
        #expect(findings.allSatisfy { $0.severity == .error })
        let error = #expect(throws: KafkaLogError.self) {
            try KafkaEventLog(settings, store: MemoryStore()).session(.journey, worker: 0)
        }
        #expect(error?.exitCode == 78)
        #expect(error?.message.contains("tabiji topics create") == true)
    }

    @Test func `another number of partitions is refused, and a short retention too`() throws {
        var settings = try KafkaEventLogTests.freshSettings()
        settings.partitions = 5
        let refused = try KafkaTopics(settings).check().filter { $0.severity == .error }
        #expect(refused.count == 5)
        #expect(refused.allSatisfy { $0.message.contains("new prefix") })

        let prefix = KafkaCluster.freshPrefix("retention")
        let other = KafkaLogSettings(
            bootstrap: KafkaCluster.bootstrap,
            prefix: prefix,
            instance: "i",
            inputs: ["^nothing-of-this"]
        )
        let admin = try KafkaCluster.admin()
        _ = try admin.create([
            KafkaNewTopic(prefix + "tabiji.inbox", partitions: 16, settings: ["retention.ms": "1000"])
        ])
        admin.close()
        _ = try KafkaTopics(other).create()
        let findings = try KafkaTopics(other).check()
        #expect(
            findings.contains {
                $0.topic == prefix + "tabiji.inbox" && $0.severity == .error && $0.message.contains("retention.ms=-1")
            }
        )
        #expect(findings.contains { $0.topic == "^nothing-of-this" && $0.severity == .warning })
    }

    @Test func `a range is read from its beginning to the ends it had, without aborted records`() throws {
        let settings = try KafkaEventLogTests.freshSettings()
        let name = settings.inputs[0]
        let producer = try KafkaProducer(.transactional(bootstrap: KafkaCluster.bootstrap, id: name))
        try producer.initTransactions(within: .seconds(60))
        let topic = try producer.topic(name)
        func write(_ numbers: Range<Int>, commits: Bool) throws {
            try producer.beginTransaction()
            for number in numbers {
                try producer.produce(to: topic, partition: Int32(number % 2), key: nil, value: [UInt8(number)])
            }
            try producer.flush(within: .seconds(20))
            if commits {
                try producer.commitTransaction(within: .seconds(20))
            } else {
                try producer.abortTransaction(within: .seconds(20))
            }
        }
        try write(0..<20, commits: true)
        try write(20..<30, commits: false)
        let range = try KafkaRange(settings)
        try write(30..<40, commits: true)
        producer.close()
        var values: [UInt8] = []
        try range.forEach { batch in
            for case let value? in batch.records.map(\.value) { values += batch.bytes[value] }
        }
        #expect(values.sorted() == Array(0..<20))
        #expect(range.progress.done == range.progress.total)
        range.close()
        let pattern = "^" + settings.prefix.replacing(".", with: "\\.") + "touch.+"
        let later = try KafkaRange(settings, topics: [pattern], sinceMs: .max / 4)
        #expect(later.topics == [name])
        #expect(try later.next() == nil)
        later.close()
        #expect(throws: KafkaLogError.self) { try KafkaRange(settings, topics: [name + "-none"]) }
    }

    @Test func `outputs are CloudEvents in binary mode`() throws {
        let settings = try KafkaEventLogTests.freshSettings()
        let log = KafkaEventLog(settings, store: MemoryStore())
        let session = try log.session(.intake, worker: 0)
        let subject = try #require(Hash128(hex: "000102030405060708090a0b0c0d0e0f"))
        var transaction = Transaction()
        transaction.append(
            .transitions,
            key: subject.hexBytes,
            value: Array("{}".utf8),
            attributes: EventAttributes(
                id: .zero,
                type: "tabiji.transition",
                timeMs: 1_500,
                subject: subject,
                realm: "default"
            )
        )
        #expect(try session.commit(transaction) == .committed)
        try session.close()
        let record = try #require(try KafkaConsumer.visible(in: settings.name(of: .transitions), partitions: 2).first)
        #expect(
            record.headers.mapValues { String(decoding: $0, as: UTF8.self) } == [
                "ce_specversion": "1.0", "ce_id": String(repeating: "0", count: 32), "ce_type": "tabiji.transition",
                "ce_source": "tabiji", "ce_time": "1970-01-01T00:00:01.500Z", "ce_subject": subject.hex,
                "ce_realm": "default",
                "realm": "default", "content-type": "application/json",
            ]
        )
        #expect(record.key == subject.hexBytes)
    }
}
