// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// Who signed in to which device, and when somebody signed out.
///
/// Kept for devices that need it alone (`IdentityState.needsTurns`): a device whose component only ever grew has had
/// one owner all along.
struct TurnTable: Sendable {
    /// Somebody signed in to a device, or (`person` −1) out of it. A turn to whoever has the device already changes
    /// nothing under any policy, and is left out.
    struct Turn: Sendable, Equatable {
        var moment: Moment
        var person: Int32
    }

    /// A part of time, both ends included; no end: for ever.
    struct Stretch: Sendable {
        var start: Moment
        var end: Moment?

        static let always = Stretch(start: Moment(timeMs: .min, content: -1), end: nil)
    }

    /// Before the first turn.
    static let nobodyYet: Int32 = -2

    /// In the order of time. Of a device that changed hands too often they end with the turn by which it did.
    var turns: [Int32: [Turn]] = [:]
    /// Devices in whose turns a person stands, or once stood.
    var devices: [Int32: Set<Int32>] = [:]
    /// Of devices whose turns were ever asked for: when somebody signed in or out, in the order of time.
    var signs: [Int32: MomentList] = [:]
    /// Devices that changed hands too often, with the time at which they did.
    var passedAround: [Int32: Int64] = [:]
    /// Devices whose turns are known, from the first.
    var traced: Set<Int32> = []
    /// Devices that somebody ever signed out of.
    var signedOut: Set<Int32> = []
}

/// New turns for a part of a device's.
private struct TurnEdit {
    /// The first place of those they stand in for.
    var from = 0
    /// Who has the device.
    var person = TurnTable.nobodyYet
    var turns: [TurnTable.Turn] = []
    /// Somebody else has it than before.
    var isOpen = false

    mutating func take(_ person: Int32, at moment: Moment) {
        if person != self.person { turns.append(TurnTable.Turn(moment: moment, person: person)) }
        self.person = person
    }
}

extension NamespaceTable {
    /// Whether the policy asks who signed in, and when.
    func needsTurns(isContested: Bool) -> Bool {
        switch sharedDevice {
        case .lastAuthenticated: false
        case .deviceSplit, .anonymous: isContested
        case .resetOnLogout: true
        }
    }
}

extension IdentityState {
    /// Whether the owners of a device depend on who signed in when.
    ///
    /// Not in a component that was never rebuilt or cut: nobody ever left it, so all who ever signed in are its one
    /// customer. Where sign-outs matter, the times between do.
    func needsTurns(_ device: Int32) -> Bool {
        switch rules.sharedDevice {
        case .lastAuthenticated: return false
        case .resetOnLogout where turns.signedOut.contains(device): return true
        default: return parts.part(with: device).lastRebuildMs > .min
        }
    }

    /// Finds a device's turns anew in stretches of time.
    mutating func retrace(_ device: Int32, _ stretches: [TurnTable.Stretch]) {
        trace(device)
        let stretches = horizon.devices.contains(device) ? stretches.compactMap(sinceHorizon) : stretches
        let signs = turns.signs.removeValue(forKey: device) ?? MomentList()
        var found = turns.turns.removeValue(forKey: device) ?? []
        // Beyond the turn that was one too many nothing is kept.
        let last = turns.passedAround[device] == nil ? nil : found.last?.moment
        edit(device, stretches, until: last, signs, &found)
        var tooMany = turnTooMany(found)
        if let last, tooMany == nil {
            edit(device, [TurnTable.Stretch(start: last, end: nil)], until: nil, signs, &found)
            tooMany = turnTooMany(found)
        }
        note(passedAround: device, atMs: tooMany.map { found[$0].moment.timeMs })
        if let tooMany { found.removeSubrange((tooMany + 1)...) }
        turns.turns[device] = found.isEmpty ? nil : found
        turns.signs[device] = signs
    }

