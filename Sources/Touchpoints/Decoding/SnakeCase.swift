// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Names of types, channels and realms: snake case, lower case where the script has it.
public enum SnakeCase {
    /// NFKC; `_` between a small letter or digit and a capital, and before the last capital of a run that a small
    /// letter follows; each run of
    /// other than letters, marks and digits one `_`; trimmed; lower case; `_` before a leading digit.
    ///
    /// nil when nothing or more than 64 characters (Unicode scalars) are left.
    public static func name(_ raw: String) -> String? {
        if isName(raw.utf8) { return raw }
        let text = raw.utf8.allSatisfy { $0 < 0x80 } ? raw : raw.precomposedStringWithCompatibilityMapping
        let scalars = Array(text.unicodeScalars)
        let kinds = scalars.map(kind)
        var out = String.UnicodeScalarView()
        var count = 0
        for (index, scalar) in scalars.enumerated() {
            let before = index > 0 ? kinds[index - 1] : .other
            let after = index + 1 < kinds.count ? kinds[index + 1] : .other
            let isBreak =
                kinds[index] == .capital
                && (before == .small || before == .digit || before == .capital && after == .small)
            if isBreak || kinds[index] == .other, out.last != "_" { out.append("_") }
            guard kinds[index] != .other, scalar != "_" else { continue }
            out.append(contentsOf: lowered(scalar))
        }
        // A letter's lower case never begins or ends with `_`, so trimming before it is trimming after it.
        while out.last == "_" { out.removeLast() }
        while out.first == "_" { out.removeFirst() }
        if let first = out.first, first.properties.generalCategory == .decimalNumber {
            out.insert("_", at: out.startIndex)
        }
        count = out.count
        return 1...64 ~= count ? String(out) : nil
    }

    /// Lower case scalar by scalar: no locale, no final sigma.
    public static func lowercased(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            return text.utf8.contains { $0 &- 65 < 26 } ? text.lowercased() : text
        }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { out.append(contentsOf: lowered(scalar)) }
        return String(out)
    }

    /// Whether it is a name already, of ASCII: what most senders send.
    static func isName(_ text: some Collection<UInt8>) -> Bool {
        guard 1...64 ~= text.count, let first = text.first, first &- 97 < 26 else { return false }
        var last = first
        for byte in text {
            guard byte &- 97 < 26 || byte &- 48 < 10 || byte == 0x5f && last != 0x5f else { return false }
            last = byte
        }
        return last != 0x5f
    }

    private enum Kind { case capital, small, digit, letter, other }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: .capital
        case .lowercaseLetter: .small
        case .decimalNumber: .digit
        case .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark: .letter
        default: .other
        }
    }

    private static func lowered(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        if scalar.isASCII {
            let value = scalar.value &- 65 < 26 ? scalar.value + 32 : scalar.value
            return String.UnicodeScalarView([Unicode.Scalar(value) ?? scalar])
        }
        return scalar.properties.lowercaseMapping.unicodeScalars
    }
}
