// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// A customer with more touchpoints than the limit is not folded: whose its events are is still told, and its profile
/// says why there is nothing more. Which customers that are follows from the set of events, so what went out before is
/// taken back.
extension JourneyPartition {
    /// To be called with a customer that is not hot.
    func suspend(_ customer: Hash128, into transaction: inout Transaction) throws {
        let timeline = try timeline(customer)
        guard let first = timeline.first, let last = timeline.last else { return }
        for held in timeline { try settle(unfolded: held, customer, into: &transaction) }
        if try row(JourneyRows.suspended(customer)) == nil {
            rows[JourneyRows.suspended(customer)] = .some([])
            totals.suspended += 1
            totals.changed = true
        }
        let it = HotCustomer(context.journeyFold.walk(of: customer, from: nil, readsText: texts.mood))
        it.suspended = SuspendedCustomer(lastSeenMs: last.event.timeMs, realm: first.event.realm)
        try keep(suspended: it, customer)
        try unwatch(customer)
    }

    /// Events have come to one that is suspended.
    func goOn(
        suspended it: HotCustomer,
        _ change: PendingChange,
        _ customer: Hash128,
        into transaction: inout Transaction
    ) throws {
        for place in change.placed.sorted() {
            guard let held = try held(customer, place) else { continue }
            let seenMs = it.suspended?.lastSeenMs ?? .min
            it.suspended?.lastSeenMs = max(seenMs, held.event.timeMs)
            try settle(unfolded: held, customer, into: &transaction)
        }
        try keep(suspended: it, customer)
    }

    /// It is not suspended, whatever it was.
    func resume(_ customer: Hash128) throws {
        guard try row(JourneyRows.suspended(customer)) != nil else { return }
        rows[JourneyRows.suspended(customer)] = .some(nil)
        totals.suspended -= 1
        totals.changed = true
    }

    func draft(_ customer: Hash128, _ suspended: SuspendedCustomer) throws -> ProfileDraft {
        ProfileDraft(
            lastSeenMs: suspended.lastSeenMs,
            realm: suspended.realm,
            bytes: context.suspendedData(identifiers: try identifiers(of: customer, nil))
        )
    }

    private func keep(suspended it: HotCustomer, _ customer: Hash128) throws {
        if endMs != nil {
            hot.remove(customer)
            profiles[customer] = try draft(customer, it)
        } else {
            profiles[customer] = nil
            hot.insert(it, customer)
        }
    }

    private func settle(unfolded held: Held, _ customer: Hash128, into transaction: inout Transaction) throws {
        var held = held
        let wanted =
            context.settings.emitsTimeline ? [context.touchpointResult(held.event, mood: nil, isHub: false)] : []
        if settle(&held, wanted: wanted, customer: customer, into: &transaction) { rewrite(held, customer) }
    }
}
