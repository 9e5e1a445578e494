// SPDX-License-Identifier: Apache-2.0
import Digests
import Touchpoints

@testable import Identity

/// The definition, run over everything from the first observation to the last: right before fast.
///
/// It shares with the engine only the tables of identifiers, rules and facts.
struct ReferenceEngine {
    let rules: NamespaceTable
    var identifiers = IdentifierTable()
    var observations = ReferenceObservations()
    var facts = FactTable()
    var derived = DerivedCustomers()

    init(_ rules: IdentityRules) { self.rules = NamespaceTable(rules, realm: "default") }

    mutating func take(_ inputs: [IdentityInput]) {
        for input in inputs {
            switch input {
            case .seen(let observation): take(observation.ordered(rules))
            case .fact(let fact): take(fact)
            }
        }
    }

    private mutating func take(_ observation: Observation) {
        guard observation.counts else { return }
        let names = observation.names.compactMap { identifiers.number($0, in: rules) }
        var row = ReferenceObservations.Row(
            timeMs: observation.timeMs,
            firstName: 0,
            nameCount: 0,
            signsOut: observation.signsOut,
            consent: observation.consent.map { $0 ? 2 : 1 } ?? 0
        )
        if let replaces = observation.replaces {
            row.new = identifiers.number(replaces.new, in: rules) ?? -1
            row.old = identifiers.number(replaces.old, in: rules) ?? -1
        }
        guard !names.isEmpty || row.new >= 0 else { return }
        var writer = ByteWriter()
        writer.word64(UInt64(bitPattern: rules.bucketStart(observation.timeMs)))
        writer.hash(EngineRows.content(observation))
        observations.take(row, names: names, example: observation.example, key: writer.bytes)
        derived.take(observation, rules: rules) { identifiers.number(of: $0) }
    }

    private mutating func take(_ fact: IdentityFact) {
        switch fact {
        case .forgotten(let name, let from, let to):
            guard let number = identifiers.number(name, in: rules) else { return }
            facts.forgotten[number, default: []].insert(.init(fromMs: from, toMs: to))
        case .unlinked(let a, let b):
            guard a.hash != b.hash, let first = identifiers.number(a, in: rules),
                let second = identifiers.number(b, in: rules)
            else { return }
            facts.unlinked[first, default: []].insert(second)
            facts.unlinked[second, default: []].insert(first)
        case .consent(let name, let time, let given):
            guard let number = identifiers.number(name, in: rules) else { return }
            facts.consent[number, default: []].insert(.init(timeMs: time, given: given))
        }
    }

    /// A decision without its proof.
    struct Decision: Hashable {
        var kind: IdentityDecision.Kind
        var timeMs: Int64
        var names: [Hash128]
        var rule: String
    }

    struct Answer {
        var owners: [Hash128: [OwnershipMap.Span]] = [:]
        var decisions: [Decision: Int] = [:]
    }

    func answer() -> Answer {
        let result = ClosureResult(ClosureFold(ClosureView(self), rules: rules))
        var answer = Answer()
        for (number, spans) in result.owners.enumerated() { answer.owners[identifiers.hashes[number]] = spans }
        for found in result.standing {
            let kind: IdentityDecision.Kind =
                switch found.kind {
                case .linked: .linked
                case .refused: .refused
                case .hub: .hub
                case .passedAround: .moved
                }
            let names = (found.b < 0 ? [found.a] : [found.a, found.b]).map { identifiers.hashes[Int($0)] }
            let rule =
                switch kind {
                case .refused: rule(found.reason)
                case .hub: "max_customers"
                case .moved: "max_turns"
                default: "seen_together"
                }
            answer.decisions[Decision(kind: kind, timeMs: found.timeMs, names: names, rule: rule), default: 0] += 1
        }
        return answer
    }

    private func rule(_ reason: Standing.Reason) -> String {
        switch reason {
        case .none: ""
        case .customerFull: "customer_full"
        case .unlinked: "unlinked"
        case .hub: "hub"
        case .limit(let namespace): "limit:\(rules.entries[Int(namespace)].name)"
        }
    }
}
