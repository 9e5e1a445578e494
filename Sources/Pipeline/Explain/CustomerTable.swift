// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Identity
internal import Touchpoints

/// How many events of each customer under the rules as they are go to each customer under the others.
struct CustomerTable {
    private let now: IdentitySimulation.Side
    private let then: IdentitySimulation.Side
    /// By customer now, then by customer then.
    private var rows: [Hash128: [Hash128: Int]] = [:]
    /// Events by customer then.
    private var totals: [Hash128: Int] = [:]
    private var successors: [Hash128: Hash128] = [:]
    /// Whom a customer then succeeds.
    private var predecessors: [Hash128: [Hash128]] = [:]
    private var result = RulesComparison()

    /// Changes that are named, of each kind.
    private static let changesMax = 10
    private static let partiesMax = 10

    init(_ now: IdentitySimulation.Side, _ then: IdentitySimulation.Side) {
        (self.now, self.then) = (now, then)
        let (before, after) = (now.ledger, then.ledger)
        result.events = .init(now: before.entries.count, then: after.entries.count)
        for (key, number) in before.numbers {
            let owner = now.owner(number)
            if owner == nil { result.nobodys.now += 1 }
            guard let other = after.numbers[key] else {
                if let owner, rows[owner] == nil { rows[owner] = [:] }
                continue
            }
            let heir = then.owner(other)
            guard let owner else { continue }
            if let heir {
                rows[owner, default: [:]][heir, default: 0] += 1
            } else if rows[owner] == nil {
                rows[owner] = [:]
            }
        }
        for number in after.numbers.values {
            if let owner = then.owner(number) { totals[owner, default: 0] += 1 } else { result.nobodys.then += 1 }
        }
        result.customers = .init(now: rows.count, then: totals.count)
        for (customer, heirs) in rows {
            let best = heirs.max { ($0.value, $1.key) < ($1.value, $0.key) }
            guard let best else { continue }
            successors[customer] = best.key
            predecessors[best.key, default: []].append(customer)
        }
    }

    /// The counts, and the biggest changes.
    func comparison() -> RulesComparison {
        var result = result
        result.changes = merged(&result.merged) + split(&result.split) + moved(&result.moved)
        return result
    }

    private func events(of customer: Hash128) -> Int { rows[customer]?.values.reduce(0, +) ?? 0 }

    private func merged(_ count: inout RulesComparison.Merged) -> [RulesComparison.Change] {
        let groups = predecessors.filter { $0.value.count > 1 }
        count.into = groups.count
        count.customers = groups.values.reduce(0) { $0 + $1.count }
        let sizes = groups.map { heir, customers in
            (heir: heir, customers: customers, events: customers.reduce(0) { $0 + (rows[$1]?[heir] ?? 0) })
        }
        let biggest = sizes.sorted {
            ($1.customers.count, $1.events, $0.heir) < ($0.customers.count, $0.events, $1.heir)
        }
        return biggest.prefix(Self.changesMax).map { group in
            let from = group.customers.sorted { (events(of: $1), $0) < (events(of: $0), $1) }
            return RulesComparison.Change(
                kind: "merged",
                from: from.prefix(Self.partiesMax).map { now.party($0, events: events(of: $0)) },
                into: [then.party(group.heir, events: totals[group.heir] ?? 0)],
                events: group.events,
                because: reason(then, around: [group.heir]) { decision in
                    guard decision.kind == .linked, holds(decision, group.heir) else { return false }
                    let owners = decision.identifiers.map { now.owner(of: $0.hash) }
                    return owners[0] != owners[1] && group.customers.contains { $0 == owners[0] || $0 == owners[1] }
                }
            )
        }
    }

    private func split(_ count: inout RulesComparison.Split) -> [RulesComparison.Change] {
        var found: [(customer: Hash128, heirs: [(Hash128, Int)], events: Int)] = []
        var fresh: Set<Hash128> = []
        for (customer, heirs) in rows {
            let others = heirs.filter { $0.key != successors[customer] && predecessors[$0.key] == nil }
            guard !others.isEmpty else { continue }
            fresh.formUnion(others.keys)
            let events = others.values.reduce(0, +)
            let all = others.map { ($0.key, $0.value) } + (successors[customer].map { [($0, heirs[$0] ?? 0)] } ?? [])
            found.append((customer, all.sorted { ($1.1, $0.0) < ($0.1, $1.0) }, events))
            count.events += events
        }
        (count.customers, count.into) = (found.count, fresh.count)
        let biggest = found.sorted { ($1.events, $0.customer) < ($0.events, $1.customer) }
        return biggest.prefix(Self.changesMax).map { change in
            RulesComparison.Change(
                kind: "split",
                from: [now.party(change.customer, events: events(of: change.customer))],
                into: change.heirs.prefix(Self.partiesMax).map { then.party($0.0, events: $0.1) },
                events: change.events,
                because: reason(then, around: change.heirs.map(\.0)) { decision in
                    guard decision.kind == .refused || decision.kind == .hub else { return false }
                    return decision.identifiers.allSatisfy { now.owner(of: $0.hash) == change.customer }
                }
            )
        }
    }

    private func moved(_ count: inout RulesComparison.Moved) -> [RulesComparison.Change] {
        var found: [(from: Hash128, to: Hash128, events: Int)] = []
        var losers: Set<Hash128> = []
        for (customer, heirs) in rows {
            for (heir, events) in heirs where heir != successors[customer] && predecessors[heir] != nil {
                found.append((customer, heir, events))
                losers.insert(customer)
                count.events += events
            }
        }
        count.customers = losers.count
        let biggest = found.sorted { ($1.events, $0.from, $0.to) < ($0.events, $1.from, $1.to) }
        return biggest.prefix(Self.changesMax).map { change in
            RulesComparison.Change(
                kind: "moved",
                from: [now.party(change.from, events: events(of: change.from))],
                into: [then.party(change.to, events: totals[change.to] ?? 0)],
                events: change.events,
                because: reason(then, around: [change.to]) { decision in
                    decision.kind == .linked && holds(decision, change.to)
                        && decision.identifiers.contains { now.owner(of: $0.hash) == change.from }
                }
            )
        }
    }

    /// Both identifiers of a link are a customer's in the end.
    private func holds(_ decision: IdentityDecision, _ customer: Hash128) -> Bool {
        decision.identifiers.count == 2 && decision.identifiers.allSatisfy { then.owner(of: $0.hash) == customer }
    }

    /// The first decision that explains a change.
    private func reason(
        _ side: IdentitySimulation.Side,
        around customers: [Hash128],
        _ explains: (IdentityDecision) -> Bool
    ) -> IdentityStory.Entry? {
        for customer in customers {
            guard let (decisions, writer) = side.decisions(around: customer) else { continue }
            if let decision = decisions.first(where: explains) { return writer.entry(decision) }
        }
        return nil
    }
}
