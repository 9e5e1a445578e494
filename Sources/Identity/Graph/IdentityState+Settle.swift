// SPDX-License-Identifier: Apache-2.0

/// Taking observations at their moments, and those after them that come out otherwise because of it.
extension IdentityState {
    /// Takes observations that are new, gone, or count otherwise than before (`seeds`), in any order.
    ///
    /// - Parameters:
    ///   - watched: identifiers whose components are to be taken anew at all times, for a rule about them is new.
    ///   - severed: links that facts take out of the base; those that rules take out of it come to them.
    mutating func settle(_ seeds: [Moment], watched: Set<Int32>, severed: inout [Int32]) {
        pass.watched = watched
        sever(severed)
        if horizon.exists {
            for node in watched.sorted(by: { identifiers.hashes[Int($0)] < identifiers.hashes[Int($1)] }) {
                let more = self.severed(byRuleAbout: node)
                sever(more)
                severed += more
            }
        }
        for node in watched { watch(node) }
        settle(sorted: seeds.filter { $0.timeMs >= horizon.ms }.sorted { isBefore($0, $1) })
        pass.watched = []
    }

    /// Whatever the component of an identifier ever came to be is taken anew, from the first on; from the horizon on
    /// when there is one.
    private mutating func watch(_ node: Int32) {
        guard horizon.exists else { return schedule(node, after: nil) }
        var walk = Walk()
        scratch.begin()
        _ = gather(node, horizon.start, &walk)
        for member in walk.members { schedule(member, after: horizon.start) }
    }

    private mutating func settle(sorted seeds: [Moment]) {
        var next = 0
        while true {
            if pass.ahead.isEmpty && pass.isOpen { close() }
            let due = pass.ahead.first?.moment
            guard next < seeds.count else {
                guard let due else { break }
                if reaches(due) { execute(due, isSeed: false) }
                continue
            }
            let seed = seeds[next]
            if let due, isBefore(due, seed) {
                if reaches(due) { execute(due, isSeed: false) }
                continue
            }
            next += 1
            if next > 1 && seeds[next - 2] == seed { continue }
            if due == seed {
                _ = reaches(seed)
                execute(seed, isSeed: true)
            } else if !extend(seed) {
                execute(seed, isSeed: true)
            }
            for name in contents.names(of: contents.company(of: seed.content)) { parts.see(name, atMs: seed.timeMs) }
        }
    }

    /// Takes everything in the tables, in the order of time: what loaded rows come to. Nothing is told of it.
    ///
    /// In slices of time, so that what it needs beside the tables is bounded.
    mutating func replay() {
        // Hubs first: they depend on observations alone, and no link was ever made that they would take back.
        var (first, last) = (Int64.max, Int64.min)
        var seeds: [Moment] = []
        for company in contents.companies.indices {
            let sights = contents.companies[company].sights
            guard sights.count > 0 else { continue }
            first = min(first, sights.timeMs(0))
            last = max(last, sights.timeMs(sights.count - 1))
            for place in 0..<sights.count { learn(sights[place], &seeds) }
            seeds.removeAll(keepingCapacity: true)
            journal = Journal()
        }
        first = max(first, horizon.ms)
        guard first <= last else { return }
        let slices = UInt64(contents.sightCount / 4_000_000 + 1)
        let width = max(1, Int64(clamping: UInt64(bitPattern: last &- first) / slices))
        var start = first
        while true {
            let end = start.addingReportingOverflow(width)
            let isLast = end.overflow || end.partialValue >= last
            var moments: [Moment] = []
            for company in contents.companies.indices {
                let sights = contents.companies[company].sights
                var place = sights.place(ofMs: start)
                while place < sights.count, isLast || sights.timeMs(place) < end.partialValue {
                    moments.append(sights[place])
                    place += 1
                }
            }
            moments.sort { isBefore($0, $1) }
            settle(sorted: moments)
            journal = Journal()
            if isLast { return }
            start = end.partialValue
        }
    }

