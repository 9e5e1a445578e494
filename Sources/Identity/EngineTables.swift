// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// What the engine has been told: a set, so that neither order nor repetition leaves a trace.
struct EngineTables: Sendable {
    var identifiers = IdentifierTable()
    var observations = ObservationTable()
    var facts = FactTable()
    var closures = ClosureTable()
    var derived = DerivedCustomers()

    /// What an input did to the set.
    enum Effect {
        /// It was known already, or says nothing to this engine.
        case none
        /// It is to be kept, but concerns no closure.
        case kept
        /// The closure of this identifier is to be folded again.
        case changed(Int32)
    }

    /// Takes an observation whose names are in order (`ordered`). `absorbed` is told of each root that was joined to
    /// another.
    mutating func take(
        _ observation: Observation,
        key: Hash128,
        rules: NamespaceTable,
        absorbed: (Int32, Int32) -> Void
    ) -> Effect {
        guard observation.counts else { return .none }
        var names: [Int32] = []
        names.reserveCapacity(observation.names.count)
        for name in observation.names {
            if let number = identifiers.number(name, in: rules) { names.append(number) }
        }
        var row = ObservationTable.Row(
            timeMs: observation.timeMs,
            firstName: 0,
            nameCount: 0,
            signsOut: observation.signsOut,
            consent: observation.consent.map { $0 ? 2 : 1 } ?? 0
        )
        if let replaces = observation.replaces {
            row.new = identifiers.number(replaces.new, in: rules) ?? -1
            row.old = identifiers.number(replaces.old, in: rules) ?? -1
            if row.new < 0 || row.old < 0 { (row.new, row.old) = (-1, -1) }
        }
        closures.grow(to: identifiers.count)
        guard let first = names.first ?? (row.new >= 0 ? row.new : nil) else { return .none }
        switch observations.take(row, names: names, example: observation.example, key: key) {
        case .nothing: return .none
        case .earlier:
            derived.take(observation, rules: rules) { identifiers.number(of: $0) }
            return .changed(first)
        case .new(let number):
            derived.take(observation, rules: rules) { identifiers.number(of: $0) }
            for other in names.dropFirst() { join(first, other, absorbed) }
            if row.new >= 0 {
                join(first, row.new, absorbed)
                join(first, row.old, absorbed)
            }
            closures.file(number, at: closures.root(first), &observations)
            return .changed(first)
        }
    }

    /// Takes what is said about identifiers.
    mutating func take(_ fact: IdentityFact, rules: NamespaceTable) -> Effect {
        defer { closures.grow(to: identifiers.count) }
        switch fact {
        case .forgotten(let name, let from, let to):
            guard let number = identifiers.number(name, in: rules) else { return .kept }
            let isNew = facts.forgotten[number, default: []].insert(.init(fromMs: from, toMs: to)).inserted
            return isNew ? .changed(number) : .none
        case .unlinked(let a, let b):
            guard a.hash != b.hash else { return .none }
            guard let first = identifiers.number(a, in: rules), let second = identifiers.number(b, in: rules) else {
                return .kept
            }
            facts.unlinked[second, default: []].insert(first)
            // A pair joins nothing. When its two are in one closure, either names it; else neither can ever meet the
            // other as things are.
            return facts.unlinked[first, default: []].insert(second).inserted ? .changed(first) : .none
        case .consent(let name, let time, let given):
            guard let number = identifiers.number(name, in: rules) else { return .kept }
            let isNew = facts.consent[number, default: []].insert(.init(timeMs: time, given: given)).inserted
            return isNew ? .changed(number) : .none
        }
    }

    private mutating func join(_ a: Int32, _ b: Int32, _ absorbed: (Int32, Int32) -> Void) {
        let joined = closures.join(a, b, &observations)
        if let gone = joined.absorbed { absorbed(gone, joined.root) }
    }
}
