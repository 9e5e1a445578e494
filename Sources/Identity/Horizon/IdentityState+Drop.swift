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
        var dropped: [Moment] = []
        for place in (0..<end).reversed() where place != last {
            let moment = sights[place]
            let content = contents.contents[Int(moment.content)]
            guard moment.timeMs > content.earliestMs else { continue }
            let references = contents.references(of: moment.content)
            if claims.holds(content.new, at: moment) || references.contains(where: { claims.holds($0, at: moment) }) {
                continue
            }
            contents.remove(of: moment.content, at: place)
            dropped.append(moment)
            guard content.signsOut else { continue }
            for device in contents.names(of: company) where entry(device).isDevice {
                if turns.turns[device]?.contains(where: { $0.moment == moment }) == true { continue }
                derived.drop(device, sinceMs: moment.timeMs, rules: rules)
            }
        }
        return dropped
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
