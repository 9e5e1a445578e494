// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// A customer's walk that is kept: it goes on where all that is new comes later, else from the newest checkpoint before
/// the first change.
///
/// The fold is kept as it stands when deadlines up to the watermark have fired, and, where some have, also as it was before:
/// for what still comes before them. What results before a change cannot differ, so the difference is looked for behind the
/// place that the walk goes on from: in the events taken, and in the alerts that something was done to there or later.
public struct Walk {
    /// How far the walk had come.
    struct Point {
        var fold: Fold
        var last: WalkPlace?
        /// Events taken.
        var events = 0
        var notes = WalkNotes()
        /// Restocks taken, in order.
        var restocked: [Restock] = []

        /// The place up to which all has been taken.
        var end: WalkPlace? {
            guard let news = restocked.last?.place else { return last }
            return last.map { max($0, news) } ?? news
        }
    }

    /// One that is kept beside the walk, so that the walk itself stays small.
    private final class KeptPoint {
        let point: Point

        init(_ point: Point) { self.point = point }
    }

    struct Restock: Equatable, Sendable {
        var place: WalkPlace
        var content: Hash128
    }

    /// From where a walk goes on.
    public enum Base: Equatable, Sendable {
        /// From where it stands.
        case end
        /// From a checkpoint, by its number.
        case checkpoint(Int)
        case start
    }

    private let customer: Hash128
    let book: Rulebook
    /// Before the first of the events that are kept.
    private let origin: KeptPoint
    /// What of it may still change.
    public let unsettled: [WalkBase.Unsettled]
    /// Nothing before it is taken any more, milliseconds.
    private let cutMs: Int64
    private(set) var live: Point
    /// Before deadlines up to a watermark fired; nil: none has since the newest event.
    private var unfired: (kept: KeptPoint, untilMs: Int64)?
    /// The oldest first.
    private(set) var checkpoints: [Point] = []
    /// Whether results have been told at all.
    private var hasTold = false

    /// - Parameter base: what came of the events that are no longer kept.
    public init(
        _ customer: Hash128,
        _ rulebook: Rulebook,
        base: WalkBase? = nil,
        scoresText: @escaping Fold.TextScorer = { _ in nil }
    ) {
        self.customer = customer
        book = rulebook
        let point = base?.point(rulebook, scoresText) ?? Point(fold: Fold(rulebook, scoresText: scoresText))
        origin = KeptPoint(point)
        cutMs = base?.cutMs ?? .min
        unsettled = base?.unsettled ?? []
        live = point
    }

    public var notes: WalkNotes { live.notes }
    /// Touchpoints and control events taken.
    public var events: Int { live.events }
    /// Those of them that are no longer kept.
    public var eventsBefore: Int { origin.point.events }
    /// nil before the first touchpoint.
    public var profile: Profile? { live.fold.profile }

    // MARK: where to go on from

    /// - Parameters:
    ///   - first: the place of the first new event; nil: there is none.
    ///   - brokenMs: the first time at which an event is gone or has become another; nil: there is none.
    public func base(first: WalkPlace?, brokenMs: Int64?, _ restocks: Restocks, untilMs: Int64) -> Base {
        var change = brokenMs.map { WalkPlace(startOfMs: $0) }
        if let first, let end = live.end, !(end < first) { change = min(first, change ?? first) }
        if let news = firstDifference(restocks, untilMs: untilMs) { change = min(news, change ?? news) }
        guard let change else { return .end }
        let place = checkpoints.lastIndex { checkpoint in checkpoint.last.map { $0 < change } ?? true }
        return place.map { .checkpoint($0) } ?? .start
    }

    /// The place after which a walk from there takes events; nil: all.
    public func last(_ base: Base) -> WalkPlace? {
        switch base {
        case .end: live.last
        case .checkpoint(let place): checkpoints[place].last
        case .start: origin.point.last
        }
    }

    /// Events taken up to there.
    public func events(_ base: Base) -> Int {
        switch base {
        case .end: live.events
        case .checkpoint(let place): checkpoints[place].events
        case .start: origin.point.events
        }
    }

    /// Where the restocks that have been taken and those that should be taken begin to differ.
    private func firstDifference(_ restocks: Restocks, untilMs: Int64) -> WalkPlace? {
        if restocks.isEmpty, live.restocked.isEmpty { return nil }
        let wanted = concerning(restocks, untilMs: untilMs)
        for (index, taken) in live.restocked.enumerated() {
            guard index < wanted.count else { return taken.place }
            let should = Restock(place: wanted[index].place, content: wanted[index].content)
            if taken != should { return min(taken.place, should.place) }
        }
        guard wanted.count > live.restocked.count, let last = live.last else { return nil }
        let next = wanted[live.restocked.count].place
        return next < last ? next : nil
    }

    private func concerning(_ restocks: Restocks, untilMs: Int64) -> [Restocks.Entry] {
        let all = restocks.concerning(live.notes.wanted, untilMs: untilMs)
        return cutMs > .min ? all.filter { $0.place.timeMs >= cutMs } : all
    }

    // MARK: going on