    /// Takes what is ahead at a moment off the heap, and says whether it must be taken again: whether it still
    /// concerns a dirty link.
    private mutating func reaches(_ moment: Moment) -> Bool {
        var reaches = false
        while let first = pass.ahead.first, first.moment == moment {
            guard let entry = popAhead() else { break }
            switch entry.reason {
            case .change(let node):
                guard pass.changes[node] == moment else { continue }
                pass.changes[node] = nil
                if reaches { continue }
                var walk = Walk()
                scratch.begin()
                gatherBefore(node, moment, &walk)
                reaches = isDirty(walk.members, at: moment)
            case .sight(let link):
                guard pass.sights[link] == moment else { continue }
                pass.sights[link] = nil
                if pass.flags[link]?.assumed == true { reaches = true }
            }
        }
        return reaches
    }

    private mutating func popAhead() -> Pass.Entry? {
        var ahead = Heap<Pass.Entry>()
        swap(&ahead, &pass.ahead)
        defer { swap(&ahead, &pass.ahead) }
        return ahead.pop { isBefore($0.moment, $1.moment) }
    }

    private mutating func pushAhead(_ entry: Pass.Entry) {
        var ahead = Heap<Pass.Entry>()
        swap(&ahead, &pass.ahead)
        defer { swap(&ahead, &pass.ahead) }
        ahead.push(entry) { isBefore($0.moment, $1.moment) }
    }

    /// The component of an identifier just before a moment.
    private mutating func gatherBefore(_ start: Int32, _ moment: Moment, _ walk: inout Walk) {
        guard scratch.mark(start) else { return }
        var next = walk.members.count
        walk.members.append(start)
        var standing: [Int32] = []
        while next < walk.members.count {
            let node = walk.members[next]
            next += 1
            standing.removeAll(keepingCapacity: true)
            addStanding(at: node, moment, isIncluded: false, to: &standing)
            for link in standing {
                let other = links.other(link, than: node)
                if scratch.mark(other) { walk.members.append(other) }
            }
        }
    }

    /// Whether a component holds an end of a link that is dirty at a moment, or an identifier that is watched.
    private func isDirty(_ members: [Int32], at moment: Moment) -> Bool {
        if pass.flags.isEmpty && pass.watched.isEmpty { return false }
        return members.contains { node in
            if pass.watched.contains(node) { return true }
            return pass.ends[node]?.contains { link in
                guard let flag = pass.flags[link] else { return false }
                if flag.assumed != nil { return true }
                guard flag.isTimed else { return false }
                return flag.until.map { isBefore(moment, $0) } ?? true
            } == true
        }
    }

    // MARK: - One observation

    /// Takes an observation again, and looks where that makes a difference.
    private mutating func execute(_ moment: Moment, isSeed: Bool) {
        let old = undo(moment)
        let new = step(moment)
        var touched: [Int32] = []
        for effect in old + new { touched.append(effect.link) }
        // Where before and after are the same, the flags of what is assumed stay as they are.
        for link in Set(touched) { flag(link, moment, old, new) }
        let names = Array(contents.names(of: contents.company(of: moment.content)))
        if isSeed { flagTimes(names, moment) }
        remember(new, names, moment)
        spread(from: names + touched.flatMap { [links.links[Int($0)].a, links.links[Int($0)].b] }, moment)
        for link in Set(touched) where pass.flags[link]?.assumed == true { scheduleSight(link, after: moment) }
        for link in touched { pass.changed.insert(link) }
    }

    /// Takes back what an observation did.
    private mutating func undo(_ moment: Moment) -> [Effect] {
        let names = contents.names(of: contents.company(of: moment.content))
        var candidates = wider.removeValue(forKey: moment)?.all ?? []
        for (place, a) in names.enumerated() {
            for b in names[(names.startIndex + place + 1)...] {
                if let link = links.number(a, b) { candidates.append(link) }
            }
        }
        var effects: [Effect] = []
        for link in candidates {
            guard let (kind, place) = kind(of: link, at: moment) else { continue }
            effects.append(Effect(link: link, kind: kind))
            spoil(links.links[Int(link)].a, moment)
            spoil(links.links[Int(link)].b, moment)
            erase(link, at: place)
        }
        return effects
    }

