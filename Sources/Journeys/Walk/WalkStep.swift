// SPDX-License-Identifier: Apache-2.0
public import Digests
internal import Touchpoints

/// What a walk came to when it went on: how results differ from the last ones.
public struct WalkStep: Sendable {
    /// What one of the events taken has caused: all of it.
    public struct Caused: Sendable {
        /// The event's mood; nil: it was not scored.
        public var mood: Double?
        fileprivate(set) var transitions: Range<Int>
    }

    /// Alerts of an earlier cause that differ from before.
    public struct Elsewhere: Sendable {
        public var timeMs: Int64
        public var cause: Hash128
        public var alerts: [AlertState]
        /// Ids of those that are no more.
        public var gone: [Hash128]
    }

    /// The place that the walk went on from; nil: from the start.
    let after: WalkPlace?
    /// One for each event taken.
    public private(set) var events: [Caused] = []
    private var transitions: [Transition] = []
    private var alerts: [Hash128: [AlertState]] = [:]
    public private(set) var elsewhere: [Elsewhere] = []
    /// Products that were wished or put into a cart for the first time.
    public internal(set) var wished: [String] = []
    /// Alerts that are open.
    public internal(set) var alertsOpen = 0
    /// Nothing changes by time alone before it, milliseconds; nil: nothing ever does.
    public internal(set) var nextDeadlineMs: Int64?

    init(after: WalkPlace?) { self.after = after }

    /// What the event at an index has caused, in the order of the walk.
    public func transitions(_ index: Int) -> ArraySlice<Transition> { transitions[events[index].transitions] }

    /// Alerts with an event that was taken as their cause.
    public func alerts(causedBy event: Hash128) -> [AlertState] {
        alerts.isEmpty ? [] : alerts[event] ?? []
    }

    mutating func reserve(_ count: Int) { events.reserveCapacity(count) }

    /// What the fold has made of an event just now.
    mutating func take(_ event: Touchpoint, _ fold: inout Fold) {
        let first = transitions.count
        let mood = fold.moods.last?.mood?.score
        if !fold.transitions.isEmpty {
            transitions += fold.transitions
            fold.transitions.removeAll(keepingCapacity: true)
        }
        fold.moods.removeAll(keepingCapacity: true)
        events.append(Caused(mood: mood, transitions: first..<transitions.count))
    }

    /// - Parameters:
    ///   - before: alerts as they stood that were open at the base or came later.
    ///   - now: as they stand.
    ///
    /// Alerts that nothing was done to may be left out of both.
    mutating func tell(_ before: [OpenAlert], _ now: [OpenAlert], _ book: Rulebook) {
        if before.isEmpty, now.isEmpty { return }
        var earlier: [Hash128: (timeMs: Int64, before: [OpenAlert], now: [OpenAlert])] = [:]
        func isEarlier(_ alert: OpenAlert) -> Bool { after.map { alert.cause.place <= $0 } ?? false }
        for alert in before where isEarlier(alert) {
            earlier[alert.cause.key, default: (alert.cause.timeMs, [], [])].before.append(alert)
        }
        for alert in now {
            if isEarlier(alert) {
                earlier[alert.cause.key, default: (alert.cause.timeMs, [], [])].now.append(alert)
            } else {
                alerts[alert.cause.key, default: []].append(alert.told(book))
            }
        }
        for (cause, it) in earlier.sorted(by: { $0.key < $1.key }) {
            if it.before.count == it.now.count, zip(it.before, it.now).allSatisfy({ $0.isTold(as: $1) }) { continue }
            let (before, now) = (it.before.map { $0.told(book) }, it.now.map { $0.told(book) })
            let changed = now.filter { !before.contains($0) }
            let ids = Set(now.map(\.id))
            let gone = before.map(\.id).filter { !ids.contains($0) }
            if changed.isEmpty, gone.isEmpty { continue }
            elsewhere.append(Elsewhere(timeMs: it.timeMs, cause: cause, alerts: changed, gone: gone))
        }
    }
}

extension EventMark {
    var place: WalkPlace { WalkPlace(timeMs: timeMs, rank: rank, key: key) }
}

extension OpenAlert {
    /// Whether both are told in the same way, as far as that is seen at a glance: of the very same marks.
    fileprivate func isTold(as other: OpenAlert) -> Bool {
        slot == other.slot && each == other.each && state == other.state && news === other.news
            && before === other.before && cause === other.cause && heightBefore == other.heightBefore
            && others.count == other.others.count && zip(others, other.others).allSatisfy { $0 === $1 }
            && stage?.model == other.stage?.model && stage?.stage == other.stage?.stage
            && openedAtMs == other.openedAtMs && resolvedAtMs == other.resolvedAtMs
    }
}
