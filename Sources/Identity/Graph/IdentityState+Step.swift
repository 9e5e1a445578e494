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
        let usable = names.filter { !isHub($0, at: moment) }
        guard usable.count > 1 else { return effects }
        var fresh: [Int32] = []
        for (place, a) in usable.enumerated() {
            for b in usable[(place + 1)...] {
                if let link = links.number(a, b), !stands(link, after: moment) { fresh.append(link) }
            }
        }
        // All stand already: the component, and with it every rule, is as before.
        guard !fresh.isEmpty else { return effects }
        var walk = Walk()
        var parts = 0
        scratch.begin()
        for name in usable where gather(name, moment, &walk) { parts += 1 }
        if parts < 2 || isAllowed(walk.members) {
            for link in fresh { effects.append(Effect(link: link, kind: .accepted)) }
        } else {
            rebuild(walk, fresh, Set(usable), moment, &effects)
        }
        for effect in effects where effect.kind != .hub { record(effect.link, effect.kind, at: moment) }
        return effects
    }

    /// Takes every link of a new hub away; what they held together falls apart.
    private mutating func cut(_ hub: Int32, _ moment: Moment, _ effects: inout [Effect]) {
        let standing = standing(at: hub, moment)
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
        while next < walk.members.count {
            let node = walk.members[next]
            next += 1
            for link in standing(at: node, moment) {
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

    /// Makes a component anew from its links: which are left out, and which of those that are fresh stand.
    mutating func rebuild(
        _ walk: Walk,
        _ fresh: [Int32],
        _ newest: Set<Int32>,
        _ moment: Moment,
        _ effects: inout [Effect]
    ) {
        for (place, member) in walk.members.enumerated() { scratch.place[Int(member)] = Int32(place) }
        var barred: [[Int32]] = []
        if !facts.unlinked.isEmpty {
            barred = walk.members.map { member in
                (facts.unlinked[member] ?? []).filter { scratch.isMarked($0) }.map { scratch.place[Int($0)] }
            }
            if barred.allSatisfy(\.isEmpty) { barred = [] }
        }
        let candidates = (walk.held + fresh).map { number in
            let link = links.links[Int(number)]
            return Rebuild.Candidate(
                link: number,
                a: scratch.place[Int(link.a)],
                b: scratch.place[Int(link.b)],
                isOld: !(newest.contains(link.a) && newest.contains(link.b)),
                priorities: entry(link.a).priority + entry(link.b).priority,
                lastSeenMs: lastSeenMs(number, at: moment),
                hashes: (identifiers.hashes[Int(link.a)], identifiers.hashes[Int(link.b)])
            )
        }
        var anew = Rebuild(walk.members.map(entry), barred: barred, rules: rules)
        let isFresh = Set(fresh)
        for (link, reason) in anew.run(candidates) {
            if let reason {
                effects.append(Effect(link: link, kind: reason))
            } else if isFresh.contains(link) {
                effects.append(Effect(link: link, kind: .accepted))
            }
        }
    }
}
