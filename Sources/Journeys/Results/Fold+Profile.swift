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
        if let traits = step[P.traits] { see(traits: traits) }
        see(traits: step.event.traits)
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

    private mutating func see(traits: Value) {
        guard case .object(let members) = traits else { return }
        for member in members { state.traits[Text(member.name)] = member.value == .null ? nil : member.value }
    }

    /// nil before the first touchpoint.
    var profile: Profile? {
        guard let seen = state.seen else { return nil }
        let exchanges = state.returns.exchanges
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
            cart: state.basket.cart.map { .init(product: $0.key.string, quantity: $0.value) },
            wishlist: state.basket.wishes.map { $0.key.string },
            mood: state.curve.mood(atMs: seen.lastMs, halfLifeMs: book.mood.halfLifeMs),
            nps: state.nps,
            traits: state.traits.map { .init($0.key.string, $0.value) },
            references: references,
            channels: state.channels.map { .init(name: $0.key.string, span: $0.value) },
            campaigns: state.campaigns.map { .init(name: $0.key.string, span: $0.value) },
            firstSeenMs: seen.firstMs,
            lastSeenMs: seen.lastMs,
            lastContact: state.lastContact
        )
    }

    /// Without instances that are over, cases that are closed, and what was not touched in the 90 days before.
    private func stages(_ seen: SeenSpan) -> [Profile.StageEntry] {
        let openCases = Set(state.cases.open.map { state.cases[$0].name })
        var found: [Text: Profile.StageEntry] = [:]
        for (index, model) in book.models.enumerated() {
            func add(_ key: String, _ journey: FoldState.JourneyState) {
                let stage = model.stages[journey.stage].name
                found[Text(key)] = .init(key: key, stage: stage, cycle: journey.cycle, sinceMs: journey.sinceMs)
            }
            if let journey = state.journeys[index] { add(model.name, journey) }
            for entry in state.instances[index] {
                let (instance, journey) = (entry.key, entry.value)
                let isOver = model.stages[journey.stage].isLast || journey.touchedMs < seen.lastMs - Self.instanceDaysMs
                if isOver || model.instance == .case && !openCases.contains(instance) { continue }
                add("\(model.name):\(instance)", journey)
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
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
        for entry in state.orders.parcels where !entry.value {
            let parcel = entry.key
            let order = state.orders.byParcel[parcel].flatMap { state.orders.order(named: $0) }
            if !(order?.isDone ?? false) { found.insert(Text("parcel_id:\(parcel)")) }
        }
        for place in state.returns.open.keys {
            if let name = state.returns[place].name { found.insert(Text("return_id:\(name)")) }
        }
        for place in state.subscriptions.live where state.subscriptions[place].name != Text("") {
            found.insert(Text("subscription_id:\(state.subscriptions[place].name)"))
        }
        for place in state.cases.open {
            for id in state.cases[place].ids where !id.string.hasPrefix("day:") { found.insert(id) }
        }
        return found.sorted().map(\.string)
    }
}
