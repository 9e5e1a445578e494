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
        var found = turns.turns[device] ?? []
        while let last = found.last, !isBefore(last.moment, moment) { found.removeLast() }
        for sign in signs(device, from: moment) {
            var person: Int32 = -1
            if !contents.contents[Int(sign.content)].signsOut {
                person = self.person(with: device, at: sign)
                if person < 0 { continue }
            }
            if found.last?.person == person { continue }
            found.append(TurnTable.Turn(moment: sign, person: person))
            if person >= 0 { turns.devices[person, default: []].insert(device) }
        }
        turns.turns[device] = found.isEmpty ? nil : found
    }

    /// Sign-ins and sign-outs at a device from a moment on, in their order. A sign-out holds also without consent.
    private func signs(_ device: Int32, from moment: Moment) -> [Moment] {
        var found: [Moment] = []
        contents.forEachCompany(with: device) { company in
            let sights = contents.companies[Int(company)].sights
            let hasPerson = contents.companies[Int(company)].hasPerson
            var place = sights.place(ofMs: moment.timeMs)
            while place < sights.count {
                let sign = sights[place]
                place += 1
                let signsOut = contents.contents[Int(sign.content)].signsOut
                guard signsOut || hasPerson, !isBefore(sign, moment) else { continue }
                guard !isForgotten(sign), signsOut || hasConsent(sign), !isHub(device, at: sign) else { continue }
                found.append(sign)
            }
        }
        return found.sorted { isBefore($0, $1) }
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
