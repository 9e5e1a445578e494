// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Where everything is: what is kept of each partition, and how far each role has read. What a commit has made durable,
/// and nothing else; those who wait for records wait here.
// Sendable because `content` is touched under the condition's lock alone.
final class EmbeddedPlaces: @unchecked Sendable {
    struct Content {
        /// The first offset that is kept.
        var starts: [Place: Int64] = [:]
        /// The next offset that is written.
        var ends: [Place: Int64] = [:]
        /// The next offset that a role reads, as committed.
        var positions: [Role: [Place: Int64]] = [:]
        var isClosed = false

        /// Records that the role has not committed yet.
        func backlog(_ role: Role, _ place: Place) -> Int64 {
            (ends[place] ?? 0) - (positions[role]?[place] ?? starts[place] ?? 0)
        }
    }

    private let condition = NSCondition()
    private var content: Content

    init(_ content: Content) {
        self.content = content
    }

    var current: Content { condition.withLock { content } }

    /// Makes a change visible and wakes who waits.
    func publish(_ change: (inout Content) -> Void) {
        condition.lock()
        change(&content)
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until `isEnough` holds or the time is up; the state as it is then.
    func wait(ms: Int, until isEnough: (Content) -> Bool) -> Content {
        let limit = Date(timeIntervalSinceNow: Double(max(0, ms)) / 1000)
        condition.lock()
        defer { condition.unlock() }
        while ms > 0, !content.isClosed, !isEnough(content) {
            guard condition.wait(until: limit) else { break }
        }
        return content
    }
}
