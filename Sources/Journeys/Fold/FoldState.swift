// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Everything that the walk carries from one event to the next: what a checkpoint holds. A plain value.
struct FoldState: Codable, Sendable {
    /// Events taken so far.
    var steps = 0
    // Things.
    var orders = OrderBook()
    var returns = ReturnBook()
    var cases = CaseBook()
    var subscriptions = SubscriptionBook()
    var basket = Basket()
    private var viewed = LastViews()
    // Counts of orders, as they stand.
    private(set) var standingOrders = 0
    private(set) var countedOrders = 0
    /// The steps that made orders known that stand and are no part of a live subscription.
    private var bought = SortedMap<Int, Bool>()
    /// Dates in properties that could not be read.
    var unreadableDates = 0
    // Mood.
    var curve: MoodCurve
    var lastStrongIsGood: Bool?
    // What the profile tells.
    var seen: SeenSpan?
    var lastActMs: Int64?
    var channels = SortedMap<Text, SeenSpan>()
    var campaigns = SortedMap<Text, SeenSpan>()
    var traits = SortedMap<Text, Value>()
    var nps: Int?
    var lastContact: LastContact?
    var lastWait: Wait?
    // Journeys: one of a model without instances, by model; the others by model and instance.
    var journeys: [JourneyState?]
    var instances: [SortedMap<Text, JourneyState>]
    /// Times of events that conditions count, by slot.
    var counted: [CountedTimes]
    // Alerts.
    var alerts = AlertBook()
    var memory = SortedMap<AlertSlot, [EventMark]>()
    /// Threshold rules that held at the newest scored touch.
    var fallen: Set<Int> = []

    init(_ book: Rulebook) {
        journeys = Array(repeating: nil, count: book.models.count)
        instances = Array(repeating: SortedMap(), count: book.models.count)
        counted = book.countSlots.map { CountedTimes(withinMs: $0.withinMs) }
        curve = MoodCurve(withinMs: book.thresholdRules.compactMap { book.rules[$0].withinMs }.max() ?? 0)
    }

    struct Wait: Codable, Sendable {
        var timeMs: Int64
        var seconds: Number
    }

    /// Where a journey stands.
    struct JourneyState: Codable, Sendable {
        var stage: Int
        var cycle: Int
        var sinceMs: Int64
        /// The step with which the cycle began; 0: the first.
        var begunAt: Int
        var touchedMs: Int64
    }

    /// Whether an order is part of a subscription that lives.
    func isIncluded(_ order: Order) -> Bool { order.subscription.map(subscriptions.isLive) ?? false }

    // MARK: counts

    /// Standing orders and live subscriptions, less orders that are part of one.
    var purchases: Int { bought.count + subscriptions.live.count }

    /// Those made since a step; 0: ever.
    func purchases(since step: Int) -> Int {
        if step == 0 { return purchases }
        return bought.count(from: step)
            + subscriptions.live.reduce(0) { $0 + (subscriptions[$1].startedAt >= step ? 1 : 0) }
    }

    /// To be called after each change of an order.
    mutating func recount(_ place: Int) {
        let order = orders[place]
        let isStanding = order.isStanding
        let now = Order.Counts(
            isCounted: order.isCounted,
            isStanding: isStanding,
            isPurchase: isStanding && !isIncluded(order)
        )
        let before = order.counts
        if now == before { return }
        orders[place].counts = now
        countedOrders += (now.isCounted ? 1 : 0) - (before.isCounted ? 1 : 0)
        standingOrders += (now.isStanding ? 1 : 0) - (before.isStanding ? 1 : 0)
        guard now.isPurchase != before.isPurchase, let knownAt = order.knownAt else { return }
        bought[knownAt] = now.isPurchase ? true : nil
    }

    // MARK: views

    mutating func view(_ product: Text) { viewed.view(product, at: steps) }

    /// Products viewed since a step.
    func productsViewed(since step: Int) -> Int { viewed.count(since: step) }
}

/// When each product was last viewed.
private struct LastViews: Codable, Sendable {
    private var steps = SortedMap<Text, Int>()
    private var products = SortedMap<Int, Bool>()

    mutating func view(_ product: Text, at step: Int) {
        if let before = steps.updateValue(step, forKey: product) { products[before] = nil }
        products[step] = true
    }

    func count(since step: Int) -> Int { products.count(from: step) }
}

/// Times of events that some condition counts, as far back as one looks.
struct CountedTimes: Codable, Sendable {
    var withinMs: Int64
    private var times: [Int64] = []
    /// Those before it lie too far back.
    private var first = 0

    init(withinMs: Int64) { self.withinMs = withinMs }

    mutating func append(_ timeMs: Int64) {
        while first < times.count, times[first] < timeMs - withinMs { first += 1 }
        if first > 32, first > times.count / 2 {
            times.removeSubrange(..<first)
            first = 0
        }
        times.append(timeMs)
    }

    /// How many there are at this time or later.
    func count(fromMs: Int64) -> Int {
        var (low, high) = (first, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < fromMs { low = middle + 1 } else { high = middle }
        }
        return times.count - low
    }
}
