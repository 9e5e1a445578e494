// SPDX-License-Identifier: Apache-2.0
internal import Digests
public import StateStore
internal import Synchronization
internal import Touchpoints

/// The log of one machine without Kafka: topics, positions and state as rows of one store.
///
/// A commit is one batch of the store (appends, state, positions), synced before it is acknowledged: with a store that
/// keeps a write-ahead log, `kill -9` loses nothing acknowledged and leaves nothing half done. Every role has one
/// session; commits are taken one after the other, reads go on meanwhile. What its only reader has committed is purged
/// from internal and input topics; outputs are kept by their retention, compacted topics by key.
///
/// Partitions: inbox and moves as configured; the others, inputs included, have one.
public final class EmbeddedEventLog: EventLog {
    let settings: EmbeddedLogSettings
    let store: any StateStore
    let places: EmbeddedPlaces
    /// Numbers of the input topics, and the other way round.
    let inputs: [String: UInt8]
    let inputNames: [UInt8: String]
    let nowMs: @Sendable () -> Int64

    private let writer: Mutex<EmbeddedWriter>
    private let taken = Mutex(Set<Role>())

    /// Opens the log in a store that holds nothing else. The log closes it.
    ///
    /// `nowMs`: the clock, milliseconds since 1970, for the records' time of appending and for retention.
    /// Throws: `partitionsChanged`, `newerFormat`, `corrupt`, and the store's errors.
    public init(
        _ settings: EmbeddedLogSettings,
        store: any StateStore,
        nowMs: @escaping @Sendable () -> Int64
    ) throws {
        let found = try EmbeddedRecovery(store: store, settings: settings)
        self.settings = settings
        self.store = store
        self.nowMs = nowMs
        inputs = found.inputs
        inputNames = Dictionary(uniqueKeysWithValues: found.inputs.map { ($0.value, $0.key) })
        places = EmbeddedPlaces(found.content)
        writer = Mutex(EmbeddedWriter(sweptAtMs: nowMs()))
    }

    public func session(_ role: Role, worker: Int) throws -> any LogSession {
        let isFree = taken.withLock { $0.insert(role).inserted }
        guard isFree else {
            throw EmbeddedLogError(.roleTaken, "\(role.name) has a session already; close that one first")
        }
        return EmbeddedSession(role, log: self)
    }

    public func partitions(of topic: Topic) -> Int32 { topic == .inbox || topic == .moves ? settings.partitions : 1 }

    /// One process holds the store, so there is nobody to follow.
    public func tail(_ topic: Topic) -> (any LogTail)? { nil }

    public func close() throws {
        guard !places.current.isClosed else { return }
        try writer.withLock { writer in
            try writer.write(self, sync: true) { write in write.sweep(isForced: true) }
            places.publish { $0.isClosed = true }
            try store.close()
        }
    }

    /// Appends input records, for intake to read. Returns when they are durable, with the offset of the first.
    ///
    /// Of the batch, key, value, headers and timestamp count; a timestamp of −1 becomes the clock's.
    /// Throws: `unknownTopic`, `backlogFull` (none is appended), and the store's errors.
    @discardableResult
    public func append(_ topic: String, _ records: RecordBatch) throws -> Int64 {
        guard let number = inputs[topic] else {
            let known = settings.inputTopics.joined(separator: ", ")
            throw EmbeddedLogError(.unknownTopic, "no input topic \(topic); the configured ones are \(known)")
        }
        let place = Place(topic: number, partition: 0)
        return try writer.withLock { writer in
            try writer.write(self, sync: true) { write in
                let backlog = write.content.backlog(.intake, place)
                guard Int(backlog) + records.records.count <= settings.inputBacklogMax else {
                    throw EmbeddedLogError(.backlogFull, "\(backlog) records of \(topic) wait already; try again later")
                }
                let first = write.end(place)
                for record in records.records { write.append(record, of: records, to: place) }
                return first
            }
        }
    }

    func commit(_ transaction: Transaction, of role: Role) throws {
        try writer.withLock { writer in
            try writer.write(self, sync: true) { write in
                for append in transaction.appends { write.append(append, of: transaction) }
                for change in transaction.changes { write.change(change, of: transaction, role) }
                for (partition, offset) in transaction.next { try write.move(role, to: offset, in: partition) }
                write.purgeConsumed(by: role)
                write.sweep(isForced: false)
            }
        }
    }

    func leave(_ role: Role) { taken.withLock { _ = $0.remove(role) } }

    /// The places that a role reads.
    func inputPlaces(of role: Role) -> [Place] {
        if role == .intake { return inputs.values.sorted().map { Place(topic: $0, partition: 0) } }
        return role.inputs.flatMap { topic in
            (0..<partitions(of: topic)).map { Place(topic: topic.rawValue, partition: UInt16(truncatingIfNeeded: $0)) }
        }
    }

    func name(_ place: Place) -> TopicPartition {
        let name = Topic(rawValue: place.topic)?.name ?? inputNames[place.topic] ?? ""
        return TopicPartition(name, Int32(place.partition))
    }

    func place(_ partition: TopicPartition) -> Place? {
        let number = inputs[partition.topic] ?? Topic.allCases.first { $0.name == partition.topic }?.rawValue
        guard let number, let partition = UInt16(exactly: partition.partition) else { return nil }
        return Place(topic: number, partition: partition)
    }
}
