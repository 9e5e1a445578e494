// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// Events about nobody: each partition keeps them, as far back as the horizon, and folds those again whom they concern.
extension JourneyPartition {
    /// As the partition opens: what it keeps of broadcasts, and who is still to hear of them.
    func readBroadcasts() throws {
        try state.scan(prefix: JourneyRows.stocks) { _, value in
            var reader = ByteReader(value)
            let (stock, timeMs) = try reader.stock()
            self.broadcastsFromMs = max(self.broadcastsFromMs, timeMs)
            self.restocks.begin(with: stock)
            return true
        }
        try state.scan(prefix: JourneyRows.broadcasts) { _, value in
            var reader = ByteReader(value)
            self.broadcasts += 1
            // They come in the order of time: there is none after it that would be looked for.
            let event = try reader.touchpoint()
            _ = self.restocks.take(event) { _, _ in event }
            return true
        }
        try state.scan(prefix: JourneyRows.waking) { key, value in
            self.waking[Hash128(bytes: key, at: 1)] = Hash128(bytes: value, at: 0)
            return true
        }
    }

    func note(_ event: Touchpoint, into transaction: inout Transaction) throws {
        let key = JourneyRows.broadcast(timeMs: event.timeMs, key: event.key)
        // Each partition keeps it; the one that its key hashes to counts it.
        let counts = context.home(event.key) == number
        let twin = try broadcast(key)
        if twin == nil, isBeyondHorizon(event) || event.timeMs < broadcastsFromMs {
            if counts { reject(broadcast: event, into: &transaction) }
            return
        }
        if counts {
            totals.copies += 1
            totals.changed = true
        }
        var isOther = false
        if let twin {
            if twin.content == event.content { return }
            if counts { try conflict(twin.content < event.content ? event : twin, into: &transaction) }
            if twin.content < event.content { return }
            isOther = try restocks.drop(twin, find: broadcast)
        } else {
            broadcasts += 1
            if counts { totals.events += 1 }
        }
        var writer = ByteWriter()
        writer.touchpoint(event)
        rows[key] = .some(writer.bytes)
        if try restocks.take(event, find: broadcast) || isOther {
            for product in Set([twin, event].compactMap { $0?.productName }) { try wake(JourneyRows.product(product)) }
        }
    }

    private func broadcast(_ key: [UInt8]) throws -> Touchpoint? {
        guard let row = try row(key) else { return nil }
        var reader = ByteReader(row)
        return try reader.touchpoint()
    }

    /// One that has been taken before.
    private func broadcast(_ timeMs: Int64, _ key: Hash128) throws -> Touchpoint {
        guard let known = try broadcast(JourneyRows.broadcast(timeMs: timeMs, key: key)) else {
            throw PackedError.malformed
        }
        return known
    }

    private func reject(broadcast event: Touchpoint, into transaction: inout Transaction) {
        totals.tooLate += 1
        totals.changed = true
        context.deadLetter(tooLate: event, watermarkMs: watermarkMs, into: &transaction)
    }

    /// One dead letter for each distinct loser among a broadcast's copies.
    private func conflict(_ loser: Touchpoint, into transaction: inout Transaction) throws {
        let key = JourneyRows.lost(loser.key, loser.content)
        if try row(key) != nil { return }
        rows[key] = .some([])
        totals.conflicts += 1
        context.deadLetter(conflicting: loser, into: &transaction)
    }

    // MARK: whom they concern

    /// What is known of where a product is there again has changed: that concerns those who have ever wanted it. As many
    /// become due as a commit folds; the others with the next ones.
    private func wake(_ product: Hash128, from first: Hash128 = .zero) throws {
        var room = context.settings.foldsAtEnd ? .max : max(0, context.settings.foldsPerCommitMax - dirty.count)
        var found: [Hash128] = []
        var next: Hash128?
        let prefix = JourneyRows.interested(in: product)
        try state.scan(prefix: prefix, from: prefix + first.bytes) { key, _ in
            let customer = Hash128(bytes: key, at: 17)
            guard room > 0 else {
                next = customer
                return false
            }
            room -= 1
            found.append(customer)
            return true
        }
        for customer in found { touched(customer) }
        if waking[product] == next { return }
        waking[product] = next
        rows[JourneyRows.waking(product)] = .some(next?.bytes)
    }

    /// Some more of those who are still to hear of news become due.
    func wakeByNews() throws {
        if waking.isEmpty || endMs != nil { return }
        for (product, first) in waking.sorted(by: { $0.key < $1.key }) {
            if dirty.count >= context.settings.foldsPerCommitMax { return }
            try wake(product, from: first)
        }
    }

    // MARK: the horizon

    /// All customers have been looked at: nothing that is kept of theirs is older than this.
    func foldBroadcastsAway(before cutMs: Int64) {
        broadcastsCutMs = cutMs
        broadcastsCursor = nil
    }

    /// Some of the broadcasts that no event is old enough for any more: what stays is where their products stood.
    func foldBroadcastsAway() throws {
        guard let cutMs = broadcastsCutMs, endMs == nil else { return }
        var old: [Touchpoint] = []
        try state.scan(prefix: JourneyRows.broadcasts, from: broadcastsCursor) { key, value in
            var reader = ByteReader((self.rows[key] ?? value) ?? value)
            let event = try reader.touchpoint()
            guard event.timeMs < cutMs, old.count < self.context.settings.foldsPerCommitMax else { return false }
            self.broadcastsCursor = key + [0]
            old.append(event)
            return true
        }
        guard let last = old.last else {
            broadcastsCutMs = nil
            return
        }
        for event in old {
            rows[JourneyRows.broadcast(timeMs: event.timeMs, key: event.key)] = .some(nil)
            guard context.home(event.key) == number else { continue }
            totals.folded += 1
            totals.changed = true
            try state.scan(prefix: JourneyRows.lost(event.key)) { key, _ in
                self.rows[key] = .some(nil)
                return true
            }
        }
        broadcasts -= old.count
        broadcastsFromMs = max(broadcastsFromMs, last.timeMs)
        for stock in restocks.fold(away: old) {
            var writer = ByteWriter()
            writer.stock(stock, timeMs: last.timeMs)
            rows[JourneyRows.stock(stock.spot)] = .some(writer.bytes)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func stock(_ stock: Restocks.Stock, timeMs: Int64) {
        sortable(timeMs)
        byte((stock.isThere ? 1 : 0) | (stock.spot.location == nil ? 0 : 2))
        blob(Array(stock.spot.product.utf8))
        blob(Array((stock.spot.location ?? "").utf8))
        if stock.spot.realm != "default" { text(stock.spot.realm) }
    }
}

extension ByteReader {
    fileprivate mutating func stock() throws(PackedError) -> (Restocks.Stock, timeMs: Int64) {
        let timeMs = try sortable()
        let flags = try byte()
        let product = String(decoding: try blob(), as: UTF8.self)
        let location = String(decoding: try blob(), as: UTF8.self)
        let realm = isAtEnd ? "default" : try text()
        let spot = Restocks.Spot(realm: realm, product: product, location: flags & 2 == 0 ? nil : location)
        return (Restocks.Stock(spot, isThere: flags & 1 == 1), timeMs)
    }
}
