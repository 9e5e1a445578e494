// SPDX-License-Identifier: Apache-2.0

/// A 128-bit digest: what travels in place of identifiers, names events and results, and is a customer's id.
///
/// Ordered as its bytes are (big-endian), which is also the order of its hexadecimal text.
public struct Hash128: Codable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public static let zero = Hash128(high: 0, low: 0)

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 hexadecimal digits; nil for anything else.
    public init?(hex: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var count = 0
        for byte in hex.utf8 {
            guard let digit = Self.digit(byte), count < 32 else { return nil }
            if count < 16 { words.0 = words.0 << 4 | digit } else { words.1 = words.1 << 4 | digit }
            count += 1
        }
        guard count == 32 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// Reads 16 bytes, big-endian, from `offset` on. The caller sees to it that they are there.
    public init(bytes: borrowing [UInt8], at offset: Int) {
        precondition(offset >= 0 && offset + 16 <= bytes.count)
        let words = unsafe bytes.withUnsafeBytes { buffer in
            unsafe (
                buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                buffer.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            )
        }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }

    /// A digest is random enough: half of it will do for a dictionary.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    /// What dictionaries ask for: without it, they mix what is mixed already. The seed keeps tables of different size apart.
    public func _rawHashValue(seed: Int) -> Int {
        let product = (low ^ UInt64(truncatingIfNeeded: seed)).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    public static func < (a: Hash128, b: Hash128) -> Bool {
        a.high != b.high ? a.high < b.high : a.low < b.low
    }

    /// 32 lower-case hexadecimal digits.
    public var hex: String {
        String(decoding: hexBytes, as: UTF8.self)
    }

    /// The text of `hex` as bytes.
    public var hexBytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(32)
        appendHex(to: &out)
        return out
    }

    public func appendHex(to out: inout [UInt8]) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
            var (high, low) = (high, low)
            for place in stride(from: 15, through: 0, by: -1) {
                unsafe digits[place] = Self.hexDigit(high)
                unsafe digits[place + 16] = Self.hexDigit(low)
                high >>= 4
                low >>= 4
            }
            unsafe out.append(contentsOf: digits)
        }
    }

    /// Appends the 16 bytes, big-endian.
    public func append(to out: inout [UInt8]) {
        unsafe withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { unsafe out.append(contentsOf: $0) }
    }

    public var description: String { hex }

    private static func hexDigit(_ word: UInt64) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: word) & 15
        return digit < 10 ? 48 + digit : 87 + digit
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 48...57: UInt64(byte - 48)
        case 97...102: UInt64(byte - 87)
        case 65...70: UInt64(byte - 55)
        default: nil
        }
    }
}