    /// Keeps where to find the effects on links that are not between the observation's own names.
    mutating func remember(_ effects: [Effect], _ names: [Int32], _ moment: Moment) {
        let others = effects.map(\.link).filter { link in
            !names.contains(links.links[Int(link)].a) || !names.contains(links.links[Int(link)].b)
        }
        if let others = WiderLinks(others) { wider[moment] = others }
    }

    /// Compares what the observations ahead assume of a link with what is true after this one.
    private mutating func flag(_ link: Int32, _ moment: Moment, _ old: [Effect], _ new: [Effect]) {
        var place = changePlace(link, after: moment)
        let now = place > 0 && links.change(link, place - 1).kind == .accepted
        if place > 0 && links.change(link, place - 1).moment == moment { place -= 1 }
        let stoodBefore = place > 0 && links.change(link, place - 1).kind == .accepted
        var assumed = pass.flags[link]?.assumed ?? stoodBefore
        for effect in old where effect.link == link { assumed = effect.kind == .accepted }
        var flag = pass.flags[link] ?? Pass.Flag()
        flag.assumed = assumed == now ? nil : assumed
        if flag.assumed == nil && !now { flag.isTimed = false }
        set(flag, link)
    }

    /// An observation that is new, or gone, or links otherwise: its links are seen at other times until each is seen
    /// again.
    private mutating func flagTimes(_ names: [Int32], _ moment: Moment) {
        for (place, a) in names.enumerated() {
            for b in names[(place + 1)...] {
                guard let link = links.number(a, b) else { continue }
                var flag = pass.flags[link] ?? Pass.Flag()
                guard flag.assumed != nil || stands(link, after: moment) else { continue }
                let until = nextSight(link, after: moment)
                if flag.isTimed {
                    if let known = flag.until, let until { flag.until = isBefore(known, until) ? until : known }
                    if until == nil { flag.until = nil }
                } else {
                    flag.isTimed = true
                    flag.until = until
                }
                set(flag, link)
            }
        }
    }

    /// A link that stood before all that lies ahead does so no longer.
    mutating func flagGone(_ link: Int32) { set(Pass.Flag(assumed: true), link) }

    private mutating func set(_ flag: Pass.Flag, _ link: Int32) {
        let isFlagged = flag.assumed != nil || flag.isTimed
        let (a, b) = (links.links[Int(link)].a, links.links[Int(link)].b)
        if pass.flags[link] == nil && isFlagged {
            pass.ends[a, default: []].append(link)
            pass.ends[b, default: []].append(link)
        } else if pass.flags[link] != nil && !isFlagged {
            for end in [a, b] {
                pass.ends[end]?.removeAll { $0 == link }
                if pass.ends[end]?.isEmpty == true { pass.ends[end] = nil }
            }
        }
        pass.flags[link] = isFlagged ? flag : nil
    }

    // MARK: - What lies ahead

    /// Looks at the components of these identifiers after a moment: what changed there is noted, and what lies ahead
    /// of those that are dirty.
    mutating func spread(from nodes: [Int32], _ moment: Moment) {
        for node in nodes { spoil(node, moment) }
        var walks: [Walk] = []
        scratch.begin()
        for node in nodes {
            var walk = Walk()
            if gather(node, moment, &walk) { walks.append(walk) }
        }
        for walk in walks {
            if rules.needsTurns(isContested: true) { turn(walk.members, at: moment) }
            guard isDirty(walk.members, at: moment) else { continue }
            for member in walk.members { schedule(member, after: moment) }
        }
    }

