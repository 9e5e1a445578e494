// SPDX-License-Identifier: Apache-2.0

/// The short cuts: observations after which nothing was ever left out, or nothing comes at all.
extension IdentityState {
    /// Takes an observation without looking at the past or the future; false: it is not that simple, nor for `renew`.
    ///
    /// The condition: no component of its names holds a member that was in a component rebuilt or cut at or after its
    /// moment. Then from this moment on these components only ever grew by merging, so at any time since they were
    /// parts of what they are now. Now, when what they are now may be one customer:
    /// - at each time since, the union with this observation's links is a part of that, so it is allowed too, and this
    ///   observation and every later one merges or changes nothing, before as after;
    /// - of its links, those that stood already stay as they are; one that was first accepted later is accepted now
    ///   instead, and that later sight becomes a repeat; one that was never accepted since is accepted now;
    /// - when links were last seen matters to rebuilds alone, and there is none later.
    ///
    /// An observation of which all links stand already is such a case, whenever it happened: nothing changes. So is
    /// one that no longer counts (it moved to an earlier moment of its bucket) or does not link, if it changed no link.
    ///
    /// Not while a rule is new (a pair is unlinked in the same pass): it may forbid what the present components hold.
    mutating func extend(_ moment: Moment) -> Bool {
        guard pass.watched.isEmpty else { return false }
        let names = contents.names(of: contents.company(of: moment.content))
        let links = exists(moment) && links(moment)
        var usable = names
        if !hubs.since.isEmpty {
            for name in names {
                guard let since = hubs.since[name] else { continue }
                if since == moment { return false }
                if isBefore(since, moment) { usable.removeAll { $0 == name } }
            }
        }
        var labels: [Int32] = []
        for name in usable {
            let label = parts.label(name)
            guard parts[label].lastRebuildMs < moment.timeMs, pass.stale[label] == nil else { return false }
            if !labels.contains(label) { labels.append(label) }
        }
        if !links || usable.count < names.count {
            // What does not link must not have linked either.
            for (place, a) in names.enumerated() {
                for b in names[(names.startIndex + place + 1)...] {
                    if links && usable.contains(a) && usable.contains(b) { continue }
                    if let link = self.links.number(a, b), kind(of: link, at: moment) != nil { return false }
                }
            }
        }
        guard links && usable.count > 1 else { return true }
        guard labels.count == 1 || mayBeOne(labels) else { return renew(usable, labels, moment) }
        accept(usable, labels, moment)
        return true
    }

    /// Whether present components may be one customer's.
    private func mayBeOne(_ labels: [Int32]) -> Bool {
        if labels.reduce(0, { $0 + Int(parts[$1].size) }) > rules.maxIdentifiers { return false }
        for (slot, limit) in rules.limits.enumerated() {
            if labels.reduce(0, { $0 + parts.count($1, slot) }) > limit.most { return false }
        }
        guard !facts.unlinked.isEmpty else { return true }
        return !labels.contains { label in
            parts.members(label).contains { member in
                facts.unlinked[member]?.contains { labels.contains(parts.label($0)) } == true
            }
        }
    }

    private mutating func accept(_ usable: ArraySlice<Int32>, _ labels: [Int32], _ moment: Moment) {
        var held: [Int32] = []
        var isChanged = false
        for (place, a) in usable.enumerated() {
            for b in usable.dropFirst(place + 1) {
                guard let link = links.number(a, b) else { continue }
                if let last = links.lastChange(link), last.kind == .accepted {
                    guard isBefore(moment, last.moment) else { continue }
                    erase(link, at: links.changeCount(link) - 1)
                } else {
                    held.append(link)
                }
                record(link, .accepted, at: moment)
                isChanged = true
            }
        }
        guard isChanged else { return }
        let label = labels.count == 1 ? labels[0] : merge(labels)
        for link in held { parts.hold(link, at: label, &links) }
        parts[label].lastChangeMs = max(parts[label].lastChangeMs, moment.timeMs)
        guard rules.needsTurns(isContested: parts[label].lastRebuildMs > .min) else { return }
        for member in parts.members(label) where entry(member).isDevice { noteTurns(member, from: moment) }
    }

    /// Makes present components one, and notes whose customer, or kind of component, is another by that.
    private mutating func merge(_ labels: [Int32]) -> Int32 {
        var strongest = parts[labels[0]].strongest
        for label in labels where identifiers.isStronger(parts[label].strongest, strongest, in: rules) {
            strongest = parts[label].strongest
        }
        let isContested = labels.contains { parts[$0].lastRebuildMs > .min }
        for label in labels {
            let part = parts[label]
            let becomesContested = isContested && part.lastRebuildMs == .min
            guard part.strongest != strongest || becomesContested else { continue }
            for member in parts.members(label) {
                if part.strongest != strongest { journal.nodes.append(member) }
                // Turns are kept for devices of contested components alone: from here on they are, from the first.
                if becomesContested && entry(member).isDevice {
                    noteTurns(member, from: Moment(timeMs: .min, content: -1))
                }
            }
        }
        var label = labels[0]
        for other in labels.dropFirst() {
            label = parts.merge(label, other, &links) { identifiers.isStronger($0, $1, in: rules) }
        }
        return label
    }

    /// Takes an observation that breaks a rule when it is the last that concerns the components of its names; false: it
    /// may not be.
    ///
    /// The condition: at its moment or after it no other observation names a member of these components. Nor has any
    /// been in a component rebuilt or cut since (`extend`), so no link at a member changed since: a link changes by an
    /// observation of its ends, or in such a component. So
    /// - nothing was done at this moment that would have to be taken back, and these components stood then as they
    ///   stand now;
    /// - no later observation comes out otherwise. By induction in the order of time: neither before nor after this one
    ///   was taken does a later one change a link at a member, for it would need a member in a component of its names.
    ///   By this observation's links as by those of before, members are connected with members alone, so that component
    ///   would hold nothing but members, its names among them. An observation that has no member in the components of
    ///   its names comes out as before;
    /// - of the sign-ins of members' devices, its own is the only one at or after its moment, and that is noted when it
    ///   is met (`learn`).
    ///
    /// What is not yet taken, later in the same batch, comes later by definition.
    private mutating func renew(_ usable: ArraySlice<Int32>, _ labels: [Int32], _ moment: Moment) -> Bool {
        for label in labels where parts[label].lastSightMs >= moment.timeMs { return false }
        let fresh = fresh(usable, moment)
        let before = labels.map { parts[$0] }
        var walk = Walk()
        scratch.begin()
        for label in labels { _ = gather(label, moment, &walk) }
        let (verdicts, anew) = rebuild(walk, fresh, usable, moment)
        let effects = Self.effects(verdicts, fresh)
        for effect in effects { record(effect.link, effect.kind, at: moment) }
        remember(effects, Array(usable), moment)
        parts.replace(walk.members, by: anew, atMs: moment.timeMs) {
            rules.entries[Int(identifiers.namespaces[Int($0)])].isPerson
        } isStronger: {
            identifiers.isStronger($0, $1, in: rules)
        }
        // From the last to the first: the lists stay in the order of the next rebuild.
        for verdict in verdicts.reversed() where verdict.reason == nil {
            parts.hold(verdict.link, at: parts.label(walk.members[Int(verdict.a)]), &links)
        }
        noteCustomers(walk.members[...], before)
        return true
    }
}
