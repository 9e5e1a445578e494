// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// What stands as of a horizon, and what of it facts take away.
extension IdentityState {
    /// Since when a link stands as of a moment; nil: it does not.
    func base(of link: Int32, at moment: Moment) -> Moment? {
        let place = changePlace(link, after: moment)
        guard place > 0 else { return nil }
        let change = links.change(link, place - 1)
        return change.kind == .accepted ? change.moment : nil
    }

    /// A device's turns up to a moment, where they are to be kept: when it is in a component that was ever taken apart,
    /// had several people, or its one sign-in was not the first sight of what it showed. Else what is kept of sights says
    /// the same.
    mutating func base(ofDevice device: Int32, at moment: Moment) -> (turns: [TurnTable.Turn], isContested: Bool)? {
        guard rules.sharedDevice != .lastAuthenticated else { return nil }
        let isContested = parts.part(with: device).lastRebuildMs > .min
        if !isContested, !hasSeveralPeople(device), !horizon.devices.contains(device), !needsTurns(device) {
            // All signed in as one: the first counts, and it is the earliest sight of something, if it counts at all.
            guard let first = firstSign(device), isHub(device, at: first) || signer(device, at: first) == nil else {
                return nil
            }
        }
        let found = keptTurns(of: device, at: moment)
        return found.isEmpty && !isContested ? nil : (found, isContested)
    }

    private mutating func keptTurns(of device: Int32, at moment: Moment) -> [TurnTable.Turn] {
        turns.traced.contains(device)
            ? (turns.turns[device] ?? []).filter { isBefore($0.moment, moment) } : turns(of: device, upTo: moment)
    }

    /// A fact about what is older has changed a device's turns, or may have: from now on the base says what they are.
    mutating func takeBase(ofDevice device: Int32) -> (turns: [TurnTable.Turn], isContested: Bool) {
        let found = keptTurns(of: device, at: horizon.start)
        if !turns.traced.contains(device) { turns.turns[device] = found }
        for turn in found where turn.person >= 0 { turns.devices[turn.person, default: []].insert(device) }
        horizon.devices.insert(device)
        return (found, parts.part(with: device).lastRebuildMs > .min)
    }

    private func hasSeveralPeople(_ device: Int32) -> Bool {
        var people = 0
        return parts.members(parts.label(device)).contains { member in
            people += entry(member).isPerson ? 1 : 0
            return people > 1
        }
    }

    private func firstSign(_ device: Int32) -> Moment? {
        var first: Moment?
        contents.forEachCompany(with: device) { company in
            let sights = contents.companies[Int(company)].sights
            guard sights.count > 0, contents.companies[Int(company)].hasPerson else { return }
            if let known = first, !isBefore(sights[0], known) { return }
            first = sights[0]
        }
        return first
    }

    // MARK: - From rows

    /// Takes what rows say of the base as what stands before anything that counts by itself.
    mutating func takeBase(contested: [Int32]) {
        guard horizon.exists else { return }
        for number in links.links.indices {
            let link = Int32(number)
            guard let since = base(of: link, at: horizon.start) else { continue }
            let (a, b) = (parts.label(links.links[number].a), parts.label(links.links[number].b))
            let label = a == b ? a : parts.merge(a, b, &links) { identifiers.isStronger($0, $1, in: rules) }
            parts.hold(link, at: label, &links)
            parts[label].lastChangeMs = max(parts[label].lastChangeMs, since.timeMs)
        }
        for device in contested {
            let label = parts.label(device)
            parts[label].lastRebuildMs = max(parts[label].lastRebuildMs, .min + 1)
        }
    }

    /// One of a device's turns, in the order of time.
    mutating func takeTurn(of device: Int32, at moment: Moment, signsIn: Bool, _ hash: Hash128) {
        var person: Int32 = -1
        if signsIn {
            guard let number = identifiers.number(of: hash) else { return }
            person = number
            turns.devices[person, default: []].insert(device)
        } else if rules.sharedDevice == .resetOnLogout {
            derived.take([hash], for: [device], sinceMs: moment.timeMs, rules: rules)
        }
        turns.turns[device, default: []].append(TurnTable.Turn(moment: moment, person: person))
    }

    // MARK: - Facts about what is older

    /// Links of the base that were seen with a forgotten identifier alone: nothing that counts shows them any more.
    func severed(byForgetting number: Int32) -> [Int32] {
        guard horizon.exists else { return [] }
        var found: Set<Int32> = []
        let look = { (company: Int32) in
            let names = contents.names(of: company)
            for (place, a) in names.enumerated() {
                for b in names[(names.startIndex + place + 1)...] {
                    guard let link = links.number(a, b), base(of: link, at: horizon.start) != nil else { continue }
                    if lastSeenMs(link, at: horizon.start) == .min { found.insert(link) }
                }
            }
        }
        if entry(number).isReference {
            contents.forEachContent(withReference: number) { look(contents.company(of: $0)) }
        } else {
            contents.forEachCompany(with: number, look)
        }
        return found.sorted()
    }

    /// Links of the base that are left out when its component with an identifier is made anew, for a rule is new.
    mutating func severed(byRuleAbout node: Int32) -> [Int32] {
        var walk = Walk()
        scratch.begin()
        _ = gather(node, horizon.start, &walk)
        guard !isAllowed(walk.members) else { return [] }
        return rebuild(walk, [], [], horizon.start).verdicts.filter { $0.reason != nil }.map(\.link)
    }

    /// Turns of the base that a forgotten sign-in or sign-out made are gone.
    mutating func forgetTurns(of number: Int32) {
        guard horizon.exists, let spans = facts.forgotten[number] else { return }
        let devices = entry(number).isDevice ? [number] : turns.devices[number] ?? []
        for device in devices where horizon.devices.contains(device) {
            let kept = (turns.turns[device] ?? []).filter { turn in
                guard isBefore(turn.moment, horizon.start), device == number || turn.person == number else {
                    return true
                }
                return !spans.contains { $0.fromMs <= turn.moment.timeMs && turn.moment.timeMs <= $0.toMs }
            }
            turns.turns[device] = kept.enumerated().filter { place, turn in
                place == 0 || kept[place - 1].person != turn.person
            }.map(\.element)
            noteTurns(device, from: horizon.start)
            journal.devicesOfBase.insert(device)
        }
    }

    /// Takes links out of the base, and all that follows from it.
    mutating func sever(_ severed: [Int32]) {
        let start = horizon.start
        for link in severed {
            spoil(links.links[Int(link)].a, start)
            spoil(links.links[Int(link)].b, start)
            erase(link, at: changePlace(link, after: start) - 1)
            flagGone(link)
            pass.changed.insert(link)
        }
        for link in severed {
            spread(from: [links.links[Int(link)].a, links.links[Int(link)].b], start)
            scheduleSight(link, after: start)
        }
    }
}
