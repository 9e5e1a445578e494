// SPDX-License-Identifier: Apache-2.0

/// Times as records show them.
enum EventMoment {
    /// RFC 3339, UTC, milliseconds: `2026-03-01T00:30:00.000Z`.
    static func format(_ timeMs: Int64) -> String {
        let day = timeMs.floorDivided(by: 86_400_000)
        var rest = Int(timeMs - day * 86_400_000)
        let date = CivilDay.date(of: day)
        func take(_ unit: Int) -> Int {
            defer { rest %= unit }
            return rest / unit
        }
        let (hour, minute, second) = (take(3_600_000), take(60_000), take(1000))
        let p = CivilDay.padded
        return "\(p(date.year, 4))-\(p(date.month, 2))-\(p(date.day, 2))"
            + "T\(p(hour, 2)):\(p(minute, 2)):\(p(second, 2)).\(p(rest, 3))Z"
    }
}
