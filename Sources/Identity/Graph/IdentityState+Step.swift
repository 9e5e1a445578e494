// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// What one observation does, at its moment: the definition. All else here finds out which observations need it.
extension IdentityState {
    struct Effect {
        var link: Int32
        var kind: LinkTable.Kind
    }

    /// A component as it stood at some moment.
    struct Walk {
        var members: [Int32] = []
        var held: [Int32] = []
    }

    /// Takes an observation whose earlier effects have been erased, and records what it does to links.
    mutating func step(_ moment: Moment) -> [Effect] {
        guard exists(moment) else { return [] }
        let names = contents.names(of: contents.company(of: moment.content))
        var effects: [Effect] = []
        // What is forgotten or without consent counts on towards hubs, so that no hub is ever undone.
        for name in names where hubs.since[name] == moment { cut(name, moment, &effects) }
        guard links(moment) else { return effects }
        let usable = names.filter { !isHub($0, at: moment) }[...]
        guard usable.count > 1 else { return effects }
        let fresh = fresh(usable, moment)
        // All stand already: the component, and with it every rule, is as before.
        guard !fresh.isEmpty else { return effects }
        var walk = Walk()
        var parts = 0
        scratch.begin()
        for name in usable where gather(name, moment, &walk) { parts += 1 }
        if parts < 2 || isAllowed(walk.members) {
            for link in fresh { effects.append(Effect(link: link, kind: .accepted)) }
        } else {
            effects += Self.effects(rebuild(walk, fresh, usable, moment).verdicts, fresh)
        }
        for effect in effects where effect.kind != .hub { record(effect.link, effect.kind, at: moment) }
        return effects
    }

    /// Links between names that do not stand.
    func fresh(_ usable: ArraySlice<Int32>, _ moment: Moment) -> [Int32] {
        var fresh: [Int32] = []
        for (place, a) in usable.enumerated() {
            for b in usable.dropFirst(place + 1) {
                if let link = links.number(a, b), !stands(link, after: moment) { fresh.append(link) }
            }
        }
        return fresh
    }

    /// Takes every link of a new hub away; what they held together falls apart.
    private mutating func cut(_ hub: Int32, _ moment: Moment, _ effects: inout [Effect]) {
        var standing: [Int32] = []
        addStanding(at: hub, moment, to: &standing)
        if !standing.isEmpty { spoil(hub, moment) }
        for link in standing {
            effects.append(Effect(link: link, kind: .hub))
            record(link, .hub, at: moment)
        }
    }

    /// Adds the component of an identifier after a moment to a walk; false: it is in it already.
    mutating func gather(_ start: Int32, _ moment: Moment, _ walk: inout Walk) -> Bool {
        guard scratch.mark(start) else { return false }
        let label = parts.label(start)
        if parts[label].lastChangeMs < moment.timeMs && pass.stale[label] == nil {
            // Nothing changed in this component since: it stood then as it stands now.
            let members = parts.members(label)
            for member in members { _ = scratch.mark(member) }
            walk.members += members
            walk.held += parts.held(label, links)
            return true
        }
        var next = walk.members.count
        walk.members.append(start)
        var standing: [Int32] = []
        while next < walk.members.count {
            let node = walk.members[next]
            next += 1
            standing.removeAll(keepingCapacity: true)
            addStanding(at: node, moment, to: &standing)
            for link in standing {
                if links.links[Int(link)].a == node { walk.held.append(link) }
                let other = links.other(link, than: node)
                if scratch.mark(other) { walk.members.append(other) }
            }
        }
        return true
    }

    /// Whether identifiers may be one customer's.
    func isAllowed(_ members: [Int32]) -> Bool {
        if members.count > rules.maxIdentifiers { return false }
        var counts = [Int](repeating: 0, count: rules.limits.count)
        for member in members {
            let slot = entry(member).limitSlot
            if slot >= 0 { counts[slot] += 1 }
        }
        for (slot, limit) in rules.limits.enumerated() where counts[slot] > limit.most { return false }
        guard !facts.unlinked.isEmpty else { return true }
        return !members.contains { facts.unlinked[$0]?.contains { scratch.isMarked($0) } == true }
    }

    /// Makes components anew from their links and those that do not stand yet, at a moment.
    mutating func rebuild(_ walk: Walk, _ fresh: [Int32], _ newest: ArraySlice<Int32>, _ moment: Moment) -> (
        verdicts: [Rebuild.Verdict], anew: Rebuild
    ) {
        for (place, member) in walk.members.enumerated() { scratch.place[Int(member)] = Int32(place) }
        var barred: [[Int32]] = []
        if !facts.unlinked.isEmpty {
            barred = walk.members.map { member in
                (facts.unlinked[member] ?? []).filter { scratch.isMarked($0) }.map { scratch.place[Int($0)] }
            }
            if barred.allSatisfy(\.isEmpty) { barred = [] }
        }
        var candidates: [Rebuild.Candidate] = []
        candidates.reserveCapacity(walk.held.count + fresh.count)
        for number in fresh { candidates.append(candidate(number, newest, moment)) }
        for number in walk.held { candidates.append(candidate(number, newest, moment)) }
        var anew = Rebuild(
            slots: walk.members.map { rules.entries[Int(identifiers.namespaces[Int($0)])].limitSlot },
            hashes: walk.members.map { identifiers.hashes[Int($0)] },
            barred: barred,
            rules: rules
        )
        let verdicts = anew.run(candidates)
        return (verdicts, anew)
    }

    private func candidate(_ number: Int32, _ newest: ArraySlice<Int32>, _ moment: Moment) -> Rebuild.Candidate {
        let link = links.links[Int(number)]
        return Rebuild.Candidate(
            link: number,
            a: scratch.place[Int(link.a)],
            b: scratch.place[Int(link.b)],
            isOld: !(newest.contains(link.a) && newest.contains(link.b)),
            priorities: rules.entries[Int(identifiers.namespaces[Int(link.a)])].priority
                + rules.entries[Int(identifiers.namespaces[Int(link.b)])].priority,
            lastSeenMs: lastSeenMs(number, at: moment)
        )
    }

    /// What a rebuild changes.
    static func effects(_ verdicts: [Rebuild.Verdict], _ fresh: [Int32]) -> [Effect] {
        var effects: [Effect] = []
        for verdict in verdicts {
            if let reason = verdict.reason {
                effects.append(Effect(link: verdict.link, kind: reason))
            } else if verdict.isOwn && fresh.contains(verdict.link) {
                effects.append(Effect(link: verdict.link, kind: .accepted))
            }
        }
        return effects
    }
}
