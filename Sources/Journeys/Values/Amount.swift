// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// Money, decimal and exact up to 28 significant digits (more are rounded, halves to even).
public struct Amount: Codable, Sendable, Equatable {
    /// The value is coefficient × 10^exponent; no trailing zeros.
    private var coefficient: Int128
    private var exponent: Int

    public static let zero = Amount(0, 0)
    private static let digitsMax = 28
    /// The first number with more digits.
    private static let limit: UInt128 = (0..<digitsMax).reduce(1) { product, _ in product * 10 }

    /// nil: neither a number nor a text that is one.
    public init?(_ value: Value?) {
        guard Number(value) != nil else { return nil }
        switch value {
        case .int(let number): self.init(Int128(number), 0)
        case .double(let number): self.init(spelling: number.description)
        case .string(let text): self.init(spelling: text)
        default: return nil
        }
    }

    /// From what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        let digits = try container.decode(String.self)
        guard let coefficient = Int128(digits) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no whole number: \(digits)")
        }
        self.init(coefficient, try container.decode(Int.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(String(coefficient))
        try container.encode(exponent)
    }

    private init(_ coefficient: Int128, _ exponent: Int) {
        self.coefficient = coefficient
        self.exponent = coefficient == 0 ? 0 : exponent
        while self.coefficient != 0, self.coefficient % 10 == 0 {
            self.coefficient /= 10
            self.exponent += 1
        }
    }

    /// Reads a sign, digits, a fraction and an exponent that are known to be well formed. Digits beyond 37 are cut.
    private init(spelling: String) {
        var coefficient: Int128 = 0
        var exponent = 0
        var count = 0
        var isFraction = false
        var negative = false
        var rest = spelling.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2d: negative = true
            case 0x2e: isFraction = true
            case 0x65, 0x45:
                exponent += Int(String(Substring(rest))) ?? 0
                rest = rest.dropFirst(rest.count)
            default:
                if count == 0, byte == 48, coefficient == 0 {
                    if isFraction { exponent -= 1 }
                    continue
                }
                count += 1
                if count <= 37 { coefficient = coefficient * 10 + Int128(byte - 48) }
                exponent += (isFraction ? -1 : 0) + (count > 37 ? 1 : 0)
            }
        }
        // Smaller than any double is nothing; larger is no number.
        self.init(exponent < -400 ? 0 : negative ? -coefficient : coefficient, exponent)
    }

    static func + (a: Amount, b: Amount) -> Amount {
        if a.coefficient == 0 { return b.rounded() }
        if b.coefficient == 0 { return a.rounded() }
        let (low, high) = a.exponent <= b.exponent ? (a, b) : (b, a)
        var scaled = high.coefficient
        for _ in 0..<(high.exponent - low.exponent) {
            let (product, overflow) = scaled.multipliedReportingOverflow(by: 10)
            // So far apart that the smaller one is lost in rounding.
            guard !overflow else { return high.rounded() }
            scaled = product
        }
        let (sum, overflow) = scaled.addingReportingOverflow(low.coefficient)
        return overflow ? high.rounded() : Amount(sum, low.exponent).rounded()
    }

    static prefix func - (a: Amount) -> Amount { Amount(-a.coefficient, a.exponent) }
    static func - (a: Amount, b: Amount) -> Amount { a + -b }
    static func < (a: Amount, b: Amount) -> Bool { (a - b).coefficient < 0 }

    /// Plain decimal digits, as a JSON number.
    public var text: String {
        let digits = String(coefficient.magnitude)
        let sign = coefficient < 0 ? "-" : ""
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        let point = digits.count + exponent
        if point > 0 { return sign + digits.prefix(point) + "." + digits.dropFirst(point) }
        return sign + "0." + String(repeating: "0", count: -point) + digits
    }

    private func rounded() -> Amount {
        if coefficient.magnitude < Self.limit { return self }
        let surplus = String(coefficient.magnitude).utf8.count - Self.digitsMax
        var unit: Int128 = 1
        for _ in 0..<surplus { unit *= 10 }
        var (quotient, remainder) = coefficient.magnitude.quotientAndRemainder(dividingBy: unit.magnitude)
        let half = unit.magnitude / 2
        if remainder > half || remainder == half && quotient % 2 == 1 { quotient += 1 }
        remainder = 0
        return Amount((coefficient < 0 ? -1 : 1) * Int128(quotient), exponent + surplus)
    }
}
