// SPDX-License-Identifier: Apache-2.0

/// A scalar: its text and whether it was written without quotes.
///
/// Only such a plain scalar can be more than text.
///
/// **Source** YAML 1.2.2, chapter 10.3 (the core schema): `yes` and `no` are text.
public struct YAMLScalar: Sendable, Hashable {
    /// Without quotes and escapes.
    public var text: String
    /// Written without quotes.
    public var isPlain: Bool

    /// A scalar made elsewhere.
    public init(_ text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
    }

    /// `null`, `~`, or nothing.
    public var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

    /// `true` or `false`; nil for anything else.
    public var bool: Bool? {
        guard isPlain else { return nil }
        return switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// An integer of a width: decimal, `0o17` or `0xff`; nil for anything else, or beyond the width.
    public func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T? {
        guard isPlain else { return nil }
        if text.hasPrefix("0o") { return digits(2, radix: 8) }
        if text.hasPrefix("0x") { return digits(2, radix: 16) }
        return T(text, radix: 10)
    }

    /// A number, also `.inf` and `.nan`; nil for anything else.
    public var double: Double? {
        guard isPlain else { return nil }
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        if let integer = integer(Int64.self) { return Double(integer) }
        guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
            text.utf8.contains(where: { $0 < 58 && $0 > 47 })
        else { return nil }
        var spelling = text
        if spelling.hasSuffix(".") { spelling.removeLast() }
        return Double(spelling)
    }

    private func digits<T: FixedWidthInteger>(_ skipped: Int, radix: Int) -> T? {
        let digits = text.dropFirst(skipped)
        return digits.first?.isHexDigit == true ? T(digits, radix: radix) : nil
    }
}
