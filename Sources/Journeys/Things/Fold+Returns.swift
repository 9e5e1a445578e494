// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A return or an exchange.
struct Return: Codable, Sendable {
    /// What conditions know it by: its id, or the key of the event that asked for it.
    var thing: Text
    /// Its id.
    var name: Text?
    var order: Text?
    var askedAtMs: Int64
    var isExchange: Bool
    var isOpen = true
}

/// A customer's returns and exchanges, in the order in which they were first asked for.
struct ReturnBook: Codable, Sendable {
    var returns: [Return] = []
    var places: [Text: Int] = [:]
    /// Returns that a refund has named, even before they were asked for.
    var refunded: Set<Text> = []
    /// The replacement that an exchange names: the first stays.
    var namedFor: [Text: Text] = [:]
    var openCount = 0
}

extension Fold {
    /// What the event asks back, and what is settled with it.
    mutating func changeReturns(_ step: Step, _ place: Int?, _ facts: Facts) {
        let asksBack = step.kind?.asksBack ?? false
        let thing = step.returned ?? (asksBack ? step.ownName : nil)
        facts.ownReturn = thing
        let order = place.map { state.orders[$0] }
        if let thing {
            if let new = step.replacement, state.returns.namedFor[thing] == nil { state.returns.namedFor[thing] = new }
            if asksBack, state.returns.places[thing] == nil {
                state.returns.places[thing] = state.returns.returns.count
                state.returns.openCount += 1
                state.returns.returns.append(
                    Return(
                        thing: thing,
                        name: step.returned,
                        askedAtMs: step.timeMs,
                        isExchange: step.kind == .exchangeRequested
                    )
                )
            }
            if let order, let known = state.returns.places[thing], state.returns.returns[known].order == nil {
                state.returns.returns[known].order = order.name
            }
        }
        if step.kind == .orderRefunded, let name = step.returned { state.returns.refunded.insert(name) }
        let settled = state.returns.openCount == 0 ? [] : settledReturns(step, order)
        for known in settled where state.returns.returns[known].isOpen {
            state.returns.returns[known].isOpen = false
            state.returns.openCount -= 1
        }
        let returns = state.returns.returns
        for known in settled { facts.settles.insertSorted(returns[known].thing) }
        for known in settled {
            guard let order = returns[known].order else { continue }
            if !returns.contains(where: { $0.isOpen && $0.order == order }) { facts.returnsSettled.insertSorted(order) }
        }
        if let order {
            facts.orderReturns = order.name == nil ? 0 : returns.reduce(0) { $0 + ($1.order == order.name ? 1 : 0) }
        }
    }

    /// The open returns that are settled with the event, by their places.
    private mutating func settledReturns(_ step: Step, _ order: Order?) -> [Int] {
        let returns = state.returns.returns
        let open = returns.indices.filter { returns[$0].isOpen }
        var settled = open.filter { state.returns.refunded.contains(returns[$0].thing) }
        if step.kind == .orderRefunded, let order {
            let mine = open.filter { returns[$0].order == order.name }
            if order.isRefunded {
                settled += mine
            } else if step.returned == nil {
                settled += mine.prefix(1)
            }
        }
        let exchanges = open.filter { returns[$0].isExchange }
        guard !exchanges.isEmpty else { return settled }
        let taken = Set(returns.filter(\.isExchange).compactMap { state.returns.namedFor[$0.thing] })
        for known in exchanges where !settled.contains(known) {
            if let place = replacement(for: returns[known], taken) {
                state.orders[place].isSpent = true
                settled.append(known)
            }
        }
        return settled
    }

    /// The replacement whose delivery settles an exchange: the one named, else the first delivered of those that may.
    private func replacement(for exchange: Return, _ taken: Set<Text>) -> Int? {
        var able: [Int] = []
        var sinceMs = Int64.min
        if let name = state.returns.namedFor[exchange.thing] {
            able = state.orders.place(of: name).map { [$0] } ?? []
        } else {
            sinceMs = exchange.askedAtMs
            able = state.orders.replacements.filter { place in
                let order = state.orders[place]
                guard let replaces = order.replaces, replaces == exchange.order, !order.isSpent else { return false }
                return order.name.map { !taken.contains($0) } ?? true
            }
        }
        let delivered = able.compactMap { place in
            state.orders.delivery(of: state.orders[place], sinceMs: sinceMs).map { (arrived: $0, place: place) }
        }
        var first = delivered.first
        for other in delivered.dropFirst() { if let best = first, other.arrived < best.arrived { first = other } }
        return first?.place
    }
}
