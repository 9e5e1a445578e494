// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// What was said about identifiers, as the specification reads it.
struct SpecifiedFacts {
    /// Ends of spans; a span that ends before it begins reaches what lies around both.
    private var forgotten: [Hash128: [(fromMs: Int64, toMs: Int64)]] = [:]
    private var consent: [Hash128: [(timeMs: Int64, given: Bool)]] = [:]
    /// Pairs that no customer may hold together.
    private(set) var unlinked: [(Hash128, Hash128)] = []

    init(_ facts: [IdentityFact]) {
        for fact in facts {
            switch fact {
            case .forgotten(let name, let from, let to):
                forgotten[name.hash, default: []].append((from, to))
            case .consent(let name, let timeMs, let given): consent[name.hash, default: []].append((timeMs, given))
            case .unlinked(let a, let b): unlinked.append((a.hash, b.hash))
            }
        }
    }

    /// Whether a forgotten span of one of the names has a moment in common with these.
    func isForgotten(_ names: [ScenarioName], _ moments: ClosedRange<Int64>) -> Bool {
        names.contains { name in
            (forgotten[name.hash] ?? []).contains { $0.fromMs <= moments.upperBound && $0.toMs >= moments.lowerBound }
        }
    }

    /// Any no wins, then any yes, then the default. A change holds from the start of its bucket; at equal times a
    /// withdrawal wins.
    func hasConsent(_ own: Bool?, _ names: [ScenarioName], _ timeMs: Int64, _ rules: IdentityRules) -> Bool {
        let width = rules.observationBucketMs
        var said = [own].compactMap { $0 }
        for name in names {
            let changes = (consent[name.hash] ?? []).filter { $0.timeMs / width * width <= timeMs }
            guard let newest = changes.map(\.timeMs).max() else { continue }
            said.append(changes.allSatisfy { $0.timeMs < newest || $0.given })
        }
        return !said.contains(false) && (said.contains(true) || rules.consentDefault)
    }
}
