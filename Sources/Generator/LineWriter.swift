// SPDX-License-Identifier: Apache-2.0

/// Writes one JSON line. Every text comes from the generator's own tables, none of which needs escaping.
struct LineWriter {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func text(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    /// A text made of a prefix and a number.
    mutating func text(_ name: String, _ prefix: String, _ number: Int) {
        key(name)
        string(prefix, number)
    }

    mutating func number(_ name: String, _ value: Int) {
        key(name)
        digits(value)
    }

    mutating func flag(_ name: String, _ value: Bool) {
        key(name)
        raw(value ? "true" : "false")
    }

    mutating func time(_ name: String, _ timeMs: Int64, isUTC: Bool = false) {
        key(name)
        bytes.append(0x22)
        instant(timeMs, isUTC: isUTC)
        bytes.append(0x22)
    }

    /// A calendar day, as shops in Japan promise it.
    mutating func day(_ name: String, _ timeMs: Int64) {
        key(name)
        bytes.append(0x22)
        date((timeMs + Self.japanMs) / 86_400_000)
        bytes.append(0x22)
    }

    mutating func object(_ name: String, _ content: (inout LineWriter) -> Void) {
        key(name)
        object(content)
    }

    mutating func object(_ content: (inout LineWriter) -> Void) {
        separate()
        bytes.append(0x7b)
        content(&self)
        bytes.append(0x7d)
    }

    mutating func list(_ name: String, _ content: (inout LineWriter) -> Void) {
        key(name)
        bytes.append(0x5b)
        content(&self)
        bytes.append(0x5d)
    }

    mutating func key(_ name: String) {
        separate()
        string(name)
        bytes.append(0x3a)
    }

    mutating func string(_ value: String) {
        bytes.append(0x22)
        raw(value)
        bytes.append(0x22)
    }

    mutating func string(_ prefix: String, _ number: Int) {
        bytes.append(0x22)
        raw(prefix)
        digits(number)
        bytes.append(0x22)
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func separate() {
        switch bytes.last {
        case 0x7b, 0x5b, 0x3a, nil: break
        default: bytes.append(0x2c)
        }
    }
}

// MARK: - Numbers and times

extension LineWriter {
    private static let japanMs: Int64 = 9 * 3_600_000

    mutating func digits(_ value: Int) {
        if value < 0 { bytes.append(0x2d) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(0x30 + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    mutating func padded(_ value: Int, _ width: Int) {
        var scale = 1
        for _ in 1..<max(1, width) { scale *= 10 }
        while scale > 0 {
            bytes.append(0x30 + UInt8(value / scale % 10))
            scale /= 10
        }
    }

    /// RFC 3339 with milliseconds: Japan's time, or UTC. From 1970 on.
    private mutating func instant(_ timeMs: Int64, isUTC: Bool) {
        let local = timeMs + (isUTC ? 0 : Self.japanMs)
        date(local / 86_400_000)
        let rest = Int(local % 86_400_000)
        bytes.append(0x54)
        padded(rest / 3_600_000, 2)
        bytes.append(0x3a)
        padded(rest / 60_000 % 60, 2)
        bytes.append(0x3a)
        padded(rest / 1000 % 60, 2)
        bytes.append(0x2e)
        padded(rest % 1000, 3)
        raw(isUTC ? "Z" : "+09:00")
    }

    /// A day of the Gregorian calendar from the days since 1970 (Howard Hinnant's `civil_from_days`).
    private mutating func date(_ days: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        let civil = month < 10 ? month + 3 : month - 9
        padded(Int(year + era * 400 + (civil <= 2 ? 1 : 0)), 4)
        bytes.append(0x2d)
        padded(Int(civil), 2)
        bytes.append(0x2d)
        padded(Int(day), 2)
    }
}
