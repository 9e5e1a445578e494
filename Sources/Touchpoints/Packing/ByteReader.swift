// SPDX-License-Identifier: Apache-2.0
public import Digests

/// What is wrong with a packed record.
public enum PackedError: Error, Equatable, Sendable {
    /// It ends before it should.
    case truncated
    /// Its format byte is newer than this program: stop with exit 75, never dead-letter.
    case newerFormat(UInt8)
    /// It has a value that no writer of ours writes.
    case malformed
}

/// Reads what `ByteWriter` writes. Never traps: whatever is amiss is a `PackedError`.
public struct ByteReader: Sendable {
    public let bytes: [UInt8]
    public private(set) var offset: Int
    public let end: Int

    public init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    /// - Parameter range: of `bytes`; clamped to it.
    public init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        offset = max(0, min(range.lowerBound, bytes.count))
        end = max(0, min(range.upperBound, bytes.count))
    }

    public var isAtEnd: Bool { offset >= end }

    public mutating func byte() throws(PackedError) -> UInt8 {
        guard offset < end else { throw .truncated }
        defer { offset += 1 }
        return bytes[offset]
    }

    public mutating func varint() throws(PackedError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 64 else { throw .malformed }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    /// A count of things that take at least a byte each, or a length: never more than what is left.
    public mutating func count() throws(PackedError) -> Int {
        let value = try varint()
        guard value <= UInt64(end - offset) else { throw .truncated }
        return Int(value)
    }

    public mutating func signed() throws(PackedError) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    public mutating func word32() throws(PackedError) -> UInt32 {
        guard end - offset >= 4 else { throw .truncated }
        defer { offset += 4 }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }

    public mutating func word64() throws(PackedError) -> UInt64 {
        guard end - offset >= 8 else { throw .truncated }
        defer { offset += 8 }
        return (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    public mutating func sortable() throws(PackedError) -> Int64 {
        guard end - offset >= 8 else { throw .truncated }
        defer { offset += 8 }
        let word = (0..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[offset + $1]) }
        return Int64(bitPattern: word ^ 1 << 63)
    }

    public mutating func hash() throws(PackedError) -> Hash128 {
        guard end - offset >= 16 else { throw .truncated }
        defer { offset += 16 }
        return Hash128(bytes: bytes, at: offset)
    }

    public mutating func text() throws(PackedError) -> String {
        let length = try count()
        defer { offset += length }
        return String(decoding: bytes[offset..<offset + length], as: UTF8.self)
    }

    public mutating func blob() throws(PackedError) -> [UInt8] {
        let length = try count()
        defer { offset += length }
        return Array(bytes[offset..<offset + length])
    }
}
