// SPDX-License-Identifier: Apache-2.0

/// A duration as it is written in files: a whole number and `ms`, `s`, `m`, `h` or `d`.
public struct DurationText: Sendable, Decodable, CustomStringConvertible {
    /// What it means.
    public var duration: Duration

    /// A duration to be written.
    public init(_ duration: Duration) { self.duration = duration }

    /// Reads `100ms`, `5m`, `7d`; nil for anything else, also for more than 1,000,000 days.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), let unit = Self.units.first(where: { $0.name == text.dropFirst(digits.count) })
        else {
            return nil
        }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow, milliseconds <= 1_000_000 * 86_400_000 else { return nil }
        duration = .milliseconds(milliseconds)
    }

    /// Reads it from one scalar.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let parsed = DurationText(text) else {
            throw SettingError("expected a duration such as 100ms, 5m or 7d, found “\(text)”")
        }
        self = parsed
    }

    /// In the largest unit that leaves a whole number.
    public var description: String {
        let milliseconds = duration.wholeMilliseconds
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 && (milliseconds != 0 || $0.name == "s") }
        return unit.map { "\(milliseconds / $0.milliseconds)\($0.name)" } ?? "\(milliseconds)ms"
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
}

extension Duration {
    /// Milliseconds, the rest cut off.
    public var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
