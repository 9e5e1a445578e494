// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// What makes a customer's fold due though no event of its own came: deadlines that the watermark reaches.
extension JourneyPartition {
    /// After a fold: when time alone may change the result, and which new products make it listen to broadcasts.
    func watch(_ customer: Hash128, _ step: WalkStep) throws {
        for product in step.wished {
            let key = JourneyRows.interest(product, customer)
            if try row(key) == nil { rows[key] = .some([]) }
        }
        let before = try watched(customer)
        let isTelling = context.journeyFold.emitsAlerts
        let now = Watched(
            nextDeadlineMs: isTelling ? step.nextDeadlineMs : nil,
            alertsOpen: isTelling ? step.alertsOpen : 0
        )
        if before.nextDeadlineMs != now.nextDeadlineMs {
            if let past = before.nextDeadlineMs { rows[JourneyRows.deadline(past, customer)] = .some(nil) }
            if let next = now.nextDeadlineMs {
                rows[JourneyRows.deadline(next, customer)] = .some([])
                nextDeadlineMs = min(nextDeadlineMs, next)
            }
        }
        if before != now { write(now, customer, before) }
    }

    /// Nothing of the customer's is left to watch.
    func unwatch(_ customer: Hash128) throws {
        let before = try watched(customer)
        if let past = before.nextDeadlineMs { rows[JourneyRows.deadline(past, customer)] = .some(nil) }
        if before != Watched() { write(Watched(), customer, before) }
    }

    /// What a customer's last fold left to watch.
    struct Watched: Equatable {
        var nextDeadlineMs: Int64?
        var alertsOpen = 0
    }

    /// A deadline that the watermark has passed has not fired yet.
    func hasDeadlinePassed(_ customer: Hash128) throws -> Bool {
        try watched(customer).nextDeadlineMs.map { $0 <= watermarkMs } ?? false
    }

    private func watched(_ customer: Hash128) throws -> Watched {
        let known = hot[customer]
        if let watched = known?.watched { return watched }
        let watched = try readWatched(customer)
        known?.watched = watched
        return watched
    }

    private func readWatched(_ customer: Hash128) throws -> Watched {
        guard let row = try row(JourneyRows.watched(customer)) else { return Watched() }
        var reader = ByteReader(row)
        let next = try reader.sortable()
        return Watched(
            nextDeadlineMs: next == .max ? nil : next,
            alertsOpen: Int(truncatingIfNeeded: try reader.varint())
        )
    }

    private func write(_ now: Watched, _ customer: Hash128, _ before: Watched) {
        if now.alertsOpen != before.alertsOpen {
            totals.alertsOpen += now.alertsOpen - before.alertsOpen
            totals.changed = true
        }
        var writer = ByteWriter(capacity: 9)
        writer.sortable(now.nextDeadlineMs ?? .max)
        writer.count(now.alertsOpen)
        hot[customer]?.watched = now
        rows[JourneyRows.watched(customer)] = .some(now == Watched() ? nil : writer.bytes)
    }

    /// Customers whose deadline the watermark has reached are folded again: at most so many in a commit.
    func wakeByTime() throws {
        let watermark = watermarkMs
        guard endMs == nil, watermark > .min, watermark >= nextDeadlineMs else { return }
        var room = context.settings.foldsPerCommitMax - dirty.count
        var next = Int64.max
        var due: [[UInt8]] = []
        // Rows that are gone lie before the first that is there: they are not looked through again.
        let from = nextDeadlineMs > .min ? JourneyRows.deadline(nextDeadlineMs, .zero) : nil
        try state.scan(prefix: JourneyRows.deadlines, from: from) { key, _ in
            if self.rows[key] == .some(nil) { return true }  // moved within this commit
            var reader = ByteReader(key, 1..<key.count)
            let timeMs = try reader.sortable()
            guard timeMs <= watermark, room > 0 else {
                next = timeMs
                return false
            }
            room -= 1
            due.append(key)
            return true
        }
        for key in due {
            rows[key] = .some(nil)
            let customer = Hash128(bytes: key, at: 9)
            let before = try watched(customer)
            write(Watched(nextDeadlineMs: nil, alertsOpen: before.alertsOpen), customer, before)
            touched(customer)
        }
        // What this commit adds to the deadlines is not in the rows that were scanned.
        nextDeadlineMs = next
    }
}
