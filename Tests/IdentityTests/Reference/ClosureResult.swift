// SPDX-License-Identifier: Apache-2.0
import Digests
import Touchpoints

@testable import Identity

/// What a fold comes to: an owner, or owners by time, for each identifier; and the decisions on the way.
struct ClosureResult {
    /// By the closure's numbers.
    private(set) var owners: [[OwnershipMap.Span]] = []
    private(set) var standing: [Standing] = []

    private let fold: ClosureFold
    /// nil: a hub, or not known.
    private var customers: [Hash128?]

    init(_ fold: ClosureFold) {
        self.fold = fold
        customers = [Hash128?](repeating: nil, count: fold.view.identifiers.count)
        attributeIdentifiers()
        attributeReferences()
        owners = customers.indices.map { spans(Int32($0)) }
        standing = decisions()
    }

    private func entry(_ node: Int) -> NamespaceTable.Entry { fold.rules.entries[Int(fold.view.namespaces[node])] }

    /// A customer's id is the hash of its strongest identifier: by priority, then by the smaller hash.
    private mutating func attributeIdentifiers() {
        var strongest = [Int](repeating: -1, count: customers.count)
        for node in customers.indices where !entry(node).isReference {
            let label = Int(fold.graph.label(Int32(node)))
            let best = strongest[label]
            if best < 0 || isStronger(node, best) { strongest[label] = node }
        }
        for node in customers.indices where fold.isKnown[node] && !fold.isHub[node] && !entry(node).isReference {
            customers[node] = fold.view.hashes[strongest[Int(fold.graph.label(Int32(node)))]]
        }
    }

    private func isStronger(_ a: Int, _ b: Int) -> Bool {
        let (first, second) = (entry(a).priority, entry(b).priority)
        return first != second ? first < second : fold.view.hashes[a] < fold.view.hashes[b]
    }

    /// A reference belongs to the owner of what it stands in for, else of what claimed it; to itself when that leads
    /// nowhere, to a hub, or round in a circle.
    private mutating func attributeReferences() {
        let references = customers.indices.filter { entry($0).isReference && fold.isKnown[$0] }
        var claims = ClaimSearch(standsFor: fold.standsFor, claimedBy: fold.claimedBy)
        let found = references.map { node in
            claims.owner(Int32(node), customers) { entry(Int($0)).isReference } ?? fold.view.hashes[node]
        }
        for (node, customer) in zip(references, found) { customers[node] = customer }
    }

    /// Who gets the events that name it as their strongest identifier, by event time.
    private func spans(_ node: Int32) -> [OwnershipMap.Span] {
        let own = fold.view.hashes[Int(node)]
        let always = { (customer: Hash128?) in [OwnershipMap.Span(fromMs: OwnershipMap.forever, customer: customer)] }
        if fold.isHub[Int(node)] { return always(nil) }
        guard fold.isKnown[Int(node)], let current = customers[Int(node)] else { return always(own) }
        guard entry(Int(node)).isDevice else { return always(current) }
        switch fold.rules.sharedDevice {
        case .lastAuthenticated: return always(current)
        case .anonymous:
            let people = Set(turns(of: node).compactMap { $0.person < 0 ? nil : customers[Int($0.person)] })
            return always(
                people.count <= 1 ? current : fold.view.derived.anonymous(fold.view.identifiers[Int(node)], own)
            )
        case .deviceSplit, .resetOnLogout:
            if passedAroundMs(node) != nil { return always(own) }
            return split(node, current, resetsOnLogout: fold.rules.sharedDevice == .resetOnLogout)
        }
    }

    /// Each span to whoever signed in at its start; what came before the first sign-in, to the first.
    private func split(_ node: Int32, _ current: Hash128, resetsOnLogout: Bool) -> [OwnershipMap.Span] {
        var spans: [OwnershipMap.Span] = []
        var waiting: Int64? = OwnershipMap.forever  // the start of a span that nobody has signed in to yet
        for turn in turns(of: node) {
            if turn.person < 0 {
                if resetsOnLogout && waiting == nil { waiting = turn.timeMs }
                continue
            }
            guard let owner = customers[Int(turn.person)] else { continue }
            let start = waiting ?? turn.timeMs
            waiting = nil
            if spans.last?.customer != owner { spans.append(.init(fromMs: start, customer: owner)) }
        }
        if let waiting, waiting != OwnershipMap.forever {
            let own = fold.view.hashes[Int(node)]
            let nobody = fold.view.derived.waiting(fold.view.identifiers[Int(node)], own, sinceMs: waiting)
            spans.append(.init(fromMs: waiting, customer: nobody))
        }
        return spans.isEmpty ? [.init(fromMs: OwnershipMap.forever, customer: current)] : spans
    }

    /// When a device changed hands once too often; nil: it did not.
    private func passedAroundMs(_ node: Int32) -> Int64? {
        guard [.deviceSplit, .resetOnLogout].contains(fold.rules.sharedDevice), entry(Int(node)).isDevice else {
            return nil
        }
        let hands = turns(of: node).filter { $0.person >= 0 }
        let changes = zip(hands, hands.dropFirst()).filter { $0.person != $1.person }.map(\.1.timeMs)
        return changes.count > fold.rules.maxTurns ? changes[fold.rules.maxTurns] : nil
    }

    private func turns(of node: Int32) -> [ClosureFold.Turn] {
        var found: [ClosureFold.Turn] = []
        var number = fold.firstTurn[Int(node)]
        while number >= 0 {
            found.append(fold.turns[Int(number)])
            number = fold.turns[Int(number)].next
        }
        return found
    }

    private func decisions() -> [Standing] {
        let global = { (node: Int32) in fold.view.identifiers[Int(node)] }
        var found: [Standing] = []
        for link in fold.graph.links where link.isAccepted {
            found.append(
                Standing(
                    kind: .linked,
                    a: global(link.a),
                    b: global(link.b),
                    reason: .none,
                    timeMs: link.sinceMs,
                    observation: link.cause
                )
            )
        }
        for refusal in fold.graph.refusals {
            found.append(
                Standing(
                    kind: .refused,
                    a: global(refusal.a),
                    b: global(refusal.b),
                    reason: refusal.reason,
                    timeMs: refusal.timeMs,
                    observation: refusal.cause
                )
            )
        }
        for hub in fold.hubs {
            found.append(
                Standing(
                    kind: .hub,
                    a: global(hub.node),
                    b: -1,
                    reason: .none,
                    timeMs: hub.timeMs,
                    observation: hub.cause
                )
            )
        }
        for node in customers.indices {
            guard let timeMs = passedAroundMs(Int32(node)) else { continue }
            found.append(
                Standing(
                    kind: .passedAround,
                    a: global(Int32(node)),
                    b: -1,
                    reason: .none,
                    timeMs: timeMs,
                    observation: -1
                )
            )
        }
        return found
    }
}
