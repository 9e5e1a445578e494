// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Touchpoints

/// Dates in properties: an integer is milliseconds, a time without offset is local, a date means its last millisecond.
struct PropertyMoment: Sendable {
    private let zone: TimeZone
    /// Milliseconds east of Greenwich where the zone never changes within the readable years.
    private let fixedOffsetMs: Int64?

    private static let range: Range<Int64> = 946_684_800_000..<253_402_300_800_000

    /// nil: there is no such time zone.
    init?(zone identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.zone = zone
        let start = Date(timeIntervalSince1970: 946_684_800)
        let isFixed = zone.nextDaylightSavingTimeTransition(after: start) == nil
        fixedOffsetMs = isFixed ? Int64(zone.secondsFromGMT(for: start)) * 1000 : nil
    }

    /// Milliseconds since 1970, in the years 2000 to 9999; nil when it cannot be read.
    func read(_ value: Value?) -> Int64? {
        var found: Int64?
        if case .string(let text) = value, let parts = Spelling(text) {
            found = milliseconds(parts)
        } else if case .int(let number)? = Number(value) {
            found = number
        }
        return found.flatMap { Self.range.contains($0) ? $0 : nil }
    }

    /// `2026-03-05 10:31`, in the zone.
    func localText(_ timeMs: Int64) -> String {
        let local = timeMs + offset(timeMs)
        let minute = local.floorDivided(by: 60_000) - local.floorDivided(by: 86_400_000) * 1440
        let clock = "\(CivilDay.padded(Int(minute / 60), 2)):\(CivilDay.padded(Int(minute % 60), 2))"
        return "\(CivilDay.text(ofMs: local)) \(clock)"
    }

    private func offset(_ timeMs: Int64) -> Int64 {
        fixedOffsetMs ?? Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(timeMs) / 1000))) * 1000
    }

    private func milliseconds(_ parts: Spelling) -> Int64? {
        guard (1...9999).contains(parts.year), (1...12).contains(parts.month) else { return nil }
        guard parts.day >= 1, parts.day <= CivilDay.days(of: parts.month, in: parts.year) else { return nil }
        guard parts.hour <= 23, parts.minute <= 59 else { return nil }
        var day = CivilDay.number(year: parts.year, month: parts.month, day: parts.day)
        if parts.isDate {
            // The day after must be a date too.
            guard (parts.year, parts.month, parts.day) != (9999, 12, 31) else { return nil }
            day += 1
        }
        let local = ((day * 24 + Int64(parts.hour)) * 60 + Int64(parts.minute)) * 60_000
        let offset: Int64
        if let minutes = parts.offsetMinutes {
            guard abs(minutes) < 24 * 60 else { return nil }
            offset = Int64(minutes) * 60_000
        } else {
            offset = localOffset(local)
        }
        return local - offset + Int64(parts.second) * 1000 + Int64(parts.millisecond) - (parts.isDate ? 1 : 0)
    }

    /// What is read twice when clocks go back is the first; what is skipped counts by the offset before.
    private func localOffset(_ localMs: Int64) -> Int64 {
        if let fixedOffsetMs { return fixedOffsetMs }
        let before = offset(localMs - 86_400_000)
        let after = offset(localMs + 86_400_000)
        if before == after || offset(localMs - before) == before { return before }
        return offset(localMs - after) == after ? after : before
    }
}

extension PropertyMoment {
    /// The parts of `2026-03-05`, `2026-03-05T10:00:00`, `2026-03-05 10:00:00.5+09:00`, …; numbers not yet checked.
    private struct Spelling {
        var year = 0
        var month = 0
        var day = 0
        var hour = 0
        var minute = 0
        var second = 0
        var millisecond = 0
        var isDate = true
        var offsetMinutes: Int?

        init?(_ text: String) {
            var rest = text.utf8[...]
            func number(_ count: Int) -> Int? {
                let digits = rest.prefix(count)
                guard digits.count == count, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
                rest = rest.dropFirst(count)
                return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            }
            func take(_ bytes: [UInt8]) -> UInt8? {
                guard let first = rest.first, bytes.contains(first) else { return nil }
                rest = rest.dropFirst()
                return first
            }
            guard let year = number(4), take([0x2d]) != nil, let month = number(2) else { return nil }
            guard take([0x2d]) != nil, let day = number(2) else { return nil }
            (self.year, self.month, self.day) = (year, month, day)
            if rest.isEmpty { return }
            guard take([0x54, 0x74, 0x20]) != nil, let hour = number(2), take([0x3a]) != nil else { return nil }
            guard let minute = number(2), take([0x3a]) != nil, let second = number(2), second <= 60 else { return nil }
            (self.hour, self.minute, self.second, isDate) = (hour, minute, second, false)
            if take([0x2e]) != nil {
                let fraction = rest.prefix { (48...57).contains($0) }
                guard !fraction.isEmpty else { return nil }
                rest = rest.dropFirst(fraction.count)
                millisecond = (Array(fraction.prefix(3)) + [48, 48]).prefix(3).reduce(0) { $0 * 10 + Int($1 - 48) }
            }
            if take([0x5a, 0x7a]) != nil {
                offsetMinutes = 0
            } else if let sign = take([0x2b, 0x2d]) {
                guard let hours = number(2), take([0x3a]) != nil, let minutes = number(2) else { return nil }
                offsetMinutes = (sign == 0x2d ? -1 : 1) * (hours * 60 + minutes)
            }
            guard rest.isEmpty else { return nil }
        }
    }
}
