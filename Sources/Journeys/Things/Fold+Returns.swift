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
    /// Of an order.
    struct Count: Codable, Sendable {
        var all = 0
        var open = 0
    }

    private(set) var returns = LongList<Return>()
    private var places = SortedMap<Text, Int>()
    /// Places of those that are open.
    private(set) var open = SortedMap<Int, Bool>()
    /// How many an order has, and how many of them are open.
    private(set) var ofOrder = SortedMap<Text, Count>()
    private(set) var exchanges = 0
    /// Returns that a refund has named, even before they were asked for.
    var refunded = SortedMap<Text, Bool>()
    /// The replacement that an exchange names: the first stays.
    private(set) var namedFor = SortedMap<Text, Text>()
    /// Whether a name stands in `namedFor`: true when an exchange is known that names it.
    private(set) var named = SortedMap<Text, Bool>()

    subscript(place: Int) -> Return { returns[place] }

    func place(of thing: Text) -> Int? { places[thing] }

    mutating func name(_ replacement: Text, for thing: Text) {
        guard namedFor[thing] == nil else { return }
        namedFor[thing] = replacement
        let isKnown = places[thing].map { returns[$0].isExchange } ?? false
        named[replacement] = isKnown || named[replacement] ?? false
    }

    mutating func append(_ new: Return) {
        places[new.thing] = returns.count
        open[returns.count] = true
        returns.append(new)
        guard new.isExchange else { return }
        exchanges += 1
        if let name = namedFor[new.thing] { named[name] = true }
    }

    mutating func setOrder(_ order: Text, of place: Int) {
        returns[place].order = order
        ofOrder[order, default: Count()].all += 1
        if returns[place].isOpen { ofOrder[order, default: Count()].open += 1 }
    }

    mutating func close(_ place: Int) {
        guard returns[place].isOpen else { return }
        returns[place].isOpen = false
        open[place] = nil
        if let order = returns[place].order { ofOrder[order, default: Count()].open -= 1 }
    }
}

extension Fold {
    /// What the event asks back, and what is settled with it.
    ///
    /// - Parameter arrives: the order at `place` is delivered in full with it.
    mutating func changeReturns(_ step: Step, _ place: Int?, arrives: Bool, _ facts: Facts) {
        let asksBack = step.kind?.asksBack ?? false
        let thing = step.returned ?? (asksBack ? step.ownName : nil)
        facts.ownReturns = thing.map { [$0] } ?? []
        let order = place.map { state.orders[$0] }
        if let thing {
            if let new = step.replacement { state.returns.name(new, for: thing) }
            if asksBack, state.returns.place(of: thing) == nil {
                state.returns.append(
                    Return(
                        thing: thing,
                        name: step.returned,
                        askedAtMs: step.timeMs,
                        isExchange: step.kind == .exchangeRequested
                    )
                )
            }
            if let name = order?.name, let known = state.returns.place(of: thing), state.returns[known].order == nil {
                state.returns.setOrder(name, of: known)
            }
        }
        if step.kind == .orderRefunded, let name = step.returned { state.returns.refunded[name] = true }
        if !state.returns.open.isEmpty {
            settleReturns(settledReturns(step, order, thing, arrives: arrives), facts)
        }
        if let order {
            facts.orderReturns = order.name.flatMap { state.returns.ofOrder[$0]?.all } ?? 0
        }
    }

    private mutating func settleReturns(_ settled: [Int], _ facts: Facts) {
        for known in settled { state.returns.close(known) }
        for known in settled {
            facts.settles.insertSorted(state.returns[known].thing)
            guard let order = state.returns[known].order else { continue }
            if state.returns.ofOrder[order]?.open == 0 { facts.returnsSettled.insertSorted(order) }
        }
    }

    /// The open returns that are settled with the event, by their places.
    private mutating func settledReturns(_ step: Step, _ order: Order?, _ thing: Text?, arrives: Bool) -> [Int] {
        var settled: [Int] = []
        if let thing, let known = state.returns.place(of: thing), state.returns[known].isOpen,
            state.returns.refunded[thing] != nil
        {
            settled.append(known)
        }
        if step.kind == .orderRefunded, let name = order?.name, state.returns.ofOrder[name]?.open ?? 0 > 0 {
            let mine = state.returns.open.keys.filter { state.returns[$0].order == name }
            if order?.isRefunded ?? false {
                settled += mine
            } else if step.returned == nil {
                settled += mine.prefix(1)
            }
        }
        for known in exchanges(concernedBy: step, order, thing, arrives: arrives) where !settled.contains(known) {
            if let place = replacement(for: state.returns[known]) {
                state.orders[place].isSpent = true
                settled.append(known)
            }
        }
        return settled
    }

    /// The open exchanges that may be settled by an event: for all others, nothing that counts has changed.
    private func exchanges(concernedBy step: Step, _ order: Order?, _ thing: Text?, arrives: Bool) -> [Int] {
        if state.returns.exchanges == 0 { return [] }
        let links = step.replaces != nil || step.replacement != nil
        let isAwaited = arrives && (order.map { $0.isReplacement || isNamed($0) } ?? false)
        guard links || isAwaited else {
            guard let thing, let known = state.returns.place(of: thing) else { return [] }
            return state.returns[known].isOpen && state.returns[known].isExchange ? [known] : []
        }
        var names: Set<Text> = []
        for order in [order, step.replacement.flatMap { state.orders.order(named: $0) }].compactMap({ $0 }) {
            if let name = order.name { names.insert(name) }
            names.formUnion(state.orders.standsInFor(order))
        }
        return state.returns.open.keys.filter { place in
            let it = state.returns[place]
            guard it.isExchange else { return false }
            if it.thing == thing { return true }
            return (it.order.map(names.contains) ?? false)
                || (state.returns.namedFor[it.thing].map(names.contains) ?? false)
        }
    }

    /// Whether something names the order as the replacement of a return.
    private func isNamed(_ order: Order) -> Bool { order.name.map(state.returns.named.contains) ?? false }

    /// The replacement whose delivery settles an exchange: the one named, else the first delivered of those that may.
    private func replacement(for exchange: Return) -> Int? {
        var able: [Int] = []
        var sinceMs = Int64.min
        if let name = state.returns.namedFor[exchange.thing] {
            able = state.orders.place(of: name).map { [$0] } ?? []
        } else {
            sinceMs = exchange.askedAtMs
            able = state.orders.replacements.filter { place in
                let order = state.orders[place]
                guard let replaces = order.replaces, replaces == exchange.order, !order.isSpent else { return false }
                return order.name.map { !(state.returns.named[$0] ?? false) } ?? true
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
