// SPDX-License-Identifier: Apache-2.0
import Foundation
import KafkaBridge
import StateStore
import Synchronization
import Testing

@testable import Pipeline

/// The promises of every transport, and those of Kafka's alone, on Apache Kafka.
@Suite(.enabled(if: KafkaCluster.isThere, KafkaCluster.missing))
struct KafkaEventLogTests {
    private let settings: KafkaLogSettings

    init() throws {
        settings = try Self.freshSettings()
    }

    /// Settings of an installation with topics of its own.
    static func freshSettings(partitions: Int32 = 4) throws -> KafkaLogSettings {
        let prefix = KafkaCluster.freshPrefix("log")
        var settings = KafkaLogSettings(
            bootstrap: KafkaCluster.bootstrap,
            prefix: prefix,
            instance: "one",
            inputs: [prefix + "touchpoints.web"]
        )
        settings.partitions = partitions
        settings.outputPartitions = 2
        settings.sessionTimeoutMs = 6_000
        let admin = try KafkaCluster.admin()
        defer { admin.close() }
        _ = try admin.create([KafkaNewTopic(settings.inputs[0], partitions: 2)])
        #expect(try KafkaTopics(settings).create().count == 13)
        return settings
    }

    private func underTest() -> EventLogUnderTest {
        let stores = Mutex<[String: MemoryStore]>([:])
        return EventLogUnderTest(
            open: { instance, keepsLocalState in
                var own = settings
                own.instance = instance
                let store = stores.withLock { stores in
                    if keepsLocalState, let kept = stores[instance] { return kept }
                    let fresh = MemoryStore()
                    stores[instance] = fresh
                    return fresh
                }
                return KafkaEventLog(own, store: store)
            },
            crash: { ($0 as? KafkaSession)?.abandon() },
            visible: { topic in
                let name = settings.name(of: topic)
                let count: Int32 = topic.isOutput ? 2 : 4
                return try KafkaConsumer.visible(in: name, partitions: count).map {
                    (String(decoding: $0.key ?? [], as: UTF8.self), $0.text ?? "")
                }
            },
            spoil: { transaction in
                let tooLarge = [UInt8](repeating: 1, count: settings.recordBytesMax + 1)
                transaction.append(.timeline, partition: 0, key: [1], value: tooLarge)
            },
            sharesPartitions: true
        )
    }

    @Test func `a commit is all or nothing`() throws {
        try EventLogConformance.commitIsAllOrNothing(underTest())
    }

    @Test(arguments: [true, false])
    func `a restart goes on from the last commit, with or without its disk`(keepsLocalState: Bool) throws {
        try EventLogConformance.restartGoesOnFromTheLastCommit(underTest(), keepsLocalState: keepsLocalState)
    }

    @Test func `uncommitted records come again after a crash`() throws {
        try EventLogConformance.uncommittedRecordsComeAgainAfterACrash(underTest())
    }

    @Test func `workers share partitions, and commit before they hand over`() throws {
        try EventLogConformance.workersShareAndHandOver(underTest())
    }

    @Test func `the lag is what waits`() throws {
        try EventLogConformance.lagIsWhatWaits(underTest())
    }

    @Test func `a tail gets what is committed after it began`() throws {
        let log = KafkaEventLog(settings, store: MemoryStore())
        let tail = try #require(try log.tail(.owners))
        let session = try log.session(.intake, worker: 0)
        let end = ContinuousClock.now + .seconds(60)
        var seen: [[UInt8]] = []
        var sent = 0
        // Where its end lay is known once the broker has answered: until then records may go by.
        while seen.isEmpty, ContinuousClock.now < end {
            sent += 1
            var transaction = Transaction()
            transaction.append(.owners, key: [7], value: [1, UInt8(truncatingIfNeeded: sent)])
            #expect(try session.commit(transaction) == .committed)
            seen += tail.poll()
        }
        #expect(seen.allSatisfy { $0.count == 2 && $0[0] == 1 })
        #expect(!seen.isEmpty)
        tail.close()
        try session.close()
    }

    @Test func `outputs are readable by key`() throws {
        try EventLogConformance.outputsAreReadableByKey(underTest())
    }

    @Test func `a worker that was thought dead commits nothing, and starts again`() throws {
        var slow = settings
        slow.properties["max.poll.interval.ms"] = "6000"
        let log = KafkaEventLog(slow, store: MemoryStore())
        let intake = try log.session(.intake, worker: 1)
        var feed = Transaction()
        for value in ["a", "b"] { feed.append(.inbox, partition: 0, key: [1], value: Array(value.utf8)) }
        #expect(try intake.commit(feed) == .committed)
        try intake.close()
        let worker = try TallyWorker(log)
        try worker.run { $0.read.count == 2 }
        Thread.sleep(forTimeInterval: 8)
        #expect(try worker.commit() == .lost)
        try worker.run { $0.partitions.isEmpty }
        try worker.run { $0.read.count == 4 }
        #expect(worker.read == ["a", "b", "a", "b"])
        #expect(try worker.commit() == .committed)
        #expect(try KafkaConsumer.visible(in: settings.name(of: .transitions), partitions: 2).count == 2)
        #expect(try worker.storedTotal() == 2)
        try worker.session.close()
    }

