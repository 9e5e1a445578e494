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

    /// In the order of time.
    var turns: [Int32: [Turn]] = [:]
    /// Devices in whose turns a person stands, or once stood.
    var devices: [Int32: Set<Int32>] = [:]
    /// Of devices whose turns were ever asked for: when somebody signed in or out, in the order of time.
    var signs: [Int32: [Moment]] = [:]
    /// Devices that changed hands too often, with the time at which they did.
    var passedAround: [Int32: Int64] = [:]
    /// Devices whose turns are known, from the first.
    var traced: Set<Int32> = []
    /// Devices that somebody ever signed out of.
    var signedOut: Set<Int32> = []
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

    /// Finds a device's turns anew from a moment on.
    mutating func retrace(_ device: Int32, from moment: Moment) {
        var found = turns.turns.removeValue(forKey: device) ?? []
        while let last = found.last, !isBefore(last.moment, moment) { found.removeLast() }
        trace(device)
        let signs = turns.signs[device] ?? []
        for sign in signs[place(of: moment, in: signs)...] {
            let signsOut = contents.contents[Int(sign.content)].signsOut
            // A sign-out holds also without consent.
            guard !isForgotten(sign), signsOut || hasConsent(sign), !isHub(device, at: sign) else { continue }
            var person: Int32 = -1
            if !signsOut {
                person = self.person(with: device, at: sign)
                if person < 0 { continue }
            }
            if found.last?.person == person { continue }
            found.append(TurnTable.Turn(moment: sign, person: person))
            if person >= 0 { turns.devices[person, default: []].insert(device) }
        }
        note(passedAround: device, found)
        turns.turns[device] = found.isEmpty ? nil : found
    }

    /// Whether a device changed hands more often than the limit, and when it was too often.
    private mutating func note(passedAround device: Int32, _ found: [TurnTable.Turn]) {
        let before = turns.passedAround[device]
        turns.passedAround[device] = nil
        if found.count > rules.maxTurns {
            var (changes, last) = (0, Int32(-1))
            for turn in found where turn.person >= 0 && turn.person != last {
                if last >= 0 { changes += 1 }
                last = turn.person
                guard changes > rules.maxTurns else { continue }
                turns.passedAround[device] = turn.moment.timeMs
                break
            }
        }
        if before != turns.passedAround[device], journal.passedAround[device] == nil {
            journal.passedAround[device] = .some(before)
        }
    }

    /// The first place of a sorted list that is not before a moment.
    private func place(of moment: Moment, in signs: [Moment]) -> Int {
        var (low, high) = (0, signs.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(signs[middle], moment) { low = middle + 1 } else { high = middle }
        }
        return low
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
        turns.signs[device] = found.sorted { isBefore($0, $1) }
    }

    /// A device has been seen with a person, or signed out of.
    mutating func sign(_ device: Int32, at moment: Moment) {
        guard let index = turns.signs.index(forKey: device) else { return }
        let place = place(of: moment, in: turns.signs.values[index])
        let list = turns.signs.values[index]
        if place < list.count, list[place] == moment { return }
        turns.signs.values[index].insert(moment, at: place)
    }

    /// A sight has moved to an earlier moment of its bucket.
    mutating func unsign(_ moment: Moment) {
        if turns.signs.isEmpty { return }
        for device in contents.names(of: contents.company(of: moment.content)) {
            guard let index = turns.signs.index(forKey: device) else { continue }
            turns.signs.values[index].removeAll { $0 == moment }
        }
    }

    /// The strongest person of a component after a moment; −1: nobody.
    private mutating func person(with node: Int32, at moment: Moment) -> Int32 {
        let part = parts.part(with: node)
        if part.lastChangeMs < moment.timeMs { return part.person }
        var walk = Walk()
        scratch.begin()
        _ = gather(node, moment, &walk)
        var strongest: Int32 = -1
        for member in walk.members where entry(member).isPerson {
            if strongest < 0 || identifiers.isStronger(member, strongest, in: rules) { strongest = member }
        }
        return strongest
    }
}
