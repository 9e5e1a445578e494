// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Pipeline
internal import StateStore
internal import TestSupport

/// The log of a simulation: a queue for each partition of each topic, state for each partition of each role, all that
/// was put out.
final class SimulatedLog {
    struct Message {
        var key: [UInt8]?
        var value: [UInt8]
    }

    /// An output record, and its place among all.
    struct Output {
        var topic: Topic
        var attributes: EventAttributes
        var data: [UInt8]?
    }

    private(set) var queues: [TopicPartition: [Message]] = [:]
    private var stores: [Role: [Int32: MemoryStore]] = [:]
    private(set) var outputs: [Output] = []
    /// What the owners topic holds.
    private(set) var owners: [[UInt8]] = []
    private let partitions: Int32
    /// What is wrong with how the log was used.
    var complaints: [String] = []

    init(partitions: Int32) { self.partitions = partitions }

    func count(_ topic: Topic) -> Int32 { topic == .links ? 1 : partitions }

    func add(_ key: [UInt8]? = nil, _ payload: [UInt8], to queue: TopicPartition) {
        queues[queue, default: []].append(Message(key: key, value: payload))
    }

    /// Takes messages off a queue: its first ones, or any where queues are not ordered.
    func take(_ count: Int, from queue: TopicPartition, ordered: Bool, _ chance: inout SplitMix) -> [Message] {
        var found: [Message] = []
        while found.count < count, let left = queues[queue]?.count, left > 0 {
            let index = ordered ? 0 : chance.number(0..<left)
            if let message = queues[queue]?.remove(at: index) { found.append(message) }
        }
        return found
    }

    /// They come again: as the first.
    func giveBack(_ messages: [Message], to queue: TopicPartition) {
        queues[queue] = messages + (queues[queue] ?? [])
    }

    func isEmpty(_ queue: TopicPartition) -> Bool { queues[queue]?.isEmpty ?? true }
    var isEmpty: Bool { queues.values.allSatisfy(\.isEmpty) }

    func store(_ role: Role, _ partition: Int32) -> MemoryStore {
        if let store = stores[role]?[partition] { return store }
        let store = MemoryStore()
        stores[role, default: [:]][partition] = store
        return store
    }

    func state(_ role: Role, _ partition: Int32) -> any StateReader {
        SimulatedState(store: store(role, partition))
    }

    /// - Parameter share: how much of the appends happens; less than all only before an abort of a role without
    ///   transactions.
    func apply(_ transaction: Transaction, of role: Role, share: Double = 1) throws {
        for change in transaction.changes {
            var batch = WriteBatch()
            if let value = change.value {
                batch.put(Array(transaction.bytes[change.key]), Array(transaction.bytes[value]))
            } else {
                batch.delete(Array(transaction.bytes[change.key]))
            }
            try store(role, change.partition).write(batch, sync: false)
        }
        for append in transaction.appends.prefix(Int(Double(transaction.appends.count) * share)) {
            let key = append.key.map { Array(transaction.bytes[$0]) }
            let value = append.value.map { Array(transaction.bytes[$0]) }
            if append.topic.isOutput {
                guard let attributes = append.attributes else {
                    complaints.append("a record of \(append.topic.name) without attributes")
                    continue
                }
                outputs.append(Output(topic: append.topic, attributes: attributes, data: value))
            } else if append.topic == .owners {
                owners.append(value ?? [])
            } else if append.topic != .forgotten {
                let number = append.partition ?? Murmur2.partition(of: key ?? [], count: count(append.topic))
                queues[TopicPartition(append.topic.name, number), default: []].append(
                    Message(key: key, value: value ?? [])
                )
            }
        }
    }
}

/// The rows of one partition.
private struct SimulatedState: StateReader {
    let store: MemoryStore

    func get(_ key: [UInt8]) throws -> [UInt8]? { try store.get(key) }

    func scan(prefix: [UInt8], from: [UInt8]?, _ visit: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool) throws {
        try store.scan(prefix: prefix, from: from, order: .ascending) { key, value in
            try visit([UInt8](copying: key), [UInt8](copying: value))
        }
    }
}
