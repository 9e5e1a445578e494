// SPDX-License-Identifier: Apache-2.0
internal import StateStore
internal import Synchronization

/// The log of a bounded replay: internal topics as queues in memory, state in a store that is thrown away afterwards.
///
/// A record is freed when its only reader has committed it, so memory is bounded by the backlog. Output records go to a closure.
// One thread uses it, the roles one after the other.
final class MemoryEventLog: EventLog, @unchecked Sendable {
    typealias Output = (_ topic: Topic, _ attributes: EventAttributes?, _ key: [UInt8], _ data: [UInt8]?) throws -> Void

    private let store: any StateStore
    private let count: Int32
    private let output: Output
    private let queues = Mutex<[Role: MemoryQueue]>([:])

    init(store: any StateStore, partitions: Int32, output: @escaping Output) {
        self.store = store
        count = partitions
        self.output = output
        queues.withLock { queues in
            for role in Role.allCases { queues[role] = MemoryQueue() }
        }
    }

    func session(_ role: Role, worker: Int) -> any LogSession {
        MemorySession(role: role, log: self, store: store)
    }

    func partitions(of topic: Topic) -> Int32 { topic == .links ? 1 : count }
    func close() throws { try store.close() }

    /// Input records for intake.
    func feed(_ batch: RecordBatch) throws { append(batch, for: .intake) }

    fileprivate func append(_ batch: RecordBatch, for role: Role) {
        queues.withLock { $0[role]?.append(batch) }
    }

    fileprivate func next(for role: Role) -> RecordBatch? {
        queues.withLock { $0[role]?.next() }
    }

    fileprivate func commit(_ transaction: Transaction, of role: Role) throws {
        var batch = WriteBatch()
        for change in transaction.changes {
            let head = MemorySession.prefix(role, change.partition)
            if let value = change.value {
                batch.put(head, transaction.bytes[change.key], transaction.bytes[value])
            } else {
                batch.delete(head, transaction.bytes[change.key])
            }
        }
        if !batch.isEmpty { try store.write(batch, sync: false) }
        var routed: [Role: RecordBatch] = [:]
        for append in transaction.appends {
            let key = append.key.map { Array(transaction.bytes[$0]) }
            let value = append.value.map { Array(transaction.bytes[$0]) }
            guard let reader = Role.allCases.first(where: { $0.inputs.contains(append.topic) }) else {
                try output(append.topic, append.attributes, key ?? [], value)
                continue
            }
            routed[reader, default: RecordBatch()].append(
                topic: append.topic.name,
                partition: append.partition ?? Murmur2.partition(of: key ?? [], count: partitions(of: append.topic)),
                offset: 0,
                timestampMs: -1,
                key: key,
                value: value
            )
        }
        for (reader, records) in routed { self.append(records, for: reader) }
        queues.withLock { $0[role]?.committed() }
    }

    fileprivate func rewind(_ role: Role) { queues.withLock { $0[role]?.rewind() } }
}

/// Batches for one role: those handed out rest until they are committed.
private struct MemoryQueue {
    private var waiting: [RecordBatch] = []
    private var first = 0
    private var handedOut: [RecordBatch] = []

    mutating func append(_ batch: RecordBatch) { waiting.append(batch) }

    mutating func next() -> RecordBatch? {
        guard first < waiting.count else {
            waiting.removeAll(keepingCapacity: true)
            first = 0
            return nil
        }
        defer {
            waiting[first] = RecordBatch()
            first += 1
        }
        handedOut.append(waiting[first])
        return waiting[first]
    }

    mutating func committed() { handedOut.removeAll(keepingCapacity: true) }

    mutating func rewind() {
        waiting = handedOut + waiting[first...]
        first = 0
        handedOut = []
    }
}

/// One role's connection to a log in memory. All partitions are its own from the start.
final class MemorySession: LogSession {
    private let role: Role
    private let log: MemoryEventLog
    private let store: any StateStore
    private var isAssigned = false

    fileprivate init(role: Role, log: MemoryEventLog, store: any StateStore) {
        self.role = role
        self.log = log
        self.store = store
    }

    func poll(maxRecords: Int, waitMs: Int) -> LogEvent {
        guard isAssigned else {
            isAssigned = true
            let topics = role.inputs.flatMap { topic in
                (0..<log.partitions(of: topic)).map { TopicPartition(topic.name, $0) }
            }
            return topics.isEmpty ? .idle(caughtUp: true) : .assigned(topics)
        }
        guard let batch = log.next(for: role) else { return .idle(caughtUp: true) }
        return .records(batch)
    }

    func restore(partition: Int32, progress: (RestoreProgress) -> Void) {}
    func resume(_ partitions: [TopicPartition]) {}
    func release(_ partitions: [TopicPartition]) {}

    func state(partition: Int32) -> any StateReader {
        StoreStateReader(store: store, prefix: Self.prefix(role, partition))
    }

    func commit(_ transaction: Transaction) throws -> CommitOutcome {
        try log.commit(transaction, of: role)
        return .committed
    }

    func close() { log.rewind(role) }

    static func prefix(_ role: Role, _ partition: Int32) -> [UInt8] {
        [role.rawValue, UInt8(truncatingIfNeeded: partition >> 8), UInt8(truncatingIfNeeded: partition)]
    }
}

/// The rows of one partition in a store that others share.
struct StoreStateReader: StateReader {
    let store: any StateStore
    let prefix: [UInt8]

    func get(_ key: [UInt8]) throws -> [UInt8]? { try store.get(prefix + key) }

    func scan(prefix wanted: [UInt8], _ visit: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool) throws {
        try store.scan(prefix: prefix + wanted) { key, value in
            try visit(Array([UInt8](copying: key).dropFirst(prefix.count)), [UInt8](copying: value))
        }
    }
}
