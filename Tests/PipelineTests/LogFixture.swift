// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import StateStore
import Synchronization
import Testing

@testable import Pipeline

/// A log under test, and what a transport does in its own way.
protocol LogFixture: AnyObject {
    /// The log as it is now.
    var log: any EventLog { get }
    /// Makes input records of intake, in order.
    func feed(_ values: [String]) throws
    /// The committed records of an output topic, by their data.
    func outputs(_ topic: Topic) throws -> [String]
    /// Makes the next commit fail before anything of it happened.
    func failNextCommit()
}

/// The logs that the conformance suite runs on.
enum LogKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, embedded

    var testDescription: String { rawValue }

    func make() throws -> any LogFixture {
        switch self {
        case .memory: MemoryLogFixture()
        case .embedded: try EmbeddedLogFixture()
        }
    }
}

final class MemoryLogFixture: LogFixture {
    private let store = FaultyLogStore()
    /// What the log has put out.
    private final class Taken: Sendable {
        let texts = Mutex<[Topic: [String]]>([:])
    }

    private let taken = Taken()
    private var offset: Int64 = 0
    private(set) lazy var memory = MemoryEventLog(store: store, partitions: 4) { [taken] topic, _, _, data in
        let text = data.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
        taken.texts.withLock { $0[topic, default: []].append(text) }
    }

    var log: any EventLog { memory }

    func feed(_ values: [String]) throws {
        var batch = RecordBatch()
        for value in values {
            batch.append(topic: "file", offset: offset, value: value.utf8)
            offset += 1
        }
        try memory.feed(batch)
    }

    func outputs(_ topic: Topic) -> [String] { taken.texts.withLock { $0[topic] ?? [] } }
    func failNextCommit() { store.failNextWrite() }
}

final class EmbeddedLogFixture: LogFixture {
    let store = FaultyLogStore()
    var settings: EmbeddedLogSettings
    private(set) var embedded: EmbeddedEventLog
    let clock = LogClock()

    init(_ settings: EmbeddedLogSettings = EmbeddedLogSettings()) throws {
        self.settings = settings
        embedded = try EmbeddedEventLog(settings, store: store, nowMs: { [clock] in clock.nowMs })
    }

    var log: any EventLog { embedded }

    /// As after the death of the process: another log on the rows that are there.
    func reopen() throws {
        embedded = try EmbeddedEventLog(settings, store: store, nowMs: { [clock] in clock.nowMs })
    }

    func feed(_ values: [String]) throws { try embedded.append("touchpoints.events", .inputs(values)) }

    func outputs(_ topic: Topic) throws -> [String] {
        try embedded.outputs(topic, max: .max).map { $0.data.map { String(decoding: $0, as: UTF8.self) } ?? "nothing" }
    }

    func failNextCommit() { store.failNextWrite() }
}

/// A clock that is set by hand.
final class LogClock: Sendable {
    private let now = Atomic<Int64>(1_772_325_000_000)
    var nowMs: Int64 { now.load(ordering: .relaxed) }
    func advance(ms: Int64) { now.add(ms, ordering: .relaxed) }
}

extension RecordBatch {
    static func inputs(_ values: [String]) -> RecordBatch {
        var batch = RecordBatch()
        for value in values {
            batch.append(topic: "", value: value.utf8)
        }
        return batch
    }

    /// Values as text, in the order of the batch.
    var texts: [String] {
        records.map { record in record.value.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "nothing" }
    }

    /// What a commit says when all of this is done.
    var next: [TopicPartition: Int64] {
        var next: [TopicPartition: Int64] = [:]
        for record in records { next[TopicPartition(topics[record.topic], record.partition)] = record.offset + 1 }
        return next
    }
}

/// A session with what a worker does around it.
struct LogReader {
    let session: any LogSession

    /// Opens a session and takes over all that it is assigned.
    init(_ log: any EventLog, _ role: Role) throws {
        session = try log.session(role, worker: 0)
        if case .assigned(let partitions) = try session.poll(maxRecords: 1, waitMs: 0) {
            for partition in Set(partitions.map(\.partition)) { try session.restore(partition: partition) { _ in } }
            try session.resume(partitions)
        }
    }

    /// All records that are there, by batches of at most `recordsMax`.
    func batches(of recordsMax: Int = 1000) throws -> [RecordBatch] {
        var all: [RecordBatch] = []
        while case .records(let batch) = try session.poll(maxRecords: recordsMax, waitMs: 0) { all.append(batch) }
        return all
    }

    func texts() throws -> [String] { try batches().flatMap(\.texts) }

    @discardableResult
    func commit(_ fill: (inout Transaction) -> Void) throws -> CommitOutcome {
        var transaction = Transaction()
        fill(&transaction)
        return try session.commit(transaction)
    }

    /// State rows of a partition, as text.
    func rows(_ partition: Int32, prefix: String = "") throws -> [String] {
        var rows: [String] = []
        try session.state(partition: partition).scan(prefix: Array(prefix.utf8)) { key, value in
            rows.append(String(decoding: key, as: UTF8.self) + "=" + String(decoding: value, as: UTF8.self))
            return true
        }
        return rows
    }
}

extension Transaction {
    mutating func append(_ topic: Topic, partition: Int32? = nil, key: String?, text: String?) {
        append(topic, partition: partition, key: key.map { Array($0.utf8) }, value: text.map { Array($0.utf8) })
    }

    mutating func output(_ topic: Topic, key: String, text: String?, timeMs: Int64 = 0) {
        append(
            topic,
            key: Array(key.utf8),
            value: text.map { Array($0.utf8) },
            attributes: EventAttributes(
                id: Hash128(high: 1, low: UInt64(key.utf8.count)),
                type: "tabiji.transition",
                timeMs: timeMs,
                subject: Hash128(high: 2, low: 3),
                realm: "default"
            )
        )
    }

    mutating func set(_ partition: Int32, _ key: String, _ text: String?) {
        change(partition: partition, key: Array(key.utf8), value: text.map { Array($0.utf8) })
    }
}
