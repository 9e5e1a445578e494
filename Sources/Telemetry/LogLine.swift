// SPDX-License-Identifier: Apache-2.0
internal import struct Foundation.Date

struct LogField: Sendable, Equatable {
    var name: String
    var value: LogValue
}

/// One line of the log, and how it is written.
struct LogLine {
    var time: Date
    var level: LogLevel
    var message: String
    var fields: [LogField]

    /// With the line's end.
    func bytes(_ format: LogFormat) -> [UInt8] {
        var line = ""
        switch format {
        case .text:
            line += "\(Self.text(time)) \(level.name) \(message)"
            for field in fields { line += " \(field.name)=\(Self.bare(field.value))" }
        case .json:
            line += "{\"time\":\"\(Self.text(time))\",\"level\":\"\(level.name)\",\"message\":\(Self.quoted(message))"
            for field in fields { line += ",\(Self.quoted(field.name)):\(Self.json(field.value))" }
            line += "}"
        }
        return Array(line.utf8) + [10]
    }

    /// RFC 3339, UTC, milliseconds. Days since 1970 to a date as in Howard Hinnant's `civil_from_days`.
    static func text(_ time: Date) -> String {
        let ms = Int((time.timeIntervalSince1970 * 1000).rounded(.down))
        let (days, rest) = (floor(ms, 86_400_000), ms - floor(ms, 86_400_000) * 86_400_000)
        let shifted = days + 719_468
        let era = floor(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * part + 2) / 5 + 1
        let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
        let clock = "\(pad(rest / 3_600_000, 2)):\(pad(rest / 60_000 % 60, 2)):\(pad(rest / 1000 % 60, 2))"
        return "\(date)T\(clock).\(pad(rest % 1000, 3))Z"
    }

    private static func floor(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func bare(_ value: LogValue) -> String {
        switch value {
        case .text(let text):
            let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 != 34 && $0 != 61 && $0 != 127 }
            return isPlain ? text : quoted(text)
        case .integer(let integer): return String(integer)
        case .number(let number): return "\(number)"
        case .flag(let flag): return flag ? "true" : "false"
        }
    }

    private static func json(_ value: LogValue) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .number(let number) where !number.isFinite: quoted("\(number)")
        default: bare(value)
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case let control where control.value < 32 || control.value == 127:
                let digits = String(control.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
