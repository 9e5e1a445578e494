// SPDX-License-Identifier: Apache-2.0
public import Digests

/// Writes packed records: little-endian words, varints, length-prefixed text.
public struct ByteWriter: Sendable {
    public var bytes: [UInt8]

    public init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    public mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// An unsigned LEB128 varint: 1–10 bytes.
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    public mutating func count(_ value: Int) { varint(UInt64(value)) }

    /// A signed number, zigzag.
    public mutating func signed(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    public mutating func word32(_ value: UInt32) { bytes.append(littleEndian: value) }
    public mutating func word64(_ value: UInt64) { bytes.append(littleEndian: value) }

    /// A number whose bytes sort as it does: big-endian, sign bit turned. For keys of sorted stores.
    public mutating func sortable(_ value: Int64) {
        bytes.append(bigEndian: UInt64(bitPattern: value) ^ 1 << 63)
    }

    public mutating func hash(_ value: Hash128) { value.append(to: &bytes) }

    public mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            count(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    public mutating func blob(_ value: [UInt8]) {
        count(value.count)
        bytes.append(contentsOf: value)
    }
}
