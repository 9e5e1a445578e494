// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Mistakes in identity rules that hurt, found in data: what the rules take to be rare and is not.
///
/// People are the values of the strongest namespace. Who was seen with what is counted by events that name both, as hubs are.
struct RulesCheck {
    private let now: IdentitySimulation.Side
    private let then: IdentitySimulation.Side
    private let rules: IdentityRules
    private let person: IdentityRules.Namespace?
    /// Distinct values by namespace, of events under the other rules.
    private var values: [NamespaceID: Int] = [:]
    /// Distinct people by value, and distinct values of a namespace by person.
    private var peopleOf: [Int32: Set<Int32>] = [:]
    private var valuesOf: [NamespaceID: [Int32: Set<Int32>]] = [:]
    /// Events that name several values of what is to be unique.
    private var ambiguous: [NamespaceID: Int] = [:]
    /// Events that are refused and name what is no longer configured, by its name.
    private var orphans: [String: Int] = [:]

    /// A household: no threshold should cut what so many people share.
    static let familyMax = 8
    /// More people than this share nothing that is a person's.
    static let crowdMin = 20

    init(_ now: IdentitySimulation.Side, _ then: IdentitySimulation.Side) {
        (self.now, self.then) = (now, then)
        rules = then.replay.rules
        person = rules.namespaces.filter { !$0.isReference }.min { $0.priority < $1.priority }
        let ledger = then.ledger
        for name in ledger.names { values[name.identifier.namespace, default: 0] += 1 }
        guard let person else { return }
        let strongest = NamespaceID(person.name)
        for number in ledger.entries.indices {
            let names = ledger.names(of: Int32(number))
            let people = names.filter { ledger.names[Int($0)].identifier.namespace == strongest }
            guard !people.isEmpty else { continue }
            for name in names {
                let namespace = ledger.names[Int(name)].identifier.namespace
                guard namespace != strongest else { continue }
                for one in people {
                    peopleOf[name, default: []].insert(one)
                    valuesOf[namespace, default: [:]][one, default: []].insert(name)
                }
            }
        }
        // What is refused as ambiguous under these rules is known from the others.
        for (key, number) in now.ledger.numbers where ledger.numbers[key] == nil { note(refused: number) }
    }

    private mutating func note(refused number: Int32) {
        let ledger = now.ledger
        let spaces = ledger.names(of: number).map { ledger.names[Int($0)].identifier.namespace }
        for namespace in Set(spaces) where spaces.count(where: { $0 == namespace }) > 1 {
            if rules.namespace(namespace)?.limit == 1 { ambiguous[namespace, default: 0] += 1 }
        }
        for namespace in Set(spaces) where rules.namespace(namespace) == nil {
            guard let name = now.replay.rules.namespace(namespace)?.name else { continue }
            orphans[name, default: 0] += 1
        }
    }

    func findings() -> [RulesComparison.Finding] {
        var found: [RulesComparison.Finding] = []
        for namespace in rules.namespaces where !namespace.isReference {
            found += [repeated(namespace), families(namespace), unbounded(namespace), unseen(namespace)].compactMap {
                $0
            }
        }
        return found + strangers() + [full(), nobody(), refused()].compactMap { $0 }
    }

    /// A limit that people exceed in the data.
    private func repeated(_ namespace: IdentityRules.Namespace) -> RulesComparison.Finding? {
        guard let limit = namespace.limit else { return nil }
        let id = NamespaceID(namespace.name)
        let held = valuesOf[id] ?? [:]
        let over = held.filter { $0.value.count > limit }
        let refused = ambiguous[id] ?? 0
        guard refused > 0 || over.count * 100 >= held.count, over.count + refused > 0 else { return nil }
        let most = over.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
        var message =
            "\(namespace.name): at most \(limit) to a customer, but \(over.count) of \(held.count) people were seen with more"
        if let most { message += "; \(shown(most.key)) with \(most.value.count)" }
        if refused > 0 { message += "; \(refused) events that name two at once would be refused as ambiguous" }
        let figures = [
            "limit": limit, "people": held.count, "people_over": over.count, "most": most?.value.count ?? 0,
            "events_refused": refused,
        ]
        return .init(kind: "limit_repeated", namespace: namespace.name, figures: figures, message: message)
    }

