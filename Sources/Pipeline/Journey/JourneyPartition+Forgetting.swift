// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Forgetting: what names somebody goes. What comes is stopped at the door at once (`place`); what is held is looked through, a
/// bounded number of events with each commit, for an event names more than what it is found by.
extension JourneyPartition {
    func forget(_ identifier: Hash128, _ span: ClosedRange<Int64>, into transaction: inout Transaction) throws {
        var spans = forgotten[identifier] ?? []
        if spans.contains(span) { return }
        spans.append(span)
        forgotten[identifier] = spans
        var writer = ByteWriter()
        writer.spans(spans)
        rows[JourneyRows.forgotten(identifier)] = .some(writer.bytes)
        // What is not in the rows yet, now; all of these from their beginning.
        for (customer, places) in touches {
            for case .some(let held) in places.values { try drop(forgotten: held, customer, into: &transaction) }
        }
        lookFrom(JourneyRows.touches)
    }

    /// Looks through some more of what is held.
    func dropForgotten(into transaction: inout Transaction) throws {
        guard let from = forgetting else { return }
        var looks = context.settings.eventsPerCommitMax * 10
        var next: [UInt8]?
        var found: [(customer: Hash128, held: Held)] = []
        try state.scan(prefix: JourneyRows.touches, from: from) { key, value in
            guard looks > 0, found.count < self.context.settings.eventsPerCommitMax else {
                next = key
                return false
            }
            looks -= 1
            let customer = Hash128(bytes: key, at: 1)
            var place = ByteReader(key, 17..<41)
            let at = TouchKey(timeMs: try place.sortable(), key: try place.hash())
            var reader = ByteReader(value)
            let now = try self.touches[customer]?[at] ?? reader.held()
            if let now, self.isForgotten(now.event) { found.append((customer, now)) }
            return true
        }
        for (customer, held) in found { try drop(forgotten: held, customer, into: &transaction) }
        lookFrom(next)
    }

    private func lookFrom(_ key: [UInt8]?) {
        forgetting = key
        rows[JourneyRows.forgetting] = .some(key)
    }

    private func drop(forgotten held: Held, _ customer: Hash128, into transaction: inout Transaction) throws {
        guard isForgotten(held.event) else { return }
        var held = held
        if held.isFolded { dropBase(of: customer) }
        settle(&held, wanted: [], customer: customer, into: &transaction)
        context.takeBack(lettersOf: held, into: &transaction)
        leave(held, customer)
        totals.forgotten += held.copies
        if customer != .zero { touched(customer) }  // nobody is no customer to fold
    }
}
