// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A subscription; the one without id has the empty name.
struct Subscription: Codable, Sendable {
    var name: Text
    var isLive = false
    /// The step at which it last became live.
    var startedAt = 0
    var sinceMs: Int64?
    var skips = 0
}

/// A customer's subscriptions, in the order in which they were first named.
struct SubscriptionBook: Codable, Sendable {
    private(set) var subscriptions = LongList<Subscription>()
    private var places = SortedMap<Text, Int>()
    /// Places of those that are live; few.
    private(set) var live: [Int] = []

    subscript(place: Int) -> Subscription { subscriptions[place] }

    func isLive(_ name: Text) -> Bool { places[name].map { subscriptions[$0].isLive } ?? false }

    mutating func place(of name: Text) -> Int {
        if let place = places[name] { return place }
        places[name] = subscriptions.count
        subscriptions.append(Subscription(name: name))
        return subscriptions.count - 1
    }

    mutating func update(_ place: Int, _ subscription: Subscription) {
        if subscription.isLive != subscriptions[place].isLive {
            if subscription.isLive { live.append(place) } else { live.removeAll { $0 == place } }
        }
        subscriptions[place] = subscription
    }
}

extension Fold {
    mutating func changeSubscription(_ step: Step, _ facts: Facts) {
        switch step.type.group {
        case .begins, .subscription, .risk: break
        default: return
        }
        let live = state.subscriptions.live
        let name = step.subscription ?? (live.count == 1 ? state.subscriptions[live[0]].name : Text(""))
        let place = state.subscriptions.place(of: name)
        var it = state.subscriptions[place]
        let wasLive = it.isLive
        if !it.isLive, step.kind?.livens ?? false {
            it.isLive = true
            it.startedAt = step.number
            it.sinceMs = step.timeMs
            facts.buys = true
        }
        if it.isLive, step.kind?.endsSkips ?? false { it.skips = 0 }
        if it.isLive, step.kind == .subscriptionSkipped { it.skips += 1 }
        if step.kind == .subscriptionCancelled { it.isLive = false }
        state.subscriptions.update(place, it)
        if it.isLive != wasLive {
            for order in state.orders.bySubscription[name] ?? [] { state.recount(order) }
        }
        facts.ownSubscriptions = [name]
        facts.skipsInRow = it.skips
        facts.subscriptionDays = it.sinceMs.map { Double(step.timeMs - $0) / 86_400_000 }
    }
}
