// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// A customer's open alerts and running timers, and the order in which their deadlines come.
struct AlertBook: Codable, Sendable {
    /// What an alert is found by while it is open.
    struct ID: Comparable, Codable, Sendable {
        var slot: AlertSlot
        /// The match of a rule whose every match is an alert of its own; else zero.
        var each: Hash128 = .zero

        static func < (a: ID, b: ID) -> Bool { a.slot != b.slot ? a.slot < b.slot : a.each < b.each }
    }

    /// A deadline's place: by time, firings before expiries, then rule and key.
    struct Due: Comparable, Codable, Sendable {
        var atMs: Int64
        var isExpiry: Bool
        /// The place of the rule's name among all.
        var rank: Int
        var id: ID

        static func < (a: Due, b: Due) -> Bool {
            if a.atMs != b.atMs { return a.atMs < b.atMs }
            if a.isExpiry != b.isExpiry { return b.isExpiry }
            return a.rank != b.rank ? a.rank < b.rank : a.id < b.id
        }
    }

    private var alerts = SortedMap<ID, OpenAlert>()
    private var timers = SortedMap<AlertSlot, AlertTimer>()
    private var dues = SortedMap<Due, Bool>()

    // MARK: open alerts

    var openCount: Int { alerts.count }
    /// By rule and key.
    var open: [OpenAlert] { alerts.map { $0.value } }

    subscript(id: ID) -> OpenAlert? { alerts[id] }

    /// Those of a rule and a thing.
    func open(_ slot: AlertSlot) -> [ID] {
        if alerts.isEmpty { return [] }
        var found: [ID] = []
        alerts.walk(from: ID(slot: slot)) { entry in
            guard entry.key.slot == slot else { return false }
            found.append(entry.key)
            return true
        }
        return found
    }

    mutating func set(_ alert: OpenAlert, _ id: ID, rank: Int) {
        let before = alerts.updateValue(alert, forKey: id)?.expiresAtMs
        guard before != alert.expiresAtMs else { return }
        if let before { dues[Due(atMs: before, isExpiry: true, rank: rank, id: id)] = nil }
        if let now = alert.expiresAtMs { dues[Due(atMs: now, isExpiry: true, rank: rank, id: id)] = true }
    }

    mutating func remove(_ id: ID, rank: Int) -> OpenAlert? {
        let alert = alerts.removeValue(forKey: id)
        if let atMs = alert?.expiresAtMs { dues[Due(atMs: atMs, isExpiry: true, rank: rank, id: id)] = nil }
        return alert
    }

    // MARK: timers

    /// By rule and key.
    var running: [AlertTimer] { timers.map { $0.value } }

    mutating func arm(_ timer: AlertTimer) {
        let before = timers.updateValue(timer, forKey: timer.slot)
        if let before { dues[Self.due(before)] = nil }
        dues[Self.due(timer)] = true
    }

    @discardableResult
    mutating func disarm(_ slot: AlertSlot) -> AlertTimer? {
        if timers.isEmpty { return nil }
        let timer = timers.removeValue(forKey: slot)
        if let timer { dues[Self.due(timer)] = nil }
        return timer
    }

    private static func due(_ timer: AlertTimer) -> Due {
        Due(atMs: timer.deadlineMs, isExpiry: false, rank: timer.rank, id: ID(slot: timer.slot))
    }

    // MARK: time

    /// What is due next; nil: nothing ever, as things stand.
    var next: Due? { dues.first?.key }
    var nextDeadlineMs: Int64? { dues.first?.key.atMs }
}

/// The alerts that something has been done to, since they were last noted.
struct TouchedAlerts {
    /// As they stood; those that were opened since are not among them.
    var before: [OpenAlert] = []
    /// Where they are if they are still open; some more than once.
    var ids: [AlertBook.ID] = []
    /// What is noted now; alerts bear the number under which they were noted last.
    private(set) var round = 0

    /// From now on; `past` is the number that was noted under before in the same walk, perhaps by a fold that was left.
    mutating func begin(after past: Int) {
        if !before.isEmpty { before.removeAll(keepingCapacity: true) }
        if !ids.isEmpty { ids.removeAll(keepingCapacity: true) }
        round = max(round, past) + 1
    }
}
