// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Who owns what: ownership maps from components, turns and claims.
extension IdentityState {
    /// The customer of an identifier that is no reference: named by the strongest of its component. −1: a hub.
    func customer(_ node: Int32) -> Int32 { hubs.since[node] != nil ? -1 : parts.part(with: node).strongest }

    /// Who gets the events that name an identifier as their strongest.
    func owner(_ node: Int32) -> Owner {
        if hubs.since[node] != nil { return .one(-1) }
        let entry = entry(node)
        if entry.isReference {
            // To itself when its claims lead nowhere, to a hub, or round in a circle.
            let found = claims.owner(
                of: node,
                isReference: { self.entry($0).isReference },
                isOwned: { hubs.since[$0] == nil }
            )
            return .one(found.map(customer) ?? node)
        }
        let current = customer(node)
        guard entry.isDevice, needsTurns(node) else { return .one(current) }
        if turns.passedAround[node] != nil { return .one(node) }
        let turns = turns.turns[node] ?? []
        switch rules.sharedDevice {
        case .lastAuthenticated: return .one(current)
        case .anonymous:
            let people = Set(turns.compactMap { $0.person < 0 ? nil : customer($0.person) }).subtracting([-1])
            if people.count <= 1 { return .one(current) }
            let own = identifiers.hashes[Int(node)]
            return .many([.init(fromMs: OwnershipMap.forever, customer: derived.anonymous(node, own))])
        case .deviceSplit: return split(node, turns, current, resetsOnLogout: false)
        case .resetOnLogout: return split(node, turns, current, resetsOnLogout: true)
        }
    }

    /// Each span to whoever signed in at its start; what came before the first sign-in, to the first.
    private func split(_ node: Int32, _ turns: [TurnTable.Turn], _ current: Int32, resetsOnLogout: Bool) -> Owner {
        var spans: [(fromMs: Int64, owner: Int32)] = []
        var waiting: Int64? = OwnershipMap.forever  // the start of a span that nobody has signed in to yet
        for turn in turns {
            if turn.person < 0 {
                if resetsOnLogout && waiting == nil { waiting = turn.moment.timeMs }
                continue
            }
            let owner = customer(turn.person)
            guard owner >= 0 else { continue }
            let start = waiting ?? turn.moment.timeMs
            waiting = nil
            if spans.last?.owner != owner { spans.append((start, owner)) }
        }
        let hashes = identifiers.hashes
        var found = spans.map { OwnershipMap.Span(fromMs: $0.fromMs, customer: hashes[Int($0.owner)]) }
        if let waiting, waiting != OwnershipMap.forever {
            let nobody = derived.waiting(node, hashes[Int(node)], sinceMs: waiting)
            found.append(.init(fromMs: waiting, customer: nobody))
        }
        if found.isEmpty { return .one(current) }
        return found.count == 1 && spans.count == 1 && spans[0].fromMs == OwnershipMap.forever
            ? .one(spans[0].owner) : .many(found)
    }

    /// What the journal comes to: identifiers whose map may differ.
    ///
    /// - Parameter settled: for each identifier the customer that was last reckoned with.
    mutating func touched(_ settled: inout [Int32]) -> Set<Int32> {
        var found: Set<Int32> = []
        var leads = journal.references
        while settled.count < identifiers.count { settled.append(Int32(settled.count)) }
        for node in journal.nodes {
            if entry(node).isDevice && needsTurns(node) && !turns.traced.contains(node) {
                noteTurns(node, from: Moment(timeMs: .min, content: -1))
            }
            let customer = customer(node)
            guard settled[Int(node)] != customer else { continue }
            settled[Int(node)] = customer
            found.insert(node)
            found.formUnion(turns.devices[node] ?? [])
            claims.forEachReference(to: node) { leads.append($0) }
        }
        for (device, stretches) in journal.devices where needsTurns(device) {
            retrace(device, turns.traced.insert(device).inserted ? [.always] : stretches)
            found.insert(device)
        }
        while let reference = leads.popLast() {
            guard found.insert(reference).inserted else { continue }
            claims.forEachReference(to: reference) { leads.append($0) }
        }
        return found
    }

    /// After a restart: customers as they are, turns of all devices that need them; nothing is told.
    mutating func settleAll() -> [Int32] {
        for node in 0..<Int32(identifiers.count) where entry(node).isDevice && needsTurns(node) {
            turns.traced.insert(node)
            retrace(node, [.always])
        }
        journal = Journal()
        return (0..<Int32(identifiers.count)).map { entry($0).isReference ? $0 : customer($0) }
    }
}
