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
    /// In the order in which they were first named; few.
    var subscriptions: [Subscription] = []
    var basket = Basket()
    /// The step at which a product was last viewed.
    var viewed: [Text: Int] = [:]
    // Counts of orders and subscriptions, as they stand.
    var purchases = 0
    var standingOrders = 0
    var countedOrders = 0
    var liveSubscriptions = 0
    /// Dates in properties that could not be read.
    var unreadableDates = 0
    // Mood.
    var curve = MoodCurve()
    var lastStrongIsGood: Bool?
    // What the profile tells.
    var seen: SeenSpan?
    var lastActMs: Int64?
    var channels: [Text: SeenSpan] = [:]
    var campaigns: [Text: SeenSpan] = [:]
    var traits: [Text: Value] = [:]
    var nps: Int?
    var lastContact: LastContact?
    var lastWait: Wait?
    // Journeys: one of a model without instances, by model; the others by model and instance.
    var journeys: [JourneyState?]
    var instances: [[Text: JourneyState]]
    /// Times of events that conditions count, by slot.
    var counted: [[Int64]]
    // Alerts.
    var timers: [AlertTimer] = []
    var open: [OpenAlert] = []
    var memory: [AlertSlot: [EventMark]] = [:]
    /// Threshold rules that held at the newest scored touch.
    var fallen: Set<Int> = []
    /// No timer or expiry is due before this.
    var nextDeadlineMs = Int64.max

    init(_ book: Rulebook) {
        journeys = Array(repeating: nil, count: book.models.count)
        instances = Array(repeating: [:], count: book.models.count)
        counted = Array(repeating: [], count: book.countSlots.count)
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
    func isIncluded(_ order: Order) -> Bool {
        guard let name = order.subscription else { return false }
        return subscriptions.contains { $0.isLive && $0.name == name }
    }

    /// Standing orders that are no part of a live subscription, and live subscriptions, made since a step.
    func purchases(since step: Int) -> Int {
        if step == 0 { return purchases }
        let bought = orders.orders.reduce(0) { count, order in
            guard let knownAt = order.knownAt, knownAt >= step else { return count }
            return count + (order.isStanding && !isIncluded(order) ? 1 : 0)
        }
        return bought + subscriptions.reduce(0) { $0 + ($1.isLive && $1.startedAt >= step ? 1 : 0) }
    }

    /// Products viewed since a step.
    func productsViewed(since step: Int) -> Int {
        step == 0 ? viewed.count : viewed.values.reduce(0) { $0 + ($1 >= step ? 1 : 0) }
    }

    /// To be called after each change of an order or a subscription.
    mutating func countPurchases() {
        purchases = 0
        standingOrders = 0
        countedOrders = 0
        for order in orders.orders where order.isCounted {
            countedOrders += 1
            guard order.isStanding else { continue }
            standingOrders += 1
            if !isIncluded(order) { purchases += 1 }
        }
        liveSubscriptions = subscriptions.reduce(0) { $0 + ($1.isLive ? 1 : 0) }
        purchases += liveSubscriptions
    }
}
