// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// Giving back what observations took that are older than the horizon.
extension IdentityState {
    /// Takes out of a company's moments before the horizon all but the first of each content and the last that links:
    /// claims, hubs, and when a link was last seen need no more.
    mutating func dropSights(of company: Int32) -> [Moment] {
        let sights = contents.companies[Int(company)].sights
        let end = sights.place(ofMs: horizon.ms)
        guard end > 1 else { return [] }
        let last = (0..<end).last { links(sights[$0]) }
        var (kept, dropped): ([Moment], [Moment]) = ([], [])
        for place in 0..<end {
            let moment = sights[place]
            if place == last || isNeeded(moment) { kept.append(moment) } else { dropped.append(moment) }
        }
        guard !dropped.isEmpty else { return [] }
        for place in end..<sights.count { kept.append(sights[place]) }
        contents.keep(kept, of: company)
        for moment in dropped where contents.contents[Int(moment.content)].signsOut {
            for device in contents.names(of: company) where entry(device).isDevice {
                if turns.turns[device]?.contains(where: { $0.moment == moment }) == true { continue }
                derived.drop(device, sinceMs: moment.timeMs, rules: rules)
            }
        }
        return dropped
    }

    /// The first of its content, or what a reference leads to was said then.
    private func isNeeded(_ moment: Moment) -> Bool {
        let content = contents.contents[Int(moment.content)]
        return moment.timeMs <= content.earliestMs || claims.holds(content.new, at: moment)
            || contents.references(of: moment.content).contains { claims.holds($0, at: moment) }
    }

    /// Takes out of a link's history what came before what the base says of it. Nothing is told: nothing changes.
    mutating func dropChanges(of link: Int32) {
        let end = changePlace(link, after: horizon.start)
        guard end > 0 else { return }
        let stands = links.change(link, end - 1).kind == .accepted
        for place in (0..<(stands ? end - 1 : end)).reversed() {
            let moment = links.change(link, place).moment
            links.removeChange(link, at: place)
            unfollow(link, at: moment)
            wider[moment] = nil
        }
    }

    /// Of a device's sign-ins before the horizon the turns are kept.
    mutating func dropSigns(of device: Int32) { turns.signs[device] = nil }
}