    /// A threshold that would cut what households share.
    private func families(_ namespace: IdentityRules.Namespace) -> RulesComparison.Finding? {
        guard let most = namespace.maxCustomers, most < Self.familyMax else { return nil }
        let cut = shared(namespace).filter { $0.value > most && $0.value <= Self.familyMax }
        guard !cut.isEmpty else { return nil }
        let people = Set(cut.flatMap { peopleOf[$0.key] ?? [] }).count
        let message =
            "\(namespace.name): max_customers \(most) would cut \(cut.count) values that \(most + 1) to \(Self.familyMax) people share, "
            + "as families do: \(people) people"
        return .init(
            kind: "hub_cuts_families",
            namespace: namespace.name,
            figures: ["max_customers": most, "values": cut.count, "people": people],
            message: message
        )
    }

    /// Nothing stops a value that a crowd shares.
    private func unbounded(_ namespace: IdentityRules.Namespace) -> RulesComparison.Finding? {
        guard namespace.maxCustomers == nil, namespace.name != person?.name else { return nil }
        let crowds = shared(namespace).filter { $0.value > Self.crowdMin }
        guard let worst = crowds.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return nil }
        let message =
            "\(namespace.name): nothing bounds it (max_customers), and \(crowds.count) values were seen with more than "
            + "\(Self.crowdMin) people; \(shown(worst.key)) with \(worst.value)"
        return .init(
            kind: "unbounded",
            namespace: namespace.name,
            figures: ["values": crowds.count, "most": worst.value],
            message: message
        )
    }

    /// People by value, of a namespace.
    private func shared(_ namespace: IdentityRules.Namespace) -> [Int32: Int] {
        let id = NamespaceID(namespace.name)
        let ledger = then.ledger
        return peopleOf.filter { ledger.names[Int($0.key)].identifier.namespace == id }.mapValues(\.count)
    }

    private func unseen(_ namespace: IdentityRules.Namespace) -> RulesComparison.Finding? {
        guard values[NamespaceID(namespace.name)] == nil, !then.ledger.entries.isEmpty else { return nil }
        return .init(
            kind: "never_seen",
            namespace: namespace.name,
            figures: ["events": then.ledger.entries.count],
            message: "\(namespace.name): no event names it"
        )
    }

    /// Names under which identifiers come that the rules do not know.
    private func strangers() -> [RulesComparison.Finding] {
        then.replay.counts.ignored.counts.merging(orphans) { $0 + $1 }.sorted {
            ($1.value, $0.key) < ($0.value, $1.key)
        }.prefix(10).map {
            name,
            count in
            .init(
                kind: "not_configured",
                namespace: name,
                figures: ["events": count],
                message: "\(name): \(count) records name it as an identifier, and it is not configured"
            )
        }
    }

    private func full() -> RulesComparison.Finding? {
        let count = then.replay.refusals["customer_full"] ?? 0
        guard count > 0 else { return nil }
        return .init(
            kind: "customer_full",
            namespace: nil,
            figures: ["max_identifiers": rules.maxIdentifiers, "links_refused": count],
            message: "max_identifiers \(rules.maxIdentifiers): \(count) links were refused because a customer was full"
        )
    }

    private func nobody() -> RulesComparison.Finding? {
        guard let person, !then.ledger.entries.isEmpty, values[NamespaceID(person.name)] == nil else { return nil }
        return .init(
            kind: "nobody_signs_in",
            namespace: person.name,
            figures: ["events": then.ledger.entries.count],
            message:
                "\(person.name) is the strongest namespace, but names nobody here: no hub is found, no device has a person"
        )
    }

    private func refused() -> RulesComparison.Finding? {
        let (before, after) = (now.ledger.entries.count, then.ledger.entries.count)
        guard after < before else { return nil }
        return .init(
            kind: "more_refused",
            namespace: nil,
            figures: ["events": before - after],
            message: "\(before - after) events that are accepted now would be refused"
        )
    }

    private func shown(_ number: Int32) -> String {
        let name = then.ledger.names[Int(number)].identifier
        return "\(rules.namespace(name.namespace)?.name ?? "unknown") \(name.value ?? name.hash.hex)"
    }
}