    /// Takes what comes after a base and tells how results differ from the last ones.
    ///
    /// - Parameters:
    ///   - events: all of the customer's after the base, in the order of the walk, each once.
    ///   - untilMs: the watermark.
    ///   - keepsCheckpoints: false where nothing is taken afterwards.
    public mutating func go(
        from base: Base,
        _ events: [Touchpoint],
        _ restocks: Restocks,
        untilMs: Int64,
        keepsCheckpoints: Bool = true
    ) -> WalkStep {
        let round = live.fold.touched.round
        var step = WalkStep(after: last(base))
        // What is left of a fold that is gone back from. Else there is none: a second holder would make each change a copy.
        var past: (ended: LongList<OpenAlert>, alerts: AlertBook)?
        var isAtEnd = false
        switch base {
        case .end:
            if let untilFired = unfired?.untilMs,
                untilMs < untilFired || first(events, restocks, untilMs: untilMs) <= untilFired
            {
                goBack(to: unfired?.kept.point, &past)
            } else {
                isAtEnd = hasTold
            }
        case .checkpoint(let place):
            goBack(to: checkpoints[place], &past)
            checkpoints.removeSubrange((place + 1)...)
        case .start:
            goBack(to: origin.point, &past)
            checkpoints.removeAll()
        }
        if !isAtEnd { unfired = nil }
        let startsAt = live.fold.ended.count
        live.fold.touched.begin(after: round)
        take(events, restocks, untilMs: untilMs, keepsCheckpoints: keepsCheckpoints, &step)
        fire(untilMs: untilMs)
        if isAtEnd {
            step.tell(live.fold.touched.before, live.fold.ended(from: startsAt) + live.fold.openAndTouched, book)
        } else {
            let before = past.map { Array($0.ended[startsAt...]) + $0.alerts.open } ?? []
            step.tell(before, live.fold.ended(from: startsAt) + live.fold.state.alerts.open, book)
        }
        hasTold = true
        step.alertsOpen = live.fold.state.alerts.openCount
        step.nextDeadlineMs = [live.fold.nextDeadlineMs, restocks.next(live.notes.wanted, beyondMs: untilMs)]
            .compactMap { $0 }.min()
        return step
    }

    private mutating func goBack(to point: Point?, _ past: inout (ended: LongList<OpenAlert>, alerts: AlertBook)?) {
        guard let point else { return }
        if hasTold { past = (live.fold.ended, live.fold.state.alerts) }
        live = point
    }

    /// The time of the first that is to be taken.
    private func first(_ events: [Touchpoint], _ restocks: Restocks, untilMs: Int64) -> Int64 {
        let news = waiting(restocks, untilMs: untilMs).first?.place.timeMs ?? .max
        return min(events.first?.timeMs ?? .max, news)
    }

    /// Deadlines up to the watermark fire, and what was before is kept for what may come before them.
    private mutating func fire(untilMs: Int64) {
        guard let next = live.fold.nextDeadlineMs, next <= untilMs else { return }
        unfired = (unfired?.kept ?? KeptPoint(live), untilMs)
        live.fold.finish(untilMs: untilMs)
    }

    /// Restocks that have not been taken, up to a time.
    func waiting(_ restocks: Restocks, untilMs: Int64) -> [Restocks.Entry] {
        concerning(restocks, untilMs: untilMs).filter { entry in
            live.last.map { $0 < entry.place } ?? true
                && !(live.restocked.last.map { entry.place <= $0.place } ?? false)
        }
    }

    mutating func take(
        _ events: [Touchpoint],
        _ restocks: Restocks,
        untilMs: Int64,
        keepsCheckpoints: Bool,
        _ step: inout WalkStep
    ) {
        var waiting = waiting(restocks, untilMs: untilMs)
        if !events.isEmpty || !waiting.isEmpty { unfired = nil }
        step.reserve(events.count)
        for (index, event) in events.enumerated() {
            let place = take(event, restocks, untilMs: untilMs, &waiting, &step)
            step.take(event, &live.fold)
            live.last = place
            live.events += 1
            if keepsCheckpoints, isCheckpoint(distance: events.count - 1 - index) { checkpoints.append(live) }
        }
        while let next = waiting.first { take(next, &waiting) }
        if keepsCheckpoints, !checkpoints.isEmpty { thin() }
    }

    /// Takes an event and, before it, the restocks that wait.
    private mutating func take(
        _ event: Touchpoint,
        _ restocks: Restocks,
        untilMs: Int64,
        _ waiting: inout [Restocks.Entry],
        _ step: inout WalkStep
    ) -> WalkPlace {
        let (place, kind) = live.fold.place(of: event)
        while let next = waiting.first, next.place < place { take(next, &waiting) }
        live.notes.take(event, of: customer, isFirst: live.events == 0)
        if kind == .productAdded || kind == .wished, let product = event.product,
            live.notes.wanted[product] == nil
        {
            live.notes.wanted[product] = place
            step.wished.append(product.string)
            let more = restocks.concerning(product, since: place, untilMs: untilMs)
            if !more.isEmpty {
                waiting += more
                waiting.sort { $0.place < $1.place }
            }
        }
        live.fold.take(event)
        return place
    }

    private mutating func take(_ next: Restocks.Entry, _ waiting: inout [Restocks.Entry]) {
        live.fold.take(next)
        live.restocked.append(Restock(place: next.place, content: next.content))
        waiting.removeFirst()
    }

    // MARK: checkpoints

    /// How far apart checkpoints are, up to which distance from the end.
    private static let spacings = [(every: 8, upTo: 32), (every: 64, upTo: 512), (every: 512, upTo: 8_192)]

    /// Whether one is kept here, so far from the end.
    private func isCheckpoint(distance: Int) -> Bool { Self.isKept(live.events, distance: distance) }

    private static func isKept(_ events: Int, distance: Int) -> Bool {
        spacings.contains { events % $0.every == 0 && distance <= $0.upTo }
    }

    private mutating func thin() {
        let end = live.events
        if checkpoints.contains(where: { !Self.isKept($0.events, distance: end - $0.events) }) {
            checkpoints.removeAll { !Self.isKept($0.events, distance: end - $0.events) }
        }
    }
}
