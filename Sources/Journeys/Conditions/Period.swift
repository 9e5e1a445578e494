// SPDX-License-Identifier: Apache-2.0

/// A length of time in rules: `250ms`, `90s`, `30m`, `24h`, `14d`.
public struct Period: Decodable, Sendable, Hashable {
    /// Milliseconds, not negative.
    public var ms: Int64

    public init(ms: Int64) { self.ms = ms }

    /// nil for anything but digits and a unit.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let count = Int64(digits), let unit = units[String(text.dropFirst(digits.count))] else { return nil }
        let (ms, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, ms <= 86_400_000 * 365_000 else { return nil }
        self.ms = ms
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let period = Period(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a length of time such as 30m, 24h or 14d, found “\(text)”"
            )
        }
        self = period
    }
}
