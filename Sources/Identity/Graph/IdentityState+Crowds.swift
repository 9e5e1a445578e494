// SPDX-License-Identifier: Apache-2.0

/// Identifiers that were seen with very many others: their links are found by time (`NodeTimeline`), never one by one.
extension IdentityState {
    /// Whether an identifier has links enough to keep their changes in the order of time.
    func isCrowded(_ node: Int32) -> Bool { links.degree(node) >= crowd }

    /// The changes of the links at an identifier; nil: they are few, so the links themselves are quicker.
    func timeline(_ node: Int32) -> NodeTimeline? { isCrowded(node) ? timelines[node] : nil }

    /// Tells the ends of a link of a turn that is already in its history.
    mutating func follow(_ link: Int32, _ kind: LinkTable.Kind, at moment: Moment) {
        let turn = NodeTimeline.Turn(moment: moment, link: link, accepts: kind == .accepted)
        for node in [links.links[Int(link)].a, links.links[Int(link)].b] where isCrowded(node) {
            if var timeline = timelines.removeValue(forKey: node) {
                timeline.insert(turn, next: nextTurn(of: link, after: moment)) { isBefore($0, $1) }
                timelines[node] = timeline
            } else {
                timelines[node] = NodeTimeline(turns(at: node)) { isBefore($0, $1) }
            }
        }
    }

    /// Tells the ends of a link of a turn that is no longer in its history.
    mutating func unfollow(_ link: Int32, at moment: Moment) {
        for node in [links.links[Int(link)].a, links.links[Int(link)].b] where isCrowded(node) {
            guard var timeline = timelines.removeValue(forKey: node) else { continue }
            timeline.remove(
                link,
                at: moment,
                stands: stands(link, after: moment),
                next: nextTurn(of: link, after: moment)
            ) { isBefore($0, $1) }
            timelines[node] = timeline
        }
    }

    private func nextTurn(of link: Int32, after moment: Moment) -> Moment? {
        let place = changePlace(link, after: moment)
        return place < links.changeCount(link) ? links.change(link, place).moment : nil
    }

    private func turns(at node: Int32) -> [NodeTimeline.Turn] {
        var found: [NodeTimeline.Turn] = []
        links.forEachLink(at: node) { link in
            for place in 0..<links.changeCount(link) {
                let change = links.change(link, place)
                found.append(.init(moment: change.moment, link: link, accepts: change.kind == .accepted))
            }
        }
        return found
    }

    /// The first change of a link at an identifier after a moment; without one, the first of all.
    func nextChange(at node: Int32, after moment: Moment?) -> Moment? {
        if let timeline = timeline(node) {
            return moment.map { timeline.next(after: $0) { isBefore($0, $1) } } ?? timeline.first
        }
        var next: Moment?
        links.forEachLink(at: node) { link in
            let place = moment.map { changePlace(link, after: $0) } ?? 0
            guard place < links.changeCount(link) else { return }
            let found = links.change(link, place).moment
            if let next, !isBefore(found, next) { return }
            next = found
        }
        return next
    }

    /// Every change of a link at an identifier after a moment, in any order.
    func changes(at node: Int32, after moment: Moment) -> [Moment] {
        var found: [Moment] = []
        if let timeline = timeline(node) {
            timeline.forEach(after: moment, { isBefore($0, $1) }, { found.append($0.moment) })
            return found
        }
        links.forEachLink(at: node) { link in
            for place in changePlace(link, after: moment)..<links.changeCount(link) {
                found.append(links.change(link, place).moment)
            }
        }
        return found
    }

    /// Adds the links at an identifier that stand after a moment, or, when it does not count itself, just before it.
    func addStanding(at node: Int32, _ moment: Moment, isIncluded: Bool = true, to found: inout [Int32]) {
        if let timeline = timeline(node) {
            found += timeline.standing(at: moment, isIncluded: isIncluded) { isBefore($0, $1) }
            return
        }
        var link = links.first(at: node)
        while link >= 0 {
            var place = changePlace(link, after: moment)
            if !isIncluded && place > 0 && links.change(link, place - 1).moment == moment { place -= 1 }
            if place > 0 && links.change(link, place - 1).kind == .accepted { found.append(link) }
            link = links.next(link, at: node)
        }
    }
}
