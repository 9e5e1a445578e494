// SPDX-License-Identifier: Apache-2.0
internal import StateStore
internal import Touchpoints

/// The one writer of an embedded log: what it holds over from write to write. Under the log's writer lock.
struct EmbeddedWriter {
    private var batch = WriteBatch()
    private var sweptAtMs: Int64

    init(sweptAtMs: Int64) {
        self.sweptAtMs = sweptAtMs
    }

    /// One write, all or nothing: `body` says what, then it becomes durable, then visible. When either throws, nothing
    /// of it happened.
    mutating func write<Value>(
        _ log: EmbeddedEventLog,
        sync: Bool,
        _ body: (inout EmbeddedWrite) throws -> Value
    ) throws -> Value {
        let before = log.places.current
        guard !before.isClosed else { throw EmbeddedLogError(.closed, "the log was closed; open it again") }
        batch.removeAll()
        var write = EmbeddedWrite(log: log, batch: batch, content: before, sweptAtMs: sweptAtMs)
        batch = WriteBatch()
        let value = try body(&write)
        write.finish(since: before)
        if !write.batch.isEmpty { try log.store.write(write.batch, sync: sync) }
        batch = write.batch
        sweptAtMs = write.sweptAtMs
        let after = write.content
        log.places.publish { $0 = after }
        return value
    }
}

/// A write while it is put together.
struct EmbeddedWrite {
    let log: EmbeddedEventLog
    private(set) var batch: WriteBatch
    private(set) var content: EmbeddedPlaces.Content
    private(set) var sweptAtMs: Int64
    private let nowMs: Int64
    private var packer = ByteWriter(capacity: 1024)

    init(log: EmbeddedEventLog, batch: WriteBatch, content: EmbeddedPlaces.Content, sweptAtMs: Int64) {
        self.log = log
        self.batch = batch
        self.content = content
        self.sweptAtMs = sweptAtMs
        nowMs = log.nowMs()
    }

    func end(_ place: Place) -> Int64 { content.ends[place] ?? 0 }

    /// An input record.
    mutating func append(_ record: RecordBatch.Record, of records: RecordBatch, to place: Place) {
        put(
            EmbeddedRecord(
                timestampMs: record.timestampMs < 0 ? nowMs : record.timestampMs,
                key: record.key.map { Array(records.bytes[$0]) },
                value: record.value.map { records.bytes[$0] },
                headers: Array(records.headerList[record.headers])
            ),
            at: place
        )
    }

    /// A record of a topic of ours.
    mutating func append(_ append: Transaction.Append, of transaction: Transaction) {
        let key = append.key.map { Array(transaction.bytes[$0]) }
        let record = EmbeddedRecord(
            timestampMs: nowMs,
            key: key,
            value: append.value.map { transaction.bytes[$0] },
            attributes: append.attributes
        )
        guard !append.topic.isCompacted else { return replace(record, in: append.topic) }
        let count = log.partitions(of: append.topic)
        let partition = count == 1 ? 0 : append.partition ?? Murmur2.partition(of: key ?? [], count: count)
        put(record, at: Place(topic: append.topic.rawValue, partition: UInt16(truncatingIfNeeded: partition)))
    }

    mutating func change(_ change: Transaction.StateChange, of transaction: Transaction, _ role: Role) {
        let head = EmbeddedRows.state(role, change.partition)
        if let value = change.value {
            batch.put(head, transaction.bytes[change.key], transaction.bytes[value])
        } else {
            batch.delete(head, transaction.bytes[change.key])
        }
    }

    /// The role has read up to `offset`, which must have been written.
    mutating func move(_ role: Role, to offset: Int64, in partition: TopicPartition) throws {
        guard let place = log.place(partition), log.inputPlaces(of: role).contains(place), offset <= end(place) else {
            throw EmbeddedLogError(
                .invalid,
                "\(role.name) cannot have read \(partition.topic)/\(partition.partition) up to \(offset)"
            )
        }
        guard offset > content.positions[role]?[place] ?? 0 else { return }
        content.positions[role, default: [:]][place] = offset
        batch.put(EmbeddedRows.position(role, place), EmbeddedRows.number(offset))
    }

    /// Removes what the role, the only reader, has read, where that is worth it.
    mutating func purgeConsumed(by role: Role, atLeast count: Int? = nil) {
        for (place, next) in content.positions[role] ?? [:] {
            let start = content.starts[place] ?? 0
            guard next - start >= Int64(count ?? log.settings.purgeRecords) else { continue }
            removeRecords(place, upTo: next)
        }
    }

    /// Removes, from time to time, all that is consumed, too much or too old.
    mutating func sweep(isForced: Bool) {
        guard isForced || nowMs - sweptAtMs >= log.settings.sweepEveryMs else { return }
        sweptAtMs = nowMs
        for role in Role.allCases { purgeConsumed(by: role, atLeast: 1) }
        for (place, end) in content.ends {
            guard let topic = Topic(rawValue: place.topic), topic.isOutput else { continue }
            let retention = log.settings.retention[topic] ?? log.settings.retentionOtherwise
            let start = content.starts[place] ?? 0
            let byCount = retention.recordsMax.map { end - Int64($0) } ?? 0
            let byAge = retention.ageMsMax.flatMap { try? log.firstOffset(place, notBefore: nowMs - $0) } ?? 0
            let first = min(end, max(byCount, byAge))
            if first > start { removeRecords(place, upTo: first) }
        }
    }

    /// The last rows: where the partitions that grew end.
    mutating func finish(since before: EmbeddedPlaces.Content) {
        for (place, end) in content.ends where before.ends[place] != end {
            batch.put(EmbeddedRows.end(place), EmbeddedRows.number(end))
        }
    }

    private mutating func removeRecords(_ place: Place, upTo offset: Int64) {
        let start = content.starts[place] ?? 0
        batch.deleteRange(from: EmbeddedRows.record(place, start), to: EmbeddedRows.record(place, offset))
        content.starts[place] = offset
    }

    private mutating func put(_ record: EmbeddedRecord, at place: Place) {
        let offset = end(place)
        packer.bytes.removeAll(keepingCapacity: true)
        record.pack(into: &packer)
        batch.put(EmbeddedRows.record(place, offset)[...], packer.bytes[...])
        if content.starts[place] == nil { content.starts[place] = offset }
        content.ends[place] = offset + 1
    }

    /// Of a compacted topic the newest record of a key stands; one without a value takes it away.
    private mutating func replace(_ record: EmbeddedRecord, in topic: Topic) {
        let row = [EmbeddedRows.newest, topic.rawValue] + (record.key ?? [])
        guard record.value != nil else { return batch.delete(row) }
        packer.bytes.removeAll(keepingCapacity: true)
        record.pack(into: &packer)
        batch.put(row[...], packer.bytes[...])
    }
}