    /// Follows the devices of a component from where it differs from before to where it no longer does. Every component
    /// that begins to differ, or ceases to, holds an end of a link that just changed, so it is looked at.
    private mutating func turn(_ members: [Int32], at moment: Moment) {
        let differs = members.contains { node in
            pass.ends[node]?.contains { pass.flags[$0]?.assumed != nil } == true
        }
        for member in members where entry(member).isDevice {
            if differs {
                if pass.turning[member] == nil { pass.turning[member] = moment }
            } else if let start = pass.turning.removeValue(forKey: member) {
                noteTurns(member, from: start, to: moment)
            }
        }
    }

    /// The present component of an identifier may no longer be right.
    mutating func spoil(_ node: Int32, _ moment: Moment) {
        let label = parts.label(node)
        pass.stale[label] = max(pass.stale[label] ?? .min, moment.timeMs)
    }

    private mutating func schedule(_ node: Int32, after moment: Moment?) {
        if pass.changes[node] != nil { return }
        // A hub is cut at its moment, whether or not it had links to lose when that was last taken.
        var next = hubs.since[node].flatMap { since in moment.map { isBefore($0, since) } ?? true ? since : nil }
        if let change = nextChange(at: node, after: moment), next.map({ isBefore(change, $0) }) ?? true {
            next = change
        }
        guard let next else { return }
        pass.changes[node] = next
        pushAhead(Pass.Entry(moment: next, reason: .change(node)))
    }

    mutating func scheduleSight(_ link: Int32, after moment: Moment) {
        if let known = pass.sights[link], isBefore(moment, known) { return }
        guard let next = nextSight(link, after: moment) else { return }
        pass.sights[link] = next
        pushAhead(Pass.Entry(moment: next, reason: .sight(link)))
    }

    // MARK: - The end

    /// Nothing lies ahead: what is assumed no longer matters, and the present components are made anew where they are
    /// no longer right.
    private mutating func close() {
        var members: [Int32] = []
        var held: [Int32] = []
        var before: [PartTable.Part] = []
        for (label, time) in pass.stale {
            let part = parts[label]
            before.append(part)
            members += parts.members(label)
            held += parts.held(label, links)
            for member in members.suffix(Int(part.size)) {
                parts.isolate(member, entry(member), part, changedMs: max(time, .min + 1))
            }
        }
        // From the last to the first, so that the lists keep their order.
        for link in held.reversed() where !pass.changed.contains(link) { join(link) }
        for link in pass.changed where links.lastChange(link)?.kind == .accepted { join(link) }
        noteCustomers(members[...], before)
        for (device, start) in pass.turning { noteTurns(device, from: start) }
        pass.turning.removeAll(keepingCapacity: true)
        pass.stale.removeAll(keepingCapacity: true)
        pass.flags.removeAll(keepingCapacity: true)
        pass.ends.removeAll(keepingCapacity: true)
        pass.changed.removeAll(keepingCapacity: true)
        pass.changes.removeAll(keepingCapacity: true)
        pass.sights.removeAll(keepingCapacity: true)
    }

    /// Holds a link that stands, and makes what it joins one.
    private mutating func join(_ link: Int32) {
        let (a, b) = (parts.label(links.links[Int(link)].a), parts.label(links.links[Int(link)].b))
        let label = a == b ? a : parts.merge(a, b, &links) { identifiers.isStronger($0, $1, in: rules) }
        parts.hold(link, at: label, &links)
    }

    /// Notes members of components that were made anew, where their customer is another or their turns begin to count.
    ///
    /// - Parameter before: the components as they were, their members one after another in `members`.
    mutating func noteCustomers(_ members: ArraySlice<Int32>, _ before: [PartTable.Part]) {
        var rest = members
        for part in before {
            for member in rest.prefix(Int(part.size))
            where part.lastRebuildMs == .min || parts.part(with: member).strongest != part.strongest {
                journal.nodes.append(member)
            }
            rest = rest.dropFirst(Int(part.size))
        }
    }
}
