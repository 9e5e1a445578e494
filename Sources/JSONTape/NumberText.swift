// SPDX-License-Identifier: Apache-2.0

/// A number as JSON spells it, by the model's rules: what is whole and below 2^63 is an integer, every digit of it;
/// the rest are doubles.
enum NumberText: Equatable {
    case int(Int64)
    /// Digits alone, of 64 bits or more, as the nearest double; also a whole number of exactly ± 2^63 with a point or
    /// an exponent.
    case bigInteger(Double)
    case double(Double)
    /// Beyond a double.
    case beyond

    /// Reads the number that begins at `start`; nil when none does. Also how long it is.
    static func read(_ bytes: [UInt8], _ start: Int, _ end: Int) -> (NumberText, length: Int)? {
        var at = start
        func digits() -> Range<Int>? {
            let first = at
            while at < end, bytes[at] &- 48 < 10 { at += 1 }
            return at > first ? first..<at : nil
        }
        let isNegative = at < end && bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        guard let whole = digits(), whole.count == 1 || bytes[whole.lowerBound] != 48 else { return nil }
        var (fraction, exponent) = (0..<0, 0)
        var isReal = false
        if at < end, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard let found = digits() else { return nil }
            (fraction, isReal) = (found, true)
        }
        if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            let sign = at < end && bytes[at] == UInt8(ascii: "-") ? -1 : 1
            if at < end, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") { at += 1 }
            guard let found = digits() else { return nil }
            // No text is so long that more than this could be made up for by digits.
            exponent = sign * bytes[found].reduce(0) { min($0 * 10 + Int($1 - 48), 1 << 40) }
            isReal = true
        }
        guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)) else { return nil }
        let length = at - start
        guard value.isFinite else { return (.beyond, length) }
        if isReal {
            if value == 0 { return (.int(0), length) }
            guard value.rounded(.towardZero) == value, value.magnitude <= 0x1p63
            else { return (.double(value), length) }
        }
        var significant = Array(bytes[whole] + bytes[fraction])
        exponent -= fraction.count
        while let last = significant.last, last == 48, significant.count > 1 {
            significant.removeLast()
            exponent += 1
        }
        guard exponent >= 0 else { return (.double(value), length) }
        return (integer(significant, exponent, isNegative) ?? .bigInteger(value), length)
    }

    /// digits × 10^exponent, if that is below 2^63.
    private static func integer(_ digits: [UInt8], _ exponent: Int, _ isNegative: Bool) -> NumberText? {
        var value: Int64 = 0
        for byte in digits {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooMuch) = product.addingReportingOverflow(Int64(byte - 48))
            guard !tooLarge, !tooMuch else { return nil }
            value = sum
        }
        guard value != 0 else { return .int(0) }
        for _ in 0..<min(exponent, 20) {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            guard !tooLarge else { return nil }
            value = product
        }
        return .int(isNegative ? -value : value)
    }
}
