// SPDX-License-Identifier: Apache-2.0
internal import StateStore
internal import Synchronization

/// The log of a bounded replay: internal topics as queues in memory, state in a store that is thrown away afterwards.
///
/// A record is freed when its only reader has committed it, so memory is bounded by the backlog. Output records go to a
/// closure. A commit is one after the other; when the closure or the store fails, nothing of it is queued or written.
// Sendable because all that changes is under the lock, and the closure, which need not be Sendable, is called under it.
final class MemoryEventLog: EventLog, @unchecked Sendable {
    /// Takes output records, those of the compacted internal topics included. Told before the write: a commit that
    /// failed tells them again when it is repeated.
    typealias Output =
        (_ topic: Topic, _ attributes: EventAttributes?, _ key: [UInt8], _ data: [UInt8]?) throws -> Void

    fileprivate struct State {
        var queues: [Role: MemoryQueue] = [:]
        /// The next offset of each internal partition.
        var ends: [TopicPartition: Int64] = [:]
    }

    let store: any StateStore
    private let count: Int32
    private let output: Output
    private let state: Mutex<State>

    init(store: any StateStore, partitions: Int32, output: @escaping Output) {
        self.store = store
        count = partitions
        self.output = output
        state = Mutex(State())
    }

    func session(_ role: Role, worker: Int) -> any LogSession { MemorySession(role: role, log: self) }
    func partitions(of topic: Topic) -> Int32 { topic == .inbox || topic == .moves ? count : 1 }
    func tail(_ topic: Topic) -> (any LogTail)? { nil }
    func close() throws { try store.close() }

    /// Input records for intake, in the order of their offsets.
    func feed(_ batch: RecordBatch) throws {
        guard !batch.isEmpty else { return }
        state.withLock { $0.queues[.intake, default: MemoryQueue()].append(batch) }
    }

    fileprivate func next(for role: Role, recordsMax: Int) -> RecordBatch? {
        state.withLock { $0.queues[role, default: MemoryQueue()].next(recordsMax: recordsMax) }
    }

    fileprivate func waiting(for role: Role) -> Int64 { state.withLock { Int64($0.queues[role]?.count ?? 0) } }

    fileprivate func rewind(_ role: Role) {
        state.withLock { $0.queues[role]?.rewind() }
    }

    fileprivate func commit(_ transaction: Transaction, of role: Role) throws {
        try state.withLock { state in
            var ends = state.ends
            var routed: [Role: RecordBatch] = [:]
            for append in transaction.appends {
                let key = append.key.map { Array(transaction.bytes[$0]) }
                let value = append.value.map { Array(transaction.bytes[$0]) }
                guard let reader = Role.allCases.first(where: { $0.inputs.contains(append.topic) }) else {
                    try output(append.topic, append.attributes, key ?? [], value)
                    continue
                }
                let partition =
                    append.partition ?? Murmur2.partition(of: key ?? [], count: partitions(of: append.topic))
                let place = TopicPartition(append.topic.name, partition)
                routed[reader, default: RecordBatch()].append(
                    topic: place.topic,
                    partition: partition,
                    offset: ends[place, default: 0],
                    key: key,
                    value: value
                )
                ends[place, default: 0] += 1
            }
            let batch = Self.rows(transaction, of: role)
            if !batch.isEmpty { try store.write(batch, sync: false) }
            state.ends = ends
            for (reader, records) in routed { state.queues[reader, default: MemoryQueue()].append(records) }
            state.queues[role]?.commit(transaction.next)
        }
    }

    /// The state changes of a transaction, as rows of the store.
    static func rows(_ transaction: Transaction, of role: Role) -> WriteBatch {
        var batch = WriteBatch()
        for change in transaction.changes {
            let head = MemorySession.prefix(role, change.partition)
            if let value = change.value {
                batch.put(head, transaction.bytes[change.key], transaction.bytes[value])
            } else {
                batch.delete(head, transaction.bytes[change.key])
            }
        }
        return batch
    }
}

/// One role's connection to a log in memory. All partitions are its own from the start; intake, whose inputs are fed,
/// is assigned none.
final class MemorySession: LogSession {
    private let role: Role
    private let log: MemoryEventLog
    private var isAssigned = false

    fileprivate init(role: Role, log: MemoryEventLog) {
        self.role = role
        self.log = log
    }

    func poll(maxRecords: Int, waitMs: Int) -> LogEvent {
        guard isAssigned else {
            isAssigned = true
            let topics = role.inputs.flatMap { topic in
                (0..<log.partitions(of: topic)).map { TopicPartition(topic.name, $0) }
            }
            return topics.isEmpty ? .idle(caughtUp: true) : .assigned(topics)
        }
        guard let batch = log.next(for: role, recordsMax: maxRecords) else { return .idle(caughtUp: true) }
        return .records(batch)
    }

    func restore(partition: Int32, progress: (RestoreProgress) -> Void) {
        progress(RestoreProgress(records: 0, remaining: 0))
    }

    var lag: Int64? { log.waiting(for: role) }
    func resume(_ partitions: [TopicPartition]) {}
    func release(_ partitions: [TopicPartition]) {}

    func state(partition: Int32) -> any StateReader {
        StoreStateReader(store: log.store, prefix: Self.prefix(role, partition))
    }

    func commit(_ transaction: Transaction) throws -> CommitOutcome {
        try log.commit(transaction, of: role)
        return .committed
    }

    /// What was handed out and not committed comes again in the next session.
    func close() { log.rewind(role) }

    static func prefix(_ role: Role, _ partition: Int32) -> [UInt8] {
        [role.rawValue, UInt8(truncatingIfNeeded: partition >> 8), UInt8(truncatingIfNeeded: partition)]
    }
}
