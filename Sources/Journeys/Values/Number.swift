// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import Touchpoints

/// A number as properties have it: whole ones are integers, whatever their spelling; texts that are numbers count too.
public enum Number: Codable, Sendable, Equatable {
    case int(Int64)
    /// Not whole, or beyond 64 bits; always finite.
    case real(Double)

    /// nil: neither a number nor a text that is one.
    public init?(_ value: Value?) {
        switch value {
        case .int(let number): self = .int(number)
        case .double(let number): self.init(number)
        case .string(let text): self.init(text: text)
        default: return nil
        }
    }

    /// nil when it is not finite.
    public init?(_ double: Double) {
        guard double.isFinite else { return nil }
        self = Int64(exactly: double).map(Number.int) ?? .real(double)
    }

    /// Reads JSON's spelling of numbers, as a double.
    public init?(text: String) {
        guard Self.isSpelling(text.utf8), let double = Double(text) else { return nil }
        self.init(double)
    }

    public var double: Double {
        switch self {
        case .int(let number): Double(number)
        case .real(let number): number
        }
    }

    /// Whole, even if beyond 64 bits.
    var isWhole: Bool {
        switch self {
        case .int: true
        case .real(let number): number == number.rounded(.towardZero)
        }
    }

    /// The digits of a whole number; nil for others.
    var wholeText: String? {
        switch self {
        case .int(let number): String(number)
        case .real(let number): isWhole ? String(format: "%.0f", number) : nil
        }
    }

    public var json: Value {
        switch self {
        case .int(let number): .int(number)
        case .real(let number): .double(number)
        }
    }

    static func + (a: Number, b: Number) -> Number {
        if case .int(let x) = a, case .int(let y) = b {
            let (sum, overflow) = x.addingReportingOverflow(y)
            if !overflow { return .int(sum) }
        }
        return Number(a.double + b.double) ?? a
    }

    static prefix func - (a: Number) -> Number {
        if case .int(let x) = a, x != .min { return .int(-x) }
        return .real(-a.double)
    }

    static func < (a: Number, b: Number) -> Bool {
        if case .int(let x) = a, case .int(let y) = b { return x < y }
        return a.double < b.double
    }

    private static func isSpelling(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        func digits() -> Int {
            let found = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(found)
            return found
        }
        func take(_ bytes: UInt8...) -> Bool {
            guard let first = rest.first, bytes.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take(0x2d)
        let startsWithZero = rest.first == 48
        let whole = digits()
        guard whole > 0, !startsWithZero || whole == 1 else { return false }
        if take(0x2e), digits() == 0 { return false }
        if take(0x65, 0x45) {
            _ = take(0x2b, 0x2d)
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }
}
