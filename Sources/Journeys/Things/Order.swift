// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// An order as far as events have told.
struct Order: Codable, Sendable {
    /// nil: it was completed without an id.
    var name: Text?
    /// The step that made it known.
    var knownAt: Int?
    /// The subscription that it names.
    var subscription: Text?
    var isReplacement = false
    var replaces: Text?
    /// It has settled an exchange.
    var isSpent = false
    var isCancelled = false
    /// An event says that it is refunded in full.
    var isFullyRefunded = false
    var hasEnded = false
    /// The newest.
    var revenue: Amount?
    var currency: Text
    /// By currency; nil: the order's.
    var refunds = Refunds()
    var promiseMs: Int64?
    /// Carried or digital; nil: not said.
    var isHandedOver: Bool?
    /// When it was delivered in full.
    var arrived: Arrival?
    var parcelsSaid = 1
    var parcels: Set<Text> = []
    var delivered: Set<Text> = []
    /// Delivered without naming a parcel.
    var isDeliveredWhole = false
    /// What it was last counted as.
    var counts = Counts()

    struct Counts: Codable, Equatable, Sendable {
        var isCounted = false
        var isStanding = false
        /// Standing, and no part of a live subscription.
        var isPurchase = false
    }

    struct Arrival: Codable, Sendable, Comparable {
        var timeMs: Int64
        var step: Int

        static func < (a: Self, b: Self) -> Bool { a.timeMs != b.timeMs ? a.timeMs < b.timeMs : a.step < b.step }
    }

    init(name: Text?, currency: Text) {
        self.name = name
        self.currency = currency
    }

    var gotBack: Amount { refunds.sum { $0 == nil || $0 == currency } }
    var isRefunded: Bool {
        guard !isFullyRefunded else { return true }
        guard let revenue else { return false }
        return .zero < revenue && !(gotBack < revenue)
    }
    var isCounted: Bool { knownAt != nil && !isReplacement }
    var isStanding: Bool { isCounted && !isCancelled && !isRefunded }
    var isDone: Bool { hasEnded || arrived != nil }
}

/// Amounts that went back, by currency; few.
struct Refunds: Codable, Sendable {
    struct Entry: Codable, Sendable {
        var currency: Text?
        var amount: Amount
    }

    private(set) var entries: [Entry] = []

    mutating func add(_ amount: Amount, _ currency: Text?) {
        if let place = entries.firstIndex(where: { $0.currency == currency }) {
            entries[place].amount = entries[place].amount + amount
        } else {
            entries.append(Entry(currency: currency, amount: .zero + amount))
        }
    }

    func sum(where included: (Text?) -> Bool) -> Amount {
        entries.reduce(.zero) { included($1.currency) ? $0 + $1.amount : $0 }
    }
}

/// A customer's orders and parcels.
struct OrderBook: Codable, Sendable {
    private(set) var orders = LongList<Order>()
    private var places = SortedMap<Text, Int>()
    /// Orders that replace others, in the order in which that was first said.
    var replacements: [Int] = []
    /// The order that was named together with a parcel or a return.
    var byParcel = SortedMap<Text, Text>()
    var byReturn = SortedMap<Text, Text>()
    /// Those that name a subscription.
    var bySubscription = SortedMap<Text, [Int]>()
    /// Whether a parcel has been delivered.
    var parcels = SortedMap<Text, Bool>()
    /// Refunds that name no order.
    var looseRefunds = Refunds()

    subscript(place: Int) -> Order {
        get { orders[place] }
        _modify { yield &orders[place] }
    }

    func place(of name: Text) -> Int? { places[name] }
    func order(named name: Text) -> Order? { places[name].map { orders[$0] } }

    /// - Parameters:
    ///   - key: its name, or what stands for it.
    ///   - name: nil for one without id.
    mutating func place(of key: Text, name: Text?, currency: Text) -> Int {
        if let place = places[key] { return place }
        places[key] = orders.count
        orders.append(Order(name: name, currency: currency))
        return orders.count - 1
    }

    /// What an order stands in for, itself apart: through the one that it replaces, what that one stands in for.
    func standsInFor(_ order: Order) -> [Text] {
        var names: [Text] = []
        var next = order.replaces
        while let name = next, !names.contains(name) {
            names.append(name)
            next = places[name].flatMap { orders[$0].replaces }
        }
        return names.filter { $0 != order.name }.sorted()
    }

    /// When the order, or one that stands in for it, was delivered in full, at this time or later: the first time.
    func delivery(of order: Order, sinceMs: Int64) -> Order.Arrival? {
        var arrivals = [order.arrived]
        if let name = order.name {
            arrivals += replacements.map { orders[$0] }.filter { standsInFor($0).contains(name) }.map(\.arrived)
        }
        return arrivals.compactMap { $0 }.filter { $0.timeMs >= sinceMs }.min()
    }
}
