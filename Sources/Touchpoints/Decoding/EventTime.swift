// SPDX-License-Identifier: Apache-2.0

/// Times of events: milliseconds since 1970, and RFC 3339.
public enum EventTime {
    /// 9999-12-31T23:59:59.999Z.
    public static let endOf9999Ms: Int64 = 253_402_300_799_999
    /// 2000-01-01T00:00:00Z.
    public static let year2000Ms: Int64 = 946_684_800_000

    /// RFC 3339 with an offset (also with a blank, `t`, `z`, `-00:00`; second 60 is the next), fractions cut to
    /// milliseconds towards −∞.
    ///
    /// nil for anything else. Years 1 to 9999.
    public static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        return parse(bytes, 0..<bytes.count)
    }

    /// The same of a range of UTF-8, which must be within the bytes.
    public static func parse(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
        guard range.count >= 20 else { return nil }
        var scan = Scan(bytes: bytes, at: range.lowerBound, end: range.upperBound)
        guard let year = scan.number(4), scan.skip("-"), let month = scan.number(2), scan.skip("-"),
            let day = scan.number(2), scan.skip("T") || scan.skip("t") || scan.skip(" "),
            let hour = scan.number(2), hour < 24, scan.skip(":"), let minute = scan.number(2), minute < 60,
            scan.skip(":"), let second = scan.number(2), second <= 60,
            year >= 1, (1...12).contains(month), day >= 1, day <= daysIn(month, of: year)
        else { return nil }
        var milliseconds: Int64 = 0
        if scan.skip(".") {
            guard let fraction = scan.fraction() else { return nil }
            milliseconds = fraction
        }
        guard let offset = scan.offset(), scan.isAtEnd else { return nil }
        let minutes = (daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offset
        return (minutes * 60 + second) * 1000 + milliseconds
    }

    /// `2026-03-01T00:30:00.000Z`. Years before 1 or after 9999 do not happen to events; they come out with their
    /// sign or digits.
    public static func format(_ ms: Int64) -> String {
        var out: [UInt8] = []
        append(ms, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends what `format` gives.
    public static func append(_ ms: Int64, to out: inout [UInt8]) {
        let (day, rest) = floorDivide(ms, 86_400_000)
        let (year, month, date) = civil(day)
        if year < 0 { out.append(UInt8(ascii: "-")) }
        pad(year.magnitude, 4, &out)
        out.append(UInt8(ascii: "-"))
        pad(month.magnitude, 2, &out)
        out.append(UInt8(ascii: "-"))
        pad(date.magnitude, 2, &out)
        out.append(UInt8(ascii: "T"))
        pad((rest / 3_600_000).magnitude, 2, &out)
        out.append(UInt8(ascii: ":"))
        pad((rest / 60_000 % 60).magnitude, 2, &out)
        out.append(UInt8(ascii: ":"))
        pad((rest / 1000 % 60).magnitude, 2, &out)
        out.append(UInt8(ascii: "."))
        pad((rest % 1000).magnitude, 3, &out)
        out.append(UInt8(ascii: "Z"))
    }

    private static func pad(_ value: UInt64, _ width: Int, _ out: inout [UInt8]) {
        if width == 2, value < 100 {
            out.append(48 + UInt8(truncatingIfNeeded: value / 10))
            return out.append(48 + UInt8(truncatingIfNeeded: value % 10))
        }
        var digits: (UInt64, Int) = (1, 1)
        while digits.1 < width || value / digits.0 >= 10 { digits = (digits.0 * 10, digits.1 + 1) }
        while digits.0 > 0 {
            out.append(48 + UInt8(truncatingIfNeeded: value / digits.0 % 10))
            digits.0 /= 10
        }
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: by)
        return remainder < 0 ? (quotient - 1, remainder + by) : (quotient, remainder)
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the proleptic Gregorian calendar. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let (era, ofEra) = floorDivide(y, 400)
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, ofEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * ofYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1)
    }

    /// A place in the text that is read.
    private struct Scan {
        let bytes: [UInt8]
        var at: Int
        let end: Int

        var isAtEnd: Bool { at == end }

        mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
            guard at < end, bytes[at] == UInt8(truncatingIfNeeded: scalar.value) else { return false }
            at += 1
            return true
        }

        mutating func digit() -> Int64? {
            guard at < end, bytes[at] &- 48 < 10 else { return nil }
            defer { at += 1 }
            return Int64(bytes[at] - 48)
        }

        mutating func number(_ width: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<width {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// Milliseconds of the digits after the point.
        mutating func fraction() -> Int64? {
            guard let first = digit() else { return nil }
            let value = first * 100 + (digit() ?? 0) * 10 + (digit() ?? 0)
            while digit() != nil {}
            return value
        }

        /// Minutes to take off.
        mutating func offset() -> Int64? {
            if skip("Z") || skip("z") { return 0 }
            let isWest = skip("-")
            guard isWest || skip("+"), let hours = number(2), hours < 24, skip(":"), let minutes = number(2),
                minutes < 60
            else { return nil }
            return (isWest ? -1 : 1) * (hours * 60 + minutes)
        }
    }
}
