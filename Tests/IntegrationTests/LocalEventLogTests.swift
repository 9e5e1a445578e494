// SPDX-License-Identifier: Apache-2.0
import StateStore
import Synchronization
import Testing

@testable import Pipeline

/// The promises of every transport, on those of one machine: they need no Kafka.
struct LocalEventLogTests {
    @Test func `an embedded commit is all or nothing`() throws {
        try EventLogConformance.commitIsAllOrNothing(embedded())
    }

    @Test func `an embedded log goes on from the last commit after a restart`() throws {
        try EventLogConformance.restartGoesOnFromTheLastCommit(embedded(), keepsLocalState: true)
    }

    @Test func `uncommitted records of an embedded log come again after a crash`() throws {
        try EventLogConformance.uncommittedRecordsComeAgainAfterACrash(embedded())
    }

    @Test func `an embedded log's lag is what waits`() throws { try EventLogConformance.lagIsWhatWaits(embedded()) }
    @Test func `a commit in memory is all or nothing`() throws {
        try EventLogConformance.commitIsAllOrNothing(memory())
    }

    @Test func `a log in memory goes on from the last commit with another worker`() throws {
        try EventLogConformance.restartGoesOnFromTheLastCommit(memory(), keepsLocalState: true)
    }

    @Test func `uncommitted records in memory come again with another worker`() throws {
        try EventLogConformance.uncommittedRecordsComeAgainAfterACrash(memory())
    }

    @Test func `the lag in memory is what waits`() throws { try EventLogConformance.lagIsWhatWaits(memory()) }

    private func embedded() -> EventLogUnderTest {
        let store = MemoryStore()
        return EventLogUnderTest(
            // Each opening is another log on the same rows, as after the death of the process.
            open: { _, _ in
                LentEventLog(try EmbeddedEventLog(EmbeddedLogSettings(), store: store, nowMs: { 1_772_325_000_000 }))
            },
            crash: { _ in },
            visible: { topic in
                try EmbeddedEventLog(EmbeddedLogSettings(), store: store, nowMs: { 1_772_325_000_000 }).outputs(
                    topic,
                    max: .max
                ).map {
                    (String(decoding: $0.key ?? [], as: UTF8.self), String(decoding: $0.data ?? [], as: UTF8.self))
                }
            },
            // Nobody has written so far.
            spoil: { $0.next[TopicPartition(Topic.inbox.name, 0)] = 1_000_000 },
            sharesPartitions: false
        )
    }

    private func memory() -> EventLogUnderTest {
        let taken = Mutex<[(topic: Topic, key: String, value: String)]>([])
        let refusal: [UInt8] = [0xff]
        let log = MemoryEventLog(store: MemoryStore(), partitions: 4) { topic, _, key, data in
            // It is told before the write: what is refused comes first here.
            if data == refusal { throw Refused() }
            let text = String(decoding: data ?? [], as: UTF8.self)
            taken.withLock { $0.append((topic, String(decoding: key, as: UTF8.self), text)) }
        }
        return EventLogUnderTest(
            open: { _, _ in LentEventLog(log) },
            crash: { try? $0.close() },
            visible: { topic in taken.withLock { $0.filter { $0.topic == topic }.map { ($0.key, $0.value) } } },
            spoil: { transaction in
                var spoilt = Transaction()
                spoilt.append(.timeline, partition: 0, key: [1], value: refusal)
                spoilt.next = transaction.next
                transaction = spoilt
            },
            sharesPartitions: false
        )
    }

    private struct Refused: Error {}
}

/// Keeps the store open when a process closes its log: the next one reads the same rows.
private final class LentEventLog: EventLog {
    private let log: any EventLog

    init(_ log: any EventLog) { self.log = log }

    func session(_ role: Role, worker: Int) throws -> any LogSession { try log.session(role, worker: worker) }
    func partitions(of topic: Topic) throws -> Int32 { try log.partitions(of: topic) }
    func tail(_ topic: Topic) throws -> (any LogTail)? { try log.tail(topic) }
    func close() {}
}