    /// The turns of a device that are not kept, up to a moment.
    mutating func turns(of device: Int32, upTo moment: Moment) -> [TurnTable.Turn] {
        let isKept = turns.signs[device] != nil
        trace(device)
        defer { if !isKept { turns.signs[device] = nil } }
        guard let signs = turns.signs[device] else { return [] }
        var edit = TurnEdit()
        if horizon.devices.contains(device) {
            edit.turns = turns.turns[device] ?? []
            edit.person = edit.turns.last?.person ?? TurnTable.nobodyYet
        }
        var place = horizon.devices.contains(device) ? signs.place { isBefore($0, horizon.start) } : MomentList.Place()
        // From where the device is a hub nothing counts.
        let end = hubs.since[device].map { isBefore($0, moment) ? $0 : moment } ?? moment
        while let sign = signs[place], isBefore(sign, end) {
            if let person = signer(device, at: sign) { edit.take(person, at: sign) }
            place = signs.place(after: place)
        }
        if let tooMany = turnTooMany(edit.turns) { edit.turns.removeSubrange((tooMany + 1)...) }
        return edit.turns
    }

    /// After a stretch all is as it was, from where the device is with whom it was with.
    ///
    /// - Parameter last: where the turns that are kept end; nil: they do not.
    private mutating func edit(
        _ device: Int32,
        _ stretches: [TurnTable.Stretch],
        until last: Moment?,
        _ signs: MomentList,
        _ found: inout [TurnTable.Turn]
    ) {
        var edits: [(places: Range<Int>, turns: [TurnTable.Turn])] = []
        var edit = TurnEdit()
        let stretches = joined(stretches, until: last)
        // From where the device is a hub nothing counts.
        let hub = hubs.since[device]
        for (number, stretch) in stretches.enumerated() {
            if !edit.isOpen {
                let from = index(in: found) { isBefore($0, stretch.start) }
                edit = TurnEdit(from: from, person: from > 0 ? found[from - 1].person : TurnTable.nobodyYet)
            }
            var place = signs.place { isBefore($0, stretch.start) }
            while let sign = signs[place], hub.map({ isBefore(sign, $0) }) ?? true,
                stretch.end.map({ !isBefore($0, sign) }) ?? true
            {
                if let person = signer(device, at: sign) { edit.take(person, at: sign) }
                place = signs.place(after: place)
            }
            var to = stretch.end.map { end in index(in: found) { !isBefore(end, $0) } } ?? found.count
            edit.isOpen = edit.person != (to > 0 ? found[to - 1].person : TurnTable.nobodyYet)
            let end = number + 1 < stretches.count ? stretches[number + 1].start : nil
            while edit.isOpen, let sign = signs[place], hub.map({ isBefore(sign, $0) }) ?? true,
                end.map({ isBefore(sign, $0) }) ?? true, last.map({ !isBefore($0, sign) }) ?? true
            {
                while to < found.count, !isBefore(sign, found[to].moment) { to += 1 }
                if let person = signer(device, at: sign) {
                    edit.take(person, at: sign)
                    edit.isOpen = false
                }
                place = signs.place(after: place)
            }
            if !edit.isOpen || end == nil { edits.append((edit.from..<max(edit.from, to), edit.turns)) }
        }
        for edit in edits.reversed() {
            for turn in edit.turns where turn.person >= 0 { turns.devices[turn.person, default: []].insert(device) }
            found.replaceSubrange(edit.places, with: edit.turns)
        }
    }

    /// The part of a stretch that the base does not speak of.
    private func sinceHorizon(_ stretch: TurnTable.Stretch) -> TurnTable.Stretch? {
        guard isBefore(stretch.start, horizon.start) else { return stretch }
        if let end = stretch.end, isBefore(end, horizon.start) { return nil }
        return TurnTable.Stretch(start: horizon.start, end: stretch.end)
    }

    /// Stretches in the order of time that have nothing in common.
    private func joined(_ stretches: [TurnTable.Stretch], until last: Moment?) -> [TurnTable.Stretch] {
        var joined: [TurnTable.Stretch] = []
        let sorted = stretches.count > 1 ? stretches.sorted { isBefore($0.start, $1.start) } : stretches
        for var stretch in sorted {
            if let last {
                if isBefore(last, stretch.start) { break }
                stretch.end = stretch.end.map { isBefore($0, last) ? $0 : last } ?? last
            }
            guard let known = joined.last, known.end.map({ !isBefore($0, stretch.start) }) ?? true else {
                joined.append(stretch)
                continue
            }
            guard let end = known.end else { break }
            joined[joined.count - 1].end = stretch.end.map { isBefore(end, $0) ? $0 : end }
        }
        return joined
    }

