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

extension Fold {
    mutating func changeSubscription(_ step: Step, _ facts: Facts) {
        switch step.type.group {
        case .begins, .subscription, .risk: break
        default: return
        }
        let live = state.subscriptions.filter(\.isLive)
        let name = step.subscription ?? (live.count == 1 ? live[0].name : Text(""))
        let place = state.subscriptions.firstIndex { $0.name == name } ?? state.subscriptions.count
        if place == state.subscriptions.count { state.subscriptions.append(Subscription(name: name)) }
        var it = state.subscriptions[place]
        if !it.isLive, step.kind?.livens ?? false {
            it.isLive = true
            it.startedAt = step.number
            it.sinceMs = step.timeMs
            facts.buys = true
        }
        if it.isLive, step.kind?.endsSkips ?? false { it.skips = 0 }
        if it.isLive, step.kind == .subscriptionSkipped { it.skips += 1 }
        if step.kind == .subscriptionCancelled { it.isLive = false }
        state.subscriptions[place] = it
        state.countPurchases()
        facts.ownSubscription = name
        facts.skipsInRow = it.skips
        facts.subscriptionDays = it.sinceMs.map { Double(step.timeMs - $0) / 86_400_000 }
    }
}
