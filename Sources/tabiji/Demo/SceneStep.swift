// SPDX-License-Identifier: Apache-2.0

/// One event of the scene, and what a person would say of it.
struct SceneStep {
    /// Milliseconds since 1970.
    var timeMs: Int64
    var channel: String
    var type: String
    var tells: String
    /// Namespace and value, in order.
    var identifiers: [(namespace: String, value: String)] = []
    /// Members of the event's properties, as JSON without the braces.
    var properties = ""

    /// The event as one line of NDJSON, with its end.
    func line(id: String) -> [UInt8] {
        let names = identifiers.map { "\"\($0.namespace)\":\"\($0.value)\"" }.joined(separator: ",")
        let head = "{\"id\":\"\(id)\",\"type\":\"\(type)\",\"channel\":\"\(channel)\",\"time\":\(timeMs),"
        return Array((head + "\"identifiers\":{\(names)},\"properties\":{\(properties)}}\n").utf8)
    }
}

/// Days and hours of Japan, counted back from today.
struct SceneCalendar {
    /// The day's number since 1970, in Japan.
    private let today: Int64
    private static let dayMs: Int64 = 86_400_000
    private static let japanMs: Int64 = 9 * 3_600_000

    init(nowMs: Int64) { today = (nowMs + Self.japanMs) / Self.dayMs }

    /// Milliseconds since 1970 of a time of the day, so many days ago.
    func ago(_ days: Int64, _ hour: Int64, _ minute: Int64) -> Int64 {
        (today - days) * Self.dayMs + hour * 3_600_000 + minute * 60_000 - Self.japanMs
    }

    /// `11-23 20:41`, in Japan's time.
    static func text(_ timeMs: Int64) -> String {
        let local = timeMs + japanMs
        // Howard Hinnant's `civil_from_days`.
        let shifted = local / dayMs + 719_468
        let ofEra = shifted % 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let march = (5 * ofYear + 2) / 153
        let minute = local % dayMs / 60_000
        let parts = [march < 10 ? march + 3 : march - 9, ofYear - (153 * march + 2) / 5 + 1, minute / 60, minute % 60]
        let texts = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(texts[0])-\(texts[1]) \(texts[2]):\(texts[3])"
    }
}