    /// Who signed in to a device that is no hub, −1: somebody signed out; nil: neither counts.
    mutating func signer(_ device: Int32, at sign: Moment) -> Int32? {
        let signsOut = contents.contents[Int(sign.content)].signsOut
        // A sign-out holds also without consent.
        guard !isForgotten(sign), signsOut || hasConsent(sign) else { return nil }
        if signsOut { return -1 }
        let person = person(with: device, at: sign)
        return person < 0 ? nil : person
    }

    /// How many turns come before some moment.
    private func index(in found: [TurnTable.Turn], _ comesBefore: (Moment) -> Bool) -> Int {
        var (low, high) = (0, found.count)
        while low < high {
            let middle = (low + high) / 2
            if comesBefore(found[middle].moment) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The turn by which a device changed hands more often than the limit; nil: it did not.
    private func turnTooMany(_ found: [TurnTable.Turn]) -> Int? {
        guard found.count > rules.maxTurns, rules.sharedDevice != .anonymous else { return nil }
        var (changes, last) = (0, Int32(-1))
        for (place, turn) in found.enumerated() where turn.person >= 0 && turn.person != last {
            if last >= 0 { changes += 1 }
            last = turn.person
            if changes > rules.maxTurns { return place }
        }
        return nil
    }

    private mutating func note(passedAround device: Int32, atMs timeMs: Int64?) {
        let before = turns.passedAround[device]
        turns.passedAround[device] = timeMs
        if before != timeMs, journal.passedAround[device] == nil { journal.passedAround[device] = .some(before) }
    }

    // MARK: sign-ins and sign-outs

    /// Begins to keep when somebody signed in to a device, or out.
    private mutating func trace(_ device: Int32) {
        guard turns.signs[device] == nil else { return }
        var found: [Moment] = []
        contents.forEachCompany(with: device) { company in
            let sights = contents.companies[Int(company)].sights
            let hasPerson = contents.companies[Int(company)].hasPerson
            for place in 0..<sights.count where hasPerson || contents.contents[Int(sights[place].content)].signsOut {
                found.append(sights[place])
            }
        }
        turns.signs[device] = MomentList(found.sorted { isBefore($0, $1) })
    }

    /// A device has been seen with a person, or signed out of.
    mutating func sign(_ device: Int32, at moment: Moment) {
        guard var signs = turns.signs.removeValue(forKey: device) else { return }
        signs.insert(moment) { isBefore($0, $1) }
        turns.signs[device] = signs
    }

    /// A sight has moved to an earlier moment of its bucket.
    mutating func unsign(_ moment: Moment) {
        guard rules.needsTurns(isContested: true) else { return }
        for device in contents.names(of: contents.company(of: moment.content)) where entry(device).isDevice {
            noteTurn(device, at: moment)
            guard var signs = turns.signs.removeValue(forKey: device) else { continue }
            signs.remove(moment) { isBefore($0, $1) }
            turns.signs[device] = signs
        }
    }

    /// The strongest person of a component after a moment; −1: nobody.
    private mutating func person(with node: Int32, at moment: Moment) -> Int32 {
        let part = parts.part(with: node)
        if part.lastChangeMs < moment.timeMs { return part.person }
        if rules.hasOnePerson { return onlyPerson(with: node, at: moment) }
        var walk = Walk()
        scratch.begin()
        _ = gather(node, moment, &walk)
        var strongest: Int32 = -1
        for member in walk.members where entry(member).isPerson {
            if strongest < 0 || identifiers.isStronger(member, strongest, in: rules) { strongest = member }
        }
        return strongest
    }

    /// The same where no component ever holds two: the first that is met, from near to far.
    private mutating func onlyPerson(with node: Int32, at moment: Moment) -> Int32 {
        if entry(node).isPerson { return node }
        scratch.begin()
        _ = scratch.mark(node)
        var walk = [node]
        var next = 0
        var standing: [Int32] = []
        while next < walk.count {
            standing.removeAll(keepingCapacity: true)
            addStanding(at: walk[next], moment, to: &standing)
            for link in standing {
                let other = links.other(link, than: walk[next])
                if entry(other).isPerson { return other }
                if scratch.mark(other) { walk.append(other) }
            }
            next += 1
        }
        return -1
    }
}
