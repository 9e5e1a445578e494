// SPDX-License-Identifier: Apache-2.0
package import Digests
internal import TestSupport
internal import Touchpoints

/// Random scenarios: small, dense and nasty. Shared devices, shared and changed e-mails, sign-outs, equal times, ids used
/// twice, copies with other content, references, replaced orders, consent, hubs, facts of every kind.
extension Scenario {
    private static let minute: Int64 = 60_000

    /// - Parameters:
    ///   - seed: the four policies for shared devices, early hubs and facts take turns with it.
    ///   - eventsMax: at least 5; copies come on top.
    package init(drawn seed: Int, eventsMax: Int) {
        var chance = SplitMix(seed: UInt64(bitPattern: Int64(seed)))
        var rules = Self.rules(earlyHubs: seed % 3 == 0)
        let policies = IdentityRules.SharedDevice.allCases
        rules.sharedDevice = policies[seed & 3]
        if chance.happens(0.1) { rules.maxIdentifiers = chance.number(3..<6) }
        if chance.happens(0.1) { rules.consentDefault = false }
        let people = chance.number(2..<5)
        let minutes = chance.one(of: [6, 20, 60, 60])  // few of them make many equal times and repeats in a bucket
        var events = (0..<chance.number(5..<max(6, eventsMax + 1))).map {
            Self.event($0, people, minutes, rules, &chance)
        }
        for original in events.shuffled(using: &chance).prefix(events.count / 8) {
            var (other, later, changed) = (chance.one(of: events), original, original)
            other.id = original.id
            later.timeMs = Int64(chance.number(0..<minutes)) * Self.minute
            changed.stage = chance.number(0..<5)
            events += [other, later, changed]
        }
        let facts = seed & 4 == 0 ? [] : Self.facts(events, &chance)
        self.init(seed: seed, events, facts, rules: rules)
    }

    /// Whose each event is by the simulator's own fold, and the customers in each identifier's map.
    package func specified() -> (customers: [Owner], owners: [ScenarioName: Set<Hash128>]) {
        let identity = SpecifiedIdentity(events, facts, rules)
        return (events.map(identity.owner), identity.owners.mapValues { Set($0.compactMap(\.customer)) })
    }

    private static func event(
        _ number: Int,
        _ people: Int,
        _ minutes: Int,
        _ rules: IdentityRules,
        _ chance: inout SplitMix
    ) -> Event {
        let person = chance.number(0..<people)
        var names: [ScenarioName] = []
        func any(_ most: Int) -> Int { chance.number(0..<most) }
        if chance.happens(0.5) { names.append(ScenarioName("anonymous_id", "d\(any(people))", rules)) }
        if chance.happens(0.2) { names.append(ScenarioName("app_id", "a\(any(people))", rules)) }
        if chance.happens(0.4) { names.append(ScenarioName("user_id", "u\(person)", rules)) }
        if chance.happens(0.05) { names.append(ScenarioName("loyalty_id", "l\(any(people))", rules)) }
        if chance.happens(0.25) { names.append(ScenarioName("email", "m\(any(people))@example.com", rules)) }
        if chance.happens(0.1) { names.append(ScenarioName("phone", "+81\(any(3))", rules)) }
        if chance.happens(0.15) { names.append(ScenarioName("order_id", "o\(any(2 * people))", rules)) }
        if chance.happens(0.15) {
            if chance.happens(0.5) { names.removeAll { $0.namespace != "order_id" } }  // a carrier's scan
            names.append(ScenarioName("parcel_id", "p\(any(2 * people))", rules))
        }
        if names.isEmpty { names.append(ScenarioName("anonymous_id", "d\(person)", rules)) }
        var event = Event("e\(number)", atMs: Int64(any(minutes)) * minute, names)
        event.stage = any(5)
        event.signsOut = chance.happens(0.05)
        if chance.happens(0.1) { event.consent = chance.happens(0.3) }
        if chance.happens(0.1), let order = event.names.first(where: { $0.namespace == "order_id" }) {
            event.replaces = Replacement(new: order, old: ScenarioName("order_id", "o\(any(2 * people))", rules))
        }
        return event
    }

    private static func facts(_ events: [Event], _ chance: inout SplitMix) -> [IdentityFact] {
        let named = Set(events.flatMap(\.names)).sorted()
        func some(_ most: Int) -> [Identifier] {
            named.shuffled(using: &chance).prefix(chance.number(0..<most + 1)).map(\.identifier)
        }
        func time() -> Int64 { Int64(chance.number(0..<60)) * minute }
        var facts: [IdentityFact] = []
        for name in some(3) {
            let from = chance.happens(0.5) ? Int64.min : time()
            let to = chance.happens(0.5) ? 1_000_000_000_000 : time()
            facts.append(.forgotten(name, fromMs: from, toMs: to))
        }
        for (a, b) in zip(some(2), some(2)) where a.hash != b.hash { facts.append(.unlinked(a, b)) }
        for name in some(2) {
            for _ in 0..<2 { facts.append(.consent(name, timeMs: time(), given: chance.happens(0.3))) }
        }
        return facts
    }
}
