// SPDX-License-Identifier: Apache-2.0
internal import StateStore
internal import Touchpoints

/// An output record, as readers of an embedded log see it.
public struct EmbeddedOutput: Sendable, Equatable {
    /// Where it stands; −1 in compacted topics, which have no order but that of keys.
    public var offset: Int64
    public var key: [UInt8]?
    public var attributes: EventAttributes?
    /// The `data` member's JSON; nil: nothing stands under the key any more.
    public var data: [UInt8]?
}

extension EmbeddedEventLog {
    /// Records of a topic of ours from an offset on, at most `max`; what is purged already is passed over. Of compacted
    /// topics: the newest of each key, in the order of keys, all when `max` allows.
    public func outputs(_ topic: Topic, partition: Int32 = 0, from offset: Int64 = 0, max: Int) throws
        -> [EmbeddedOutput]
    {
        var found: [EmbeddedOutput] = []
        let place = Place(topic: topic.rawValue, partition: UInt16(truncatingIfNeeded: partition))
        let prefix = topic.isCompacted ? [EmbeddedRows.newest, topic.rawValue] : EmbeddedRows.records(place)
        let from = topic.isCompacted ? nil : EmbeddedRows.record(place, Swift.max(0, offset))
        guard max > 0 else { return [] }
        try store.scan(prefix: prefix, from: from, order: .ascending) { key, value in
            let record = try EmbeddedRecord(row: [UInt8](copying: value))
            let offset = topic.isCompacted ? nil : EmbeddedRows.number([UInt8](copying: key), at: 4)
            found.append(
                EmbeddedOutput(
                    offset: offset ?? -1,
                    key: record.key,
                    attributes: record.attributes,
                    data: record.value.map { Array($0) }
                )
            )
            return found.count < max
        }
        return found
    }

    /// Records that wait for a role, by the name of the topic.
    public func backlog(_ role: Role) -> [String: Int] {
        let content = places.current
        var sums: [String: Int] = [:]
        for place in inputPlaces(of: role) { sums[name(place).topic, default: 0] += Int(content.backlog(role, place)) }
        return sums
    }

    /// Adds records of a place from `offset` on, before `end`; returns the offset to go on from.
    func read(
        _ place: Place,
        from offset: Int64,
        end: Int64,
        recordsMax: Int,
        bytesMax: Int,
        into batch: inout RecordBatch
    ) throws -> Int64 {
        let target = name(place)
        var next = offset
        let limit = batch.records.count + recordsMax
        try store.scan(
            prefix: EmbeddedRows.records(place),
            from: EmbeddedRows.record(place, offset),
            order: .ascending
        ) { key, value in
            guard let offset = EmbeddedRows.number([UInt8](copying: key), at: 4), offset < end else { return false }
            let record = try EmbeddedRecord(row: [UInt8](copying: value))
            batch.append(
                topic: target.topic,
                partition: target.partition,
                offset: offset,
                timestampMs: record.timestampMs,
                key: record.key,
                value: record.value,
                headers: record.headers
            )
            next = offset + 1
            return batch.records.count < limit && batch.bytes.count < bytesMax
        }
        return next
    }

    /// The first offset whose record was appended at or after a time; the end when there is none. Looks at a bounded
    /// number of records: the next sweep goes on.
    func firstOffset(_ place: Place, notBefore timeMs: Int64) throws -> Int64 {
        var first = places.current.starts[place] ?? 0
        var looked = 0
        try store.scan(prefix: EmbeddedRows.records(place)) { key, value in
            guard let offset = EmbeddedRows.number([UInt8](copying: key), at: 4) else { return false }
            guard try EmbeddedRecord(row: [UInt8](copying: value)).timestampMs < timeMs else {
                first = offset
                return false
            }
            first = offset + 1
            looked += 1
            return looked < 100_000
        }
        return first
    }
}
