// SPDX-License-Identifier: Apache-2.0

/// What a batch of inputs touched, so that only the difference is told.
struct Journal: Sendable {
    struct Standing: Sendable {
        var isAccepted: Bool
        var sinceMs: Int64
    }

    struct Refusal: Sendable, Hashable {
        var link: Int32
        var kind: LinkTable.Kind
        var timeMs: Int64
    }

    /// Links whose history changed, as they stood before.
    var links: [Int32: Standing] = [:]
    /// How many refusals came and went.
    var refusals: [Refusal: Int] = [:]
    /// Hubs that are new or earlier, with the time before.
    var hubs: [Int32: Int64?] = [:]
    /// Identifiers whose component may have another strongest.
    var nodes: [Int32] = []
    /// When devices' turns may differ.
    var devices: [Int32: [TurnTable.Stretch]] = [:]
    /// Devices that changed hands too often or no longer do, or since another time; with the time before.
    var passedAround: [Int32: Int64?] = [:]
    /// References that may lead elsewhere.
    var references: [Int32] = []
    /// Devices of which the base says something else than its rows.
    var devicesOfBase: Set<Int32> = []
}

extension IdentityState {
    /// Writes down that a link's history is about to change.
    mutating func note(_ link: Int32) {
        guard journal.links[link] == nil else { return }
        let last = links.lastChange(link)
        journal.links[link] = Journal.Standing(isAccepted: last?.kind == .accepted, sinceMs: last?.timeMs ?? 0)
    }

    /// Puts a turn into a link's history.
    mutating func record(_ link: Int32, _ kind: LinkTable.Kind, at moment: Moment) {
        note(link)
        if kind != .accepted { count(Journal.Refusal(link: link, kind: kind, timeMs: moment.timeMs), 1) }
        let change = LinkTable.Change(timeMs: moment.timeMs, content: moment.content, kind: kind)
        links.insert(change, into: link, at: changePlace(link, after: moment))
        follow(link, kind, at: moment)
    }

    /// Takes a turn out of a link's history.
    mutating func erase(_ link: Int32, at place: Int) {
        note(link)
        let change = links.change(link, place)
        if change.kind != .accepted {
            count(Journal.Refusal(link: link, kind: change.kind, timeMs: change.timeMs), -1)
        }
        links.removeChange(link, at: place)
        unfollow(link, at: change.moment)
    }

    private mutating func count(_ refusal: Journal.Refusal, _ change: Int) {
        let sum = journal.refusals[refusal, default: 0] + change
        journal.refusals[refusal] = sum == 0 ? nil : sum
    }

    /// A device's turns may differ from a moment to another, both included; nil: for ever.
    mutating func noteTurns(_ device: Int32, from start: Moment, to end: Moment? = nil) {
        journal.devices[device, default: []].append(TurnTable.Stretch(start: start, end: end))
    }

    /// What happened at a moment may be another turn of a device, or none.
    mutating func noteTurn(_ device: Int32, at moment: Moment) { noteTurns(device, from: moment, to: moment) }
}
