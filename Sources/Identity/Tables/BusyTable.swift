// SPDX-License-Identifier: Apache-2.0

/// Of identifiers that were seen with many others: which of their links stand now, and since when nothing changed.
///
/// A value that thousands share has as many links, of which its customer's few stand. Nobody walks over all of them
/// for an observation that comes in time.
struct BusyTable: Sendable {
    struct Busy: Sendable {
        var standing: [Int32]
        /// No link of the identifier changed after this moment.
        var last: Moment
    }

    /// From so many links on.
    var least = 32

    var all: [Int32: Busy] = [:]
}

extension IdentityState {
    /// Begins to keep what stands at those of these identifiers that have come to have many links.
    mutating func watchBusy(_ names: [Int32]) {
        for node in names where links.degree(node) >= busy.least && busy.all[node] == nil {
            var found = BusyTable.Busy(standing: [], last: Moment(timeMs: .min, content: -1))
            links.forEachLink(at: node) { link in
                guard let last = links.lastChange(link) else { return }
                if last.kind == .accepted { found.standing.append(link) }
                if isBefore(found.last, last.moment) { found.last = last.moment }
            }
            busy.all[node] = found
        }
    }

    /// A link's history has changed at a moment.
    mutating func noteBusy(_ link: Int32, _ moment: Moment) {
        if busy.all.isEmpty { return }
        let stands = links.lastChange(link)?.kind == .accepted
        for node in [links.links[Int(link)].a, links.links[Int(link)].b] {
            guard let index = busy.all.index(forKey: node) else { continue }
            let last = busy.all.values[index].last
            if isBefore(last, moment) { busy.all.values[index].last = moment }
            if let place = busy.all.values[index].standing.firstIndex(of: link) {
                if !stands { busy.all.values[index].standing.remove(at: place) }
            } else if stands {
                busy.all.values[index].standing.append(link)
            }
        }
    }

    /// The links that stand at a busy identifier after a moment, if none has changed since; nil: look at all.
    func standing(at node: Int32, after moment: Moment) -> [Int32]? {
        guard !busy.all.isEmpty, let found = busy.all[node], !isBefore(moment, found.last) else { return nil }
        return found.standing
    }

    /// The same before a moment.
    func standing(at node: Int32, before moment: Moment) -> [Int32]? {
        guard !busy.all.isEmpty, let found = busy.all[node], isBefore(found.last, moment) else { return nil }
        return found.standing
    }
}
