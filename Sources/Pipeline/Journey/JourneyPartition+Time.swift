// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// What makes a customer's fold due though no event of its own came: deadlines that the watermark reaches, and broadcasts.
extension JourneyPartition {
    /// After a fold: when time alone may change the result, and which products make it listen to broadcasts.
    func watch(_ customer: Hash128, _ outcome: FoldOutcome) throws {
        let known = JourneyRows.nextDeadline(of: customer)
        let before = try row(known).flatMap { bytes in
            var reader = ByteReader(bytes)
            return try? reader.sortable()
        }
        if before != outcome.nextDeadlineMs {
            if let before { rows[JourneyRows.deadline(before, customer)] = .some(nil) }
            if let next = outcome.nextDeadlineMs {
                rows[JourneyRows.deadline(next, customer)] = .some([])
                var writer = ByteWriter(capacity: 8)
                writer.sortable(next)
                rows[known] = .some(writer.bytes)
                nextDeadlineMs = min(nextDeadlineMs, next)
            } else {
                rows[known] = .some(nil)
            }
        }
        for product in (outcome.profile?.cart.map(\.product) ?? []) + (outcome.profile?.wishlist ?? []) {
            let key = JourneyRows.interest(product, customer)
            if try row(key) == nil { rows[key] = .some([]) }
        }
    }

    /// Customers whose deadline the watermark has reached are folded again: at most so many in a commit.
    func wakeByTime() throws {
        let watermark = watermarkMs
        guard endMs == nil, watermark > .min, watermark >= nextDeadlineMs else { return }
        var room = context.settings.foldsPerCommitMax - dirty.count
        var next = Int64.max
        var due: [[UInt8]] = []
        try state.scan(prefix: JourneyRows.deadlines) { key, _ in
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
            rows[JourneyRows.nextDeadline(of: customer)] = .some(nil)
            touched(customer)
        }
        // What this commit adds to the deadlines is not in the rows that were scanned.
        nextDeadlineMs = next
    }

    /// News about a product concerns those who have ever wanted it.
    func wake(by broadcast: Touchpoint) throws {
        let value = broadcast.properties[PropertyID("product_id")] ?? broadcast.properties[PropertyID("sku")]
        let product: String
        switch value {
        case .string(let text): product = text.trimmed
        case .int(let number): product = String(number)
        default: return
        }
        let prefix = JourneyRows.interested(in: product)
        var found: Set<Hash128> = []
        try state.scan(prefix: prefix) { key, _ in
            found.insert(Hash128(bytes: key, at: 17))
            return true
        }
        for (key, value) in rows where value != nil && key.starts(with: prefix) { found.insert(Hash128(bytes: key, at: 17)) }
        for customer in found { touched(customer) }
    }
}

extension String {
    fileprivate var trimmed: String {
        var scalars = unicodeScalars[...]
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}
