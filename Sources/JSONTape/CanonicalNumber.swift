// SPDX-License-Identifier: Apache-2.0

/// Numbers as ECMAScript prints them.
public enum CanonicalNumber {
    /// Appends all digits of an integer.
    public static func append(_ value: Int64, to out: inout [UInt8]) {
        if value < 0 { out.append(UInt8(ascii: "-")) }
        append(digitsOf: value.magnitude, to: &out)
    }

    /// Appends the shortest digits that read back as the same double. Zero has no sign; what is not finite is `null`.
    public static func append(_ value: Double, to out: inout [UInt8]) {
        guard value.isFinite else { return out.append(contentsOf: "null".utf8) }
        if value == 0 { return out.append(48) }
        if value < 0 { out.append(UInt8(ascii: "-")) }
        if !appendCents(value.magnitude, to: &out) { appendShortest(value.magnitude, to: &out) }
    }

    private static func append(digitsOf value: UInt64, to out: inout [UInt8]) {
        if value < 10 { return out.append(48 + UInt8(truncatingIfNeeded: value)) }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = value
        repeat {
            first -= 1
            digits[first] = 48 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for place in first..<20 { out.append(digits[place]) }
    }

    /// Money, mostly: a number of at most two decimals and fifteen digits is the double that those digits read as,
    /// and no shorter ones do.
    private static func appendCents(_ value: Double, to out: inout [UInt8]) -> Bool {
        guard value < 1e12 else { return false }
        let cents = (value * 100).rounded()
        guard cents >= 1, cents / 100 == value else { return false }
        let (whole, fraction) = UInt64(cents).quotientAndRemainder(dividingBy: 100)
        append(digitsOf: whole, to: &out)
        guard fraction > 0 else { return true }
        out.append(UInt8(ascii: "."))
        out.append(48 + UInt8(truncatingIfNeeded: fraction / 10))
        if fraction % 10 > 0 { out.append(48 + UInt8(truncatingIfNeeded: fraction % 10)) }
        return true
    }

    private static func appendShortest(_ value: Double, to out: inout [UInt8]) {
        // Swift's digits are the shortest, too: only where it puts the point and the exponent differs.
        var (digits, point, exponent): ([UInt8], Int?, Int) = ([], nil, 0)
        let text = Array(value.description.utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: ".") {
                point = digits.count
            } else if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                break
            } else {
                digits.append(byte)
            }
        }
        var before = (point ?? digits.count) + exponent
        let zeros = digits.prefix { $0 == 48 }.count
        digits.removeFirst(zeros)
        before -= zeros
        while digits.last == 48 { digits.removeLast() }
        append(digits, before, to: &out)
    }

    /// - Parameter point: how many of the digits stand before the decimal point.
    private static func append(_ digits: [UInt8], _ point: Int, to out: inout [UInt8]) {
        if digits.count <= point, point <= 21 {
            out.append(contentsOf: digits)
            out.append(contentsOf: repeatElement(48, count: point - digits.count))
        } else if 0 < point, point <= 21 {
            out.append(contentsOf: digits[..<point])
            out.append(UInt8(ascii: "."))
            out.append(contentsOf: digits[point...])
        } else if -6 < point, point <= 0 {
            out.append(contentsOf: "0.".utf8)
            out.append(contentsOf: repeatElement(48, count: -point))
            out.append(contentsOf: digits)
        } else {
            out.append(contentsOf: digits.prefix(1))
            if digits.count > 1 { out.append(UInt8(ascii: ".")) }
            out.append(contentsOf: digits.dropFirst())
            out.append(UInt8(ascii: "e"))
            out.append(point > 0 ? UInt8(ascii: "+") : UInt8(ascii: "-"))
            append(digitsOf: UInt64((point - 1).magnitude), to: &out)
        }
    }
}
