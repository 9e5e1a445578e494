// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Decisions as they stand, and what of them a batch of inputs changed.
extension IdentityState {
    /// What is told anew or changed, then what is taken back: each in the order of time.
    func difference() -> [IdentityDecision] {
        var told: [IdentityDecision] = []
        var taken: [IdentityDecision] = []
        for (link, before) in journal.links {
            let last = links.lastChange(link)
            if let last, last.kind == .accepted {
                if !before.isAccepted || before.sinceMs != last.timeMs { told.append(decision(link, last)) }
            } else if before.isAccepted {
                let gone = LinkTable.Change(timeMs: before.sinceMs, content: -1, kind: .accepted)
                taken.append(decision(link, gone))
            }
        }
        for (refusal, change) in journal.refusals {
            let now = refusals(like: refusal)
            if now.count > 0 && now.count == change, let example = now.first {
                told.append(decision(refusal.link, example))
            } else if now.isEmpty {
                let gone = LinkTable.Change(timeMs: refusal.timeMs, content: -1, kind: refusal.kind)
                taken.append(decision(refusal.link, gone))
            }
        }
        for (hub, before) in journal.hubs where hubs.since[hub]?.timeMs != before {
            if let decision = decision(hub: hub) { told.append(decision) }
        }
        for (device, before) in journal.passedAround where turns.passedAround[device] != before {
            if let decision = decision(passedAround: device, atMs: turns.passedAround[device]) {
                told.append(decision)
            } else if let decision = decision(passedAround: device, atMs: before) {
                taken.append(decision)
            }
        }
        return Self.sorted(told)
            + Self.sorted(taken).map { decision in
                var decision = decision
                decision.isRetracted = true
                return decision
            }
    }

    /// In the order of time. Their places are sorted in their stead, for decisions are large.
    private static func sorted(_ decisions: [IdentityDecision]) -> [IdentityDecision] {
        let keys = decisions.enumerated().map { ($1.timeMs ?? .min, $1.id, $0) }
        return keys.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { decisions[$0.2] }
    }

    private func refusals(like refusal: Journal.Refusal) -> [LinkTable.Change] {
        var found: [LinkTable.Change] = []
        let before = Moment(timeMs: refusal.timeMs, content: -1)
        for place in changePlace(refusal.link, after: before)..<links.changeCount(refusal.link) {
            let change = links.change(refusal.link, place)
            if change.timeMs > refusal.timeMs { break }
            if change.kind == refusal.kind { found.append(change) }
        }
        return found
    }

    private func decision(_ link: Int32, _ change: LinkTable.Change) -> IdentityDecision {
        let (a, b) = (links.links[Int(link)].a, links.links[Int(link)].b)
        let isAccepted = change.kind == .accepted
        return IdentityDecision(
            kind: isAccepted ? .linked : .refused,
            identifiers: [identifiers.identifier(a, in: rules), identifiers.identifier(b, in: rules)],
            rule: isAccepted ? "seen_together" : rule(change.kind),
            events: examples(change.content),
            timeMs: change.timeMs,
            salt: isAccepted ? "" : "\(change.timeMs)"
        )
    }

    private func decision(hub: Int32) -> IdentityDecision? {
        hubs.since[hub].map { since in
            IdentityDecision(
                kind: .hub,
                identifiers: [identifiers.identifier(hub, in: rules)],
                rule: "max_customers",
                events: examples(since.content),
                timeMs: since.timeMs
            )
        }
    }

    private func decision(passedAround device: Int32, atMs timeMs: Int64?) -> IdentityDecision? {
        timeMs.map { timeMs in
            IdentityDecision(
                kind: .moved,
                identifiers: [identifiers.identifier(device, in: rules)],
                rule: "max_turns",
                timeMs: timeMs,
                salt: "max_turns"
            )
        }
    }

    private func examples(_ content: Int32) -> [String] {
        let example = content < 0 ? "" : contents.example(of: content)
        return example.isEmpty ? [] : [example]
    }

    private func rule(_ kind: LinkTable.Kind) -> String {
        switch kind {
        case .customerFull: "customer_full"
        case .unlinked: "unlinked"
        case .hub: "hub"
        default: kind.limitedNamespace.map { "limit:\(rules.entries[$0].name)" } ?? ""
        }
    }

    /// What stands about everybody who was ever seen together with an identifier, directly or through others: in the
    /// order of time. Walks from near to far, and stops after `most` identifiers.
    ///
    /// - Parameter tellsFormer: tells also of links that stood until something was decided otherwise.
    mutating func story(_ start: Int32, most: Int, tellsFormer: Bool) -> [IdentityDecision] {
        var walk = [start]
        var next = 0
        scratch.begin()
        _ = scratch.mark(start)
        var found: [IdentityDecision] = []
        var told: Set<Int32> = []
        while next < walk.count && next < most {
            let node = walk[next]
            next += 1
            if let hub = decision(hub: node) { found.append(hub) }
            if let passed = decision(passedAround: node, atMs: turns.passedAround[node]) { found.append(passed) }
            var linked: [Int32] = []
            links.forEachLink(at: node) { linked.append($0) }
            for link in linked where told.insert(link).inserted {
                let count = links.changeCount(link)
                for place in 0..<count {
                    let change = links.change(link, place)
                    if change.kind == .accepted && place < count - 1 && !tellsFormer { continue }
                    found.append(decision(link, change))
                }
                let other = links.other(link, than: node)
                if scratch.mark(other) { walk.append(other) }
            }
        }
        return Self.sorted(found)
    }
}
