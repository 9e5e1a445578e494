// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Who is who, for a set of events and facts: a fold over everything from the first observation to the last, right before
/// fast. It shares no code with the identity engine.
struct SpecifiedIdentity {
    struct Span: Equatable {
        var fromMs: Int64
        /// nil: nobody's.
        var customer: Hash128?
    }

    /// Who was seen together, or signed out, in which bucket of time.
    private struct Observation: Hashable {
        var names: [ScenarioName]
        var signsOut: Bool
        var replaces: Scenario.Replacement?
        var bucket: Int64
        var consent: Bool?
    }

    /// An observation with what facts say of it.
    private struct Seen {
        var timeMs: Int64
        var what: Observation
        var isForgotten: Bool
        var hasConsent: Bool
    }

    private let rules: IdentityRules
    private let facts: SpecifiedFacts
    private var graph: SpecifiedGraph
    private var peopleOf: [ScenarioName: Set<ScenarioName>] = [:]
    private var hubs: Set<ScenarioName> = []
    private var known: Set<ScenarioName> = []
    /// Reference → the strongest stronger name of the earliest event that names both.
    private var claimed: [ScenarioName: ScenarioName] = [:]
    /// An order → the order that it replaces.
    private var standsFor: [ScenarioName: ScenarioName] = [:]
    /// Device → who signed in; nil: a sign-out.
    private var turns: [ScenarioName: [(timeMs: Int64, person: ScenarioName?)]] = [:]
    private var customers: [ScenarioName: Hash128] = [:]
    /// Each name's ownership map.
    private(set) var owners: [ScenarioName: [Span]] = [:]

    init(_ events: [Scenario.Event], _ said: [IdentityFact], _ rules: IdentityRules) {
        self.rules = rules
        facts = SpecifiedFacts(said)
        graph = SpecifiedGraph(rules, facts.unlinked)
        for seen in observations(events) { take(seen) }
        conclude(events)
    }

    /// Whose an event is.
    func owner(of event: Scenario.Event) -> Scenario.Owner {
        if facts.isForgotten(event.names, event.timeMs...event.timeMs) { return .forgotten }
        guard let name = event.names.first(where: { !hubs.contains($0) }), let spans = owners[name] else {
            return .nobody
        }
        let customer = spans.last { $0.fromMs <= event.timeMs }?.customer ?? spans[0].customer
        return customer.map { .customer($0) } ?? .nobody
    }

    // MARK: the fold

    /// The earliest of each bucket, by event time and then by content, never by arrival.
    private func observations(_ events: [Scenario.Event]) -> [Seen] {
        let width = rules.observationBucketMs
        var earliest: [Observation: Int64] = [:]
        for event in events {
            let what = Observation(
                names: event.names,
                signsOut: event.signsOut,
                replaces: event.replaces,
                bucket: event.timeMs / width,
                consent: event.consent
            )
            earliest[what] = min(event.timeMs, earliest[what] ?? .max)
        }
        let seen = earliest.map { what, timeMs in
            Seen(
                timeMs: timeMs,
                what: what,
                isForgotten: facts.isForgotten(what.names, what.bucket * width...(what.bucket + 1) * width - 1),
                hasConsent: facts.hasConsent(what.consent, what.names, timeMs, rules)
            )
        }
        return seen.sorted(by: Self.comesFirst)
    }

    private static func comesFirst(_ a: Seen, _ b: Seen) -> Bool {
        if a.timeMs != b.timeMs { return a.timeMs < b.timeMs }
        let (mine, theirs) = (a.what.names.map(\.hash), b.what.names.map(\.hash))
        if mine != theirs { return mine.lexicographicallyPrecedes(theirs) }
        func rest(_ seen: Seen) -> [String] {
            let replaces = seen.what.replaces.map { [$0.new.value, $0.old.value] } ?? ["", ""]
            return ["\(seen.what.signsOut)"] + replaces + ["\(seen.isForgotten)", "\(seen.hasConsent)"]
        }
        return rest(a).lexicographicallyPrecedes(rest(b))
    }

