// SPDX-License-Identifier: Apache-2.0
import Digests
import Touchpoints

@testable import Identity

extension ModelCase {
    /// What an engine says otherwise than the specification; empty when they agree.
    func differences(from engine: inout IdentityEngine) -> [String] {
        var found: [String] = []
        let everybody = Set(events.flatMap { $0.names + ($0.replaces.map { [$0.new, $0.old] } ?? []) }.map(\.hash))
        for hash in everybody.union(owners.keys) {
            let home = [OwnershipMap.Span(fromMs: OwnershipMap.forever, customer: hash)]
            let (mine, theirs) = (engine.map(of: hash)?.spans ?? home, owners[hash] ?? home)
            if mine != theirs { found.append("\(hash): \(mine) for \(theirs)") }
        }
        for event in events {
            let mine: Hash128?? = isForgotten(event) ? nil : .some(Self.owner(event, engine))
            if mine != attribution[event.id] { found.append("\(event.id) is attributed otherwise") }
        }
        var refused: [Refusal: Int] = [:]
        var hubs: Set<Hash128> = []
        var told: Set<[Hash128]> = []
        for hash in everybody {
            let story = engine.decisions(around: hash)
            guard told.insert(story.map(\.id)).inserted else { continue }
            for decision in story where decision.kind == .hub { hubs.insert(decision.identifiers[0].hash) }
            for decision in story where decision.kind == .refused {
                let names = decision.identifiers.map(\.hash)
                let reason = Self.reason(decision.rule)
                refused[Refusal(timeMs: decision.timeMs ?? 0, names: names, reason: reason), default: 0] += 1
            }
        }
        if refused != refusals { found.append("refusals: \(refused.count) for \(refusals.count)") }
        if hubs != self.hubs { found.append("hubs") }
        return found
    }
}
