// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

extension Fold {
    private static let instanceDaysMs: Int64 = 90 * 86_400_000

    /// What only the profile tells.
    mutating func see(_ step: Step, _ facts: Facts) {
        let now = SeenSpan(firstMs: step.timeMs, lastMs: step.timeMs)
        state.seen = (state.seen ?? now).until(step.timeMs)
        if facts.isByCustomer { state.lastActMs = step.timeMs }
        if !step.event.channel.isEmpty { state.channels[Text(step.event.channel), default: now].lastMs = step.timeMs }
        if let campaign = step[P.campaign].name { state.campaigns[campaign, default: now].lastMs = step.timeMs }
        for traits in [step[P.traits], step.event.traits] {
            guard case .object(let members)? = traits else { continue }
            for member in members { state.traits[Text(member.name)] = member.value == .null ? nil : member.value }
        }
        state.nps = facts.nps ?? state.nps
        if let seconds = Number(step[P.waitedSeconds]) {
            state.lastWait = FoldState.Wait(timeMs: step.timeMs, seconds: seconds)
        }
        guard meets(book.turns[step.type], step, facts) else { return }
        let wait = state.lastWait.flatMap { $0.timeMs >= step.timeMs - 86_400_000 ? $0.seconds : nil }
        state.lastContact = LastContact(
            channel: step.event.channel,
            atMs: step.timeMs,
            text: step[P.text],
            mood: facts.mood,
            waitedSeconds: wait
        )
    }

    /// nil before the first touchpoint.
    var profile: Profile? {
        guard let seen = state.seen else { return nil }
        let exchanges = state.returns.returns.reduce(0) { $0 + ($1.isExchange ? 1 : 0) }
        return Profile(
            stages: stages(seen),
            counters: Profile.Counters(
                orders: state.countedOrders,
                value: value,
                refunded: refunded,
                returns: state.returns.returns.count - exchanges,
                exchanges: exchanges,
                contacts: state.cases.contacts,
                abandonedCalls: state.cases.abandonedCalls,
                openCases: state.cases.open.count
            ),
            cart: sorted(state.basket.cart).map { .init(product: $0.string, quantity: $1) },
            wishlist: state.basket.wishes.keys.sorted().map(\.string),
            mood: state.curve.mood(atMs: seen.lastMs, halfLifeMs: book.mood.halfLifeMs),
            nps: state.nps,
            traits: sorted(state.traits).map { .init($0.string, $1) },
            references: references,
            channels: sorted(state.channels).map { .init(name: $0.string, span: $1) },
            campaigns: sorted(state.campaigns).map { .init(name: $0.string, span: $1) },
            firstSeenMs: seen.firstMs,
            lastSeenMs: seen.lastMs,
            lastContact: state.lastContact
        )
    }

    private func sorted<Element>(_ entries: [Text: Element]) -> [(Text, Element)] {
        entries.map { ($0, $1) }.sorted { $0.0 < $1.0 }
    }

    /// Without instances that are over, cases that are closed, and what was not touched in the 90 days before.
    private func stages(_ seen: SeenSpan) -> [Profile.StageEntry] {
        let openCases = Set(state.cases.open.map { state.cases.cases[$0].name })
        var found: [Text: Profile.StageEntry] = [:]
        for (index, model) in book.models.enumerated() {
            func add(_ key: String, _ journey: FoldState.JourneyState) {
                let stage = model.stages[journey.stage].name
                found[Text(key)] = .init(key: key, stage: stage, cycle: journey.cycle, sinceMs: journey.sinceMs)
            }
            if let journey = state.journeys[index] { add(model.name, journey) }
            for (instance, journey) in state.instances[index] {
                let isOver = model.stages[journey.stage].isLast || journey.touchedMs < seen.lastMs - Self.instanceDaysMs
                if isOver || model.instance == .case && !openCases.contains(instance) { continue }
                add("\(model.name):\(instance)", journey)
            }
        }
        return sorted(found).map(\.1)
    }

    private var value: [Profile.Money] {
        var sums = Refunds()
        for order in state.orders.orders where order.isStanding {
            if let revenue = order.revenue { sums.add(revenue, order.currency) }
        }
        return told(sums)
    }

    private var refunded: [Profile.Money] {
        var sums = Refunds()
        for entry in state.orders.looseRefunds.entries { sums.add(entry.amount, entry.currency ?? currency) }
        for order in state.orders.orders {
            for entry in order.refunds.entries { sums.add(entry.amount, entry.currency ?? order.currency) }
        }
        return told(sums)
    }

    private func told(_ sums: Refunds) -> [Profile.Money] {
        sums.entries
            .map { (currency: $0.currency ?? currency, amount: $0.amount) }
            .sorted { $0.currency < $1.currency }
            .map { .init(currency: $0.currency.string, amount: $0.amount) }
    }

    /// What is open.
    private var references: [String] {
        var found: Set<Text> = []
        for order in state.orders.orders where order.knownAt != nil && !order.isDone {
            if let name = order.name { found.insert(Text("order_id:\(name)")) }
        }
        for (parcel, isThere) in state.orders.parcels where !isThere {
            let order = state.orders.byParcel[parcel].flatMap { state.orders.order(named: $0) }
            if !(order?.isDone ?? false) { found.insert(Text("parcel_id:\(parcel)")) }
        }
        for known in state.returns.returns where known.isOpen {
            if let name = known.name { found.insert(Text("return_id:\(name)")) }
        }
        for subscription in state.subscriptions where subscription.isLive && subscription.name != Text("") {
            found.insert(Text("subscription_id:\(subscription.name)"))
        }
        for place in state.cases.open {
            for id in state.cases.cases[place].ids where !id.string.hasPrefix("day:") { found.insert(id) }
        }
        return found.sorted().map(\.string)
    }
}
