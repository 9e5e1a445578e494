// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// Up to where one state partition is: beside its rows in the local store, and in the changelog under the empty key.
///
/// Packed: format byte 1, the number of inputs, then for each its topic's number and the next offset. The local row
/// goes on with the changelog's next offset and when it was written.
struct PartitionMeta: Equatable {
    /// The next offset to read of each input topic's partition with this number.
    var offsets: [Topic: Int64] = [:]
    /// The next offset of the changelog to apply.
    var position: Int64 = 0
    /// By the wall clock: tombstones older than their retention may have been missed.
    var writtenMs: Int64 = 0

    private static let format: UInt8 = 1

    /// The key of the record in the changelog. State rows never have it.
    static let changelogKey: [UInt8] = []

    /// The key of the row in the local store, apart from all state rows.
    static func localKey(_ role: Role, _ partition: Int32) -> [UInt8] {
        var key = StateKeys.prefix(role, partition)
        key[0] |= 0x80
        return key
    }

    /// As it is in the changelog.
    var packed: [UInt8] { writer.bytes }

    /// As it is in the local store.
    var packedLocally: [UInt8] {
        var writer = writer
        writer.signed(position)
        writer.signed(writtenMs)
        return writer.bytes
    }

    private var writer: ByteWriter {
        var writer = ByteWriter(capacity: 40)
        writer.byte(Self.format)
        writer.count(offsets.count)
        for (topic, offset) in offsets.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            writer.byte(topic.rawValue)
            writer.signed(offset)
        }
        return writer
    }

    init() {}

    /// Throws `newerFormat` when a newer program wrote it.
    init(changelog bytes: [UInt8], _ range: Range<Int>) throws(PackedError) {
        var reader = ByteReader(bytes, range)
        offsets = try Self.offsets(&reader)
    }

    init(local bytes: [UInt8]) throws(PackedError) {
        var reader = ByteReader(bytes)
        offsets = try Self.offsets(&reader)
        position = try reader.signed()
        writtenMs = try reader.signed()
    }

    private static func offsets(_ reader: inout ByteReader) throws(PackedError) -> [Topic: Int64] {
        let written = try reader.byte()
        guard written == format else { throw .newerFormat(written) }
        var offsets: [Topic: Int64] = [:]
        for _ in 0..<(try reader.count()) {
            guard let topic = Topic(rawValue: try reader.byte()) else { throw .malformed }
            offsets[topic] = try reader.signed()
        }
        return offsets
    }
}

/// Keys of rows in a store that several roles and partitions share.
enum StateKeys {
    /// What the keys of one partition's rows begin with: the role, then the partition, big-endian.
    static func prefix(_ role: Role, _ partition: Int32) -> [UInt8] {
        [role.rawValue, UInt8(truncatingIfNeeded: partition >> 8), UInt8(truncatingIfNeeded: partition)]
    }
}