    private mutating func take(_ seen: Seen) {
        let names = seen.what.names
        var person = names.filter { $0.priority == 1 }
        countPeople(person, of: names)
        if seen.isForgotten { return }
        known.formUnion(names)
        if let replaces = seen.what.replaces, replaces.new != replaces.old {
            known.formUnion([replaces.new, replaces.old])
            standsFor[replaces.new] = standsFor[replaces.new] ?? replaces.old
        }
        for name in names where name.isReference && names[0].namespace != name.namespace {
            claimed[name] = claimed[name] ?? names[0]  // with or without consent: an order is a contract, not tracking
        }
        var linking = names.filter { !$0.isReference && !hubs.contains($0) }
        if !seen.hasConsent {  // links nobody, but a sign-out holds
            person = []
            if !seen.what.signsOut { linking = [] }
        }
        if seen.hasConsent { graph.link(linking, atMs: seen.timeMs) }
        for name in linking where rules.namespace(named: name.namespace)?.isDevice ?? false {
            if seen.what.signsOut {
                turns[name, default: []].append((seen.timeMs, nil))
            } else if !person.isEmpty, let owner = graph.component(name).filter({ $0.priority == 1 }).min() {
                turns[name, default: []].append((seen.timeMs, owner))
            }
        }
    }

    /// What is forgotten or without consent counts on, so that no hub is ever undone.
    private mutating func countPeople(_ person: [ScenarioName], of names: [ScenarioName]) {
        for name in names {
            peopleOf[name, default: []].formUnion(person)
            guard !hubs.contains(name), let most = rules.namespace(named: name.namespace)?.maxCustomers,
                peopleOf[name, default: []].count > most
            else { continue }
            hubs.insert(name)
            graph.cut(name)
        }
    }

    // MARK: what it comes to

    private mutating func conclude(_ events: [Scenario.Event]) {
        known.formUnion(hubs)
        for name in known where !hubs.contains(name) && !name.isReference {
            customers[name] = graph.component(name).min()?.hash
        }
        let references = known.filter(\.isReference).map { ($0, claimant($0, []) ?? $0.hash) }
        for (name, customer) in references { customers[name] = customer }
        for name in known { owners[name] = ownership(name) }
        for event in events where !facts.isForgotten(event.names, event.timeMs...event.timeMs) {
            for name in event.names where owners[name] == nil {
                owners[name] = [Span(fromMs: .min, customer: name.hash)]  // never observed: alone
            }
        }
    }

    /// Claimed by a hub, by nobody, or in a circle: nil.
    private func claimant(_ name: ScenarioName, _ passed: Set<ScenarioName>) -> Hash128? {
        if !name.isReference { return customers[name] }
        if passed.contains(name) { return nil }
        for next in [standsFor[name], claimed[name]] {
            if let next, let found = claimant(next, passed.union([name])) { return found }
        }
        return nil
    }

    /// Who gets the events that name this as their strongest, by event time.
    private func ownership(_ name: ScenarioName) -> [Span] {
        guard !hubs.contains(name), let current = customers[name] else { return [Span(fromMs: .min, customer: nil)] }
        let isDevice = rules.namespace(named: name.namespace)?.isDevice ?? false
        let whole = [Span(fromMs: .min, customer: current)]
        if !isDevice || rules.sharedDevice == .lastAuthenticated { return whole }
        let turns = (turns[name] ?? []).filter { $0.person.map { customers[$0] != nil } ?? true }
        if rules.sharedDevice == .anonymous {
            let people = Set(turns.compactMap { $0.person.flatMap { customers[$0] } })
            return people.count <= 1 ? whole : [Span(fromMs: .min, customer: derived(name, "anonymous"))]
        }
        var spans: [Span] = []
        var waitsFromMs: Int64? = .min  // the start of a span that nobody has signed in to yet
        for (timeMs, person) in turns {
            guard let owner = person.flatMap({ customers[$0] }) else {
                if rules.sharedDevice == .resetOnLogout { waitsFromMs = waitsFromMs ?? timeMs }
                continue
            }
            if spans.last?.customer != owner { spans.append(Span(fromMs: waitsFromMs ?? timeMs, customer: owner)) }
            waitsFromMs = nil
        }
        if let waitsFromMs, waitsFromMs != .min {
            spans.append(Span(fromMs: waitsFromMs, customer: derived(name, "\(waitsFromMs)")))
        }
        return spans.isEmpty ? whole : spans
    }

    private func derived(_ name: ScenarioName, _ suffix: String) -> Hash128 {
        ScenarioName.hash(name.namespace, "\(name.value)#\(suffix)")
    }
}
