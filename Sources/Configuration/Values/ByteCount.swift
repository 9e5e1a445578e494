// SPDX-License-Identifier: Apache-2.0

/// A number of bytes.
public struct ByteCount: Sendable, Hashable, Comparable, Decodable, CustomStringConvertible {
    /// How many.
    public var bytes: Int

    /// So many bytes.
    public init(_ bytes: Int) { self.bytes = bytes }

    /// So many times 1024 bytes.
    public static func kibibytes(_ count: Int) -> ByteCount { ByteCount(count << 10) }
    /// So many times 1024 KiB.
    public static func mebibytes(_ count: Int) -> ByteCount { ByteCount(count << 20) }
    /// So many times 1024 MiB.
    public static func gibibytes(_ count: Int) -> ByteCount { ByteCount(count << 30) }

    /// Reads `64KiB`, `1MiB`, `2GiB`, `512B` or a plain number of bytes; nil for anything else.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let name = text.dropFirst(digits.count)
        guard let count = Int(digits), let unit = Self.units.first(where: { $0.name == name || name.isEmpty }) else {
            return nil
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    /// Reads it from one scalar.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let parsed = ByteCount(text) else {
            throw SettingError("expected a size such as 64KiB or 1MiB, found “\(text)”")
        }
        self = parsed
    }

    /// Fewer bytes come first.
    public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }

    /// In the largest unit that leaves a whole number.
    public var description: String {
        let unit = Self.units.last { bytes % $0.bytes == 0 && (bytes != 0 || $0.bytes == 1) }
        return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B"
    }

    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]
}