    @Test func `a restore waits for an open transaction, and takes nothing of one that aborts`() throws {
        let name = settings.changelog(of: .journey)
        let producer = try KafkaProducer(.transactional(bootstrap: KafkaCluster.bootstrap, id: name + "other"))
        let topic = try producer.topic(name)
        try producer.initTransactions(within: .seconds(60))
        try producer.beginTransaction()
        try producer.produce(to: topic, partition: 2, key: Array("row x".utf8), value: [1])
        try producer.flush(within: .seconds(20))
        let worker = try TallyWorker(KafkaEventLog(settings, store: MemoryStore()))
        var polls = 0
        guard case .assigned(let given) = try pollUntilAssigned(worker.session) else { return }
        var waited = false
        try worker.session.restore(partition: 2) { progress in
            polls += 1
            guard polls == 10 else { return }
            waited = progress.remaining > 0
            #expect(throws: Never.self) { try producer.abortTransaction(within: .seconds(20)) }
        }
        #expect(waited)
        #expect(polls >= 10)
        #expect(try worker.session.state(partition: 2).get(Array("row x".utf8)) == nil)
        #expect(given.count == 8)
        producer.close()
        try worker.session.close()
    }

    private func pollUntilAssigned(_ session: any LogSession) throws -> LogEvent? {
        let end = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < end {
            let event = try session.poll(maxRecords: 1, waitMs: 100)
            if case .assigned = event { return event }
        }
        Issue.record("no partitions were assigned within 40 s")
        return nil
    }

    @Test func `what the reader has committed can be purged`() throws {
        let log = KafkaEventLog(settings, store: MemoryStore())
        let intake = try log.session(.intake, worker: 1)
        var feed = Transaction()
        for value in ["a", "b", "c"] { feed.append(.inbox, partition: 1, key: [1], value: Array(value.utf8)) }
        #expect(try intake.commit(feed) == .committed)
        try intake.close()
        #expect(try KafkaTopics(settings).purge() == [:])
        let worker = try TallyWorker(log)
        try worker.run { $0.read.count == 3 }
        #expect(try worker.commit() == .committed)
        let inbox = settings.name(of: .inbox)
        #expect(try KafkaTopics(settings).purge() == [TopicPartition(inbox, 1): 3])
        #expect(try KafkaConsumer.visible(in: inbox, partitions: 4).isEmpty)
        try worker.session.close()
        let again = try TallyWorker(KafkaEventLog(settings, store: MemoryStore()))
        try again.run { $0.isCaughtUp }
        #expect(try again.storedTotal() == 3)
        #expect(again.read.isEmpty)
        try again.session.close()
    }

    @Test func `a second process under the same name stops the first`() throws {
        let log = KafkaEventLog(settings, store: MemoryStore())
        let worker = try TallyWorker(log)
        try worker.run { $0.partitions.count == 4 }
        let twin = try TallyWorker(KafkaEventLog(settings, store: MemoryStore()))
        let error = #expect(throws: KafkaLogError.self) {
            let end = ContinuousClock.now + .seconds(40)
            while ContinuousClock.now < end {
                try worker.step()
                try twin.step()
                worker.transaction.change(partition: 0, key: [1], value: [1])
                _ = try worker.commit()
            }
        }
        #expect(error?.exitCode == 75)
        (worker.session as? KafkaSession)?.abandon()
        try twin.session.close()
    }

    @Test func `intake commits its offsets only after its appends`() throws {
        let producer = try KafkaProducer(.producer(bootstrap: KafkaCluster.bootstrap))
        let topic = try producer.topic(settings.inputs[0])
        for number in 0..<6 {
            let headers = [(name: "ce_id", value: Array("id\(number)".utf8))]
            try producer.produce(
                to: topic,
                partition: Int32(number % 2),
                key: nil,
                value: [UInt8(number)],
                headers: headers
            )
        }
        try producer.flush(within: .seconds(20))
        producer.close()

        func readAll(_ session: any LogSession, _ count: Int) throws -> RecordBatch {
            var all = RecordBatch()
            let end = ContinuousClock.now + .seconds(40)
            while all.records.count < count, ContinuousClock.now < end {
                switch try session.poll(maxRecords: 10, waitMs: 100) {
                case .assigned(let given): try session.resume(given)
                case .records(let batch):
                    for record in batch.records {
                        all.append(
                            topic: batch.topics[record.topic],
                            partition: record.partition,
                            offset: record.offset,
                            timestampMs: record.timestampMs,
                            key: nil,
                            value: record.value.map { Array(batch.bytes[$0]) },
                            headers: Array(batch.headerList[record.headers])
                        )
                    }
                default: continue
                }
            }
            return all
        }
        let log = KafkaEventLog(settings, store: MemoryStore())
        var session = try log.session(.intake, worker: 0)
        var batch = try readAll(session, 6)
        #expect(Set(batch.bytes) == Set(0..<6))
        #expect(Set(batch.headerList.map(\.value)) == Set((0..<6).map { "id\($0)" }))
        var refused = Transaction()
        refused.append(.inbox, key: [1], value: [UInt8](repeating: 0, count: settings.recordBytesMax + 1))
        for partition in Int32(0)..<2 { refused.next[TopicPartition(settings.inputs[0], partition)] = 3 }
        guard case .aborted = try session.commit(refused) else {
            Issue.record("an append that fails must abort")
            return
        }
        batch = try readAll(session, 6)
        #expect(batch.records.count == 6)
        var transaction = Transaction()
        transaction.append(.inbox, key: [1], value: [1])
        transaction.next[TopicPartition(settings.inputs[0], 0)] = 3
        transaction.next[TopicPartition(settings.inputs[0], 1)] = 1
        #expect(try session.commit(transaction) == .committed)
        try session.close()

        session = try log.session(.intake, worker: 0)
        batch = try readAll(session, 2)
        #expect(batch.records.map(\.partition) == [1, 1])
        #expect(batch.records.map(\.offset) == [1, 2])
        try session.close()
    }
}
