// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The customer's mood over time: sums that fade by half in each half-life, kept as a recurrence in the walk's order.
struct MoodCurve: Codable, Sendable {
    /// After one scored touch.
    struct Point: Codable, Sendable {
        var timeMs: Int64
        /// Σ score · 2^(−age / half-life)
        var sum: Double
        /// Σ 2^(−age / half-life)
        var weight: Double
        /// Rounded.
        var mood: Double
    }

    /// As far back as one looks, and one before it.
    private var points: [Point] = []
    private var first = 0
    var withinMs: Int64

    /// - Parameter withinMs: how far back one looks.
    init(withinMs: Int64) { self.withinMs = withinMs }

    mutating func add(_ score: Double, atMs timeMs: Int64, halfLifeMs: Double) {
        let (sum, weight) = faded(points.last, to: timeMs, halfLifeMs)
        while first + 1 < points.count, points[first + 1].timeMs < timeMs - withinMs { first += 1 }
        if first > 32, first > points.count / 2 {
            points.removeSubrange(..<first)
            first = 0
        }
        let mood = Self.rounded((sum + score) / max(1, weight + 1))
        points.append(Point(timeMs: timeMs, sum: sum + score, weight: weight + 1, mood: mood))
    }

    /// The mood at a time, from the points before it; nil before the first.
    func mood(atMs timeMs: Int64, halfLifeMs: Double) -> Double? {
        points.last.map { mood(of: $0, atMs: timeMs, halfLifeMs) }
    }

    /// Is the mood low after the newest touch, and far below the highest of the window before it: as it was when the
    /// window began, and at the scored touches since? Then that highest, else nil.
    func heightFallen(
        by fall: Double,
        to lowest: Double,
        withinMs: Int64,
        atMs timeMs: Int64,
        halfLifeMs: Double
    ) -> Double? {
        guard let level = points.last?.mood, level <= lowest else { return nil }
        let startMs = timeMs - withinMs
        var last: Point?
        var highest: Double?
        for point in points.dropLast().reversed() {
            if point.timeMs >= startMs { highest = max(highest ?? point.mood, point.mood) }
            if last == nil, point.timeMs <= startMs { last = point }
            if point.timeMs < startMs { break }
        }
        if let last {
            let start = mood(of: last, atMs: startMs, halfLifeMs)
            highest = max(highest ?? start, start)
        }
        return highest.flatMap { Self.rounded($0 - level) >= fall ? $0 : nil }
    }

    /// To three decimals, halves away from zero.
    static func rounded(_ x: Double) -> Double {
        (x > 0 ? 1 : -1) * (x.magnitude * 1000 + 0.5).rounded(.down) / 1000 + 0
    }

    private func mood(of point: Point, atMs timeMs: Int64, _ halfLifeMs: Double) -> Double {
        let (sum, weight) = faded(point, to: timeMs, halfLifeMs)
        return Self.rounded(sum / max(1, weight))
    }

    private func faded(_ point: Point?, to timeMs: Int64, _ halfLifeMs: Double) -> (sum: Double, weight: Double) {
        guard let point else { return (0, 0) }
        let factor = pow(2, Double(point.timeMs - timeMs) / halfLifeMs)
        return (point.sum * factor, point.weight * factor)
    }
}
