// SPDX-License-Identifier: Apache-2.0

/// One partition of a topic, as rows name it: our topics by their number, input topics from 0x80 on.
struct Place: Hashable, Comparable, Sendable {
    var topic: UInt8
    var partition: UInt16

    static let firstInput: UInt8 = 0x80

    static func < (a: Place, b: Place) -> Bool {
        a.topic != b.topic ? a.topic < b.topic : a.partition < b.partition
    }
}

/// The rows of an embedded log. All numbers are big-endian, so that rows sort by them.
///
///     [role][partition]+key                  state of a role (0…2)
///     10 [topic][partition][offset]          a record
///     11 [role][topic][partition]            the next offset that the role reads
///     12 [topic][partition]                  the next offset that is written
///     14 [topic]+key                         of a compacted topic: the newest record of a key
///     15 [topic]                             the name of an input topic
///     1f                                     format of all this, partitions
enum EmbeddedRows {
    static let format: UInt8 = 1
    static let meta: [UInt8] = [0x1F]
    static let records: UInt8 = 0x10
    static let positions: UInt8 = 0x11
    static let ends: UInt8 = 0x12
    static let newest: UInt8 = 0x14
    static let names: UInt8 = 0x15

    static func state(_ role: Role, _ partition: Int32) -> [UInt8] {
        [role.rawValue, UInt8(truncatingIfNeeded: partition >> 8), UInt8(truncatingIfNeeded: partition)]
    }

    static func records(_ place: Place) -> [UInt8] { [records] + bytes(place) }
    static func record(_ place: Place, _ offset: Int64) -> [UInt8] { [records] + bytes(place) + number(offset) }
    static func position(_ role: Role, _ place: Place) -> [UInt8] { [positions, role.rawValue] + bytes(place) }
    static func end(_ place: Place) -> [UInt8] { [ends] + bytes(place) }

    static func number(_ value: Int64) -> [UInt8] {
        let word = UInt64(bitPattern: value)
        return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }

    /// nil unless eight bytes begin at `index`.
    static func number(_ bytes: [UInt8], at index: Int) -> Int64? {
        guard bytes.count >= index + 8 else { return nil }
        return Int64(bitPattern: bytes[index..<index + 8].reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// nil unless three bytes begin at `index`.
    static func place(_ bytes: [UInt8], at index: Int) -> Place? {
        guard bytes.count >= index + 3 else { return nil }
        return Place(topic: bytes[index], partition: UInt16(bytes[index + 1]) << 8 | UInt16(bytes[index + 2]))
    }

    private static func bytes(_ place: Place) -> [UInt8] {
        [place.topic, UInt8(place.partition >> 8), UInt8(truncatingIfNeeded: place.partition)]
    }
}
