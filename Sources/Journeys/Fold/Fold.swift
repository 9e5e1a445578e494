// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// One customer's journey as a pure function of events: the walk.
///
/// Events are taken one by one in the order (time, rank, key). For each, in this order: timers with a deadline before
/// it fire; facts change and the touch's mood is scored; each stage model moves at most once per instance; each alert
/// rule resolves, clears, then matches or arms. What holds up to t follows from the events up to t alone, so a copy
/// of a fold is a checkpoint: go on from it when all that is new comes later in that order, else start again.
public struct Fold {
    /// The mood of an event's text; nil: none. Asked only of what the customer does.
    public typealias TextScorer = (Touchpoint) -> TextMood?

    let book: Rulebook
    var state: FoldState
    let currency: Text
    private let scoresText: TextScorer

    /// What came of the events so far, in the order of the walk.
    public internal(set) var transitions: [Transition] = []
    /// Of each event taken: nil when it was not scored.
    public internal(set) var moods: [EventMood] = []
    /// Alerts that are over.
    var ended = LongList<OpenAlert>()
    /// How alerts stood before they were last changed, each as it was at `note`; and where to find what they are now.
    var touched = TouchedAlerts()

    public init(_ rulebook: Rulebook, scoresText: @escaping TextScorer = { _ in nil }) {
        book = rulebook
        state = FoldState(rulebook)
        currency = Text(rulebook.settings.currency)
        self.scoresText = scoresText
    }

    /// Takes the next event of the customer's. Control and broadcast types are no touchpoints and change nothing.
    public mutating func take(_ event: Touchpoint) {
        let step = Step(event, number: state.steps + 1, in: book)
        if step.type.group == .broadcast || step.type.group == .control { return }
        fire(before: step.timeMs)
        state.steps += 1
        for slot in book.countSlotsByType[step.type.id] { state.counted[slot].append(step.timeMs) }
        let facts = change(step)
        let moved = move(step, facts)
        alert(step, facts, moved)
    }

    /// Takes the next news of something that is there again.
    mutating func take(_ restock: Restocks.Entry) {
        fire(before: restock.place.timeMs)
        restocked(restock)
    }

    /// Where an event stands, and what its type is to the machinery.
    func place(of event: Touchpoint) -> (WalkPlace, EventKind?) {
        let type = book.types.info(of: event.type)
        return (WalkPlace(timeMs: event.timeMs, rank: type.rank, key: event.key), type.kind)
    }

    /// Fires what is due up to the watermark.
    public mutating func finish(untilMs: Int64) {
        fire(before: untilMs, orAt: true)
    }

    /// The facts as they stand after the event.
    private mutating func change(_ step: Step) -> Facts {
        let wasOwned = state.purchases > 0
        let facts = Facts()
        facts.isByCustomer = step.isByCustomer
        facts.idleDays = state.lastActMs.map { Double(step.timeMs - $0) / 86_400_000 }
        if step[P.products] == nil {
            if let product = step.product { facts.ownProducts = [product] }
        } else {
            for (product, _) in step.event.listedProducts where !facts.ownProducts.contains(product) {
                facts.ownProducts.append(product)
            }
        }
        changeOrder(step, facts)
        changeCase(step, facts)
        changeSubscription(step, facts)
        if step.kind == .productViewed, let product = step.product { state.view(product) }
        facts.standingOrders = state.standingOrders
        facts.liveSubscriptions = state.subscriptions.live.count
        facts.purchases = state.purchases
        facts.losesAll = wasOwned && state.purchases == 0
        facts.orders = state.countedOrders
        facts.contacts = state.cases.contacts
        facts.openCases = state.cases.open.count
        facts.cartItems = state.basket.cart.count
        facts.wishlistItems = state.basket.wishes.count
        score(step, facts, scoresText)
        // All of them are there; what follows only asks.
        facts.bits = facts.bitsNow
        see(step, facts)
        return facts
    }

    /// Does the event meet one of these conditions, with the facts of no model and of no thing?
    func meets(_ conditions: Conditions, _ step: Step, _ facts: Facts) -> Bool {
        holds(conditions, Question(step: step, facts: facts))
    }
}

/// What came of a customer's events.
public struct FoldResult: Sendable {
    /// In the order of the walk.
    public var transitions: [Transition]
    /// As they stand at the end, by time of opening, rule, key and cause.
    public var alerts: [AlertState]
    /// nil: there was no touchpoint.
    public var profile: Profile?
    /// One for each touchpoint, in the order of the walk.
    public var moods: [EventMood]
    /// Dates in properties that could not be read.
    public var unreadableDates: Int
    /// Nothing changes by time alone before it, milliseconds; nil: nothing ever does.
    public var nextDeadlineMs: Int64?
}

extension Fold {
    /// What comes of a set of events, in any order and with any repetitions.
    ///
    /// - Parameters:
    ///   - events: the customer's. Of several with one key the one with the smallest content hash counts.
    ///   - broadcasts: events about nobody; those after `untilMs` are left out.
    ///   - untilMs: the watermark: deadlines up to it have fired.
    public static func run(
        _ events: [Touchpoint],
        broadcasts: [Touchpoint] = [],
        untilMs: Int64,
        rulebook: Rulebook,
        scoresText: @escaping TextScorer = { _ in nil }
    ) -> FoldResult {
        var fold = Fold(rulebook, scoresText: scoresText)
        let restocks = Restocks(broadcasts.filter { $0.timeMs <= untilMs }, rulebook)
        let sorted = events.map { (place: rulebook.place(of: $0), event: $0) }
            .sorted { a, b in a.place != b.place ? a.place < b.place : a.event.content < b.event.content }
        var news = restocks.all[...]
        var last: WalkPlace?
        for (place, event) in sorted where place != last {
            last = place
            while let next = news.first, next.place < place {
                fold.take(next)
                news.removeFirst()
            }
            fold.take(event)
        }
        for next in news { fold.take(next) }
        fold.finish(untilMs: untilMs)
        return fold.result
    }

    /// What came of the events so far.
    public var result: FoldResult {
        FoldResult(
            transitions: transitions,
            alerts: alerts,
            profile: profile,
            moods: moods,
            unreadableDates: state.unreadableDates,
            nextDeadlineMs: nextDeadlineMs
        )
    }
}
