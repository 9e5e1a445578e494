// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Where events go: the distributed protocol's rules 4 to 6 and 8.
extension JourneyPartition {
    /// - Parameter isFresh: it comes from intake, not from another partition.
    func receive(_ record: JourneyRecord, isFresh: Bool, into transaction: inout Transaction) throws {
        switch record {
        case .event(var held, let customer):
            _ = held.event.keep(context.kept)  // It may have been decoded when rules read less.
            if isFresh, try isTooLate(held, customer) { return reject(held, into: &transaction) }
            try place(held, addressedTo: customer, into: &transaction)
        case .tick(let source, let timeMs, let isLast):
            if isLast { try end(atMs: timeMs) } else { tick(source, timeMs) }
        case .map(let map, let before, let owners): try learn(map, before, owners, into: &transaction)
        case .forget(let identifier, let from, let to):
            if from <= to { try forget(identifier.hash, from...to, into: &transaction) }
        case .broadcast(let event): try note(event, into: &transaction)
        }
    }

    /// Rules 4 to 6 for one event that stands before this partition.
    func place(_ arrived: Held, addressedTo addressed: Hash128, into transaction: inout Transaction) throws {
        var held = arrived
        if isForgotten(held.event) {
            totals.forgotten += held.copies
            totals.changed = true
            context.takeBack(lettersOf: held, into: &transaction)
            settle(&held, wanted: [], customer: addressed, into: &transaction)
            return
        }
        guard let name = held.attributedBy else { return try keep(held, customer: .zero, into: &transaction) }
        var customer: Hash128? = addressed
        if let known = try map(of: name.hash), known.version > held.version {
            held.version = known.version
            customer = known.owner(atMs: held.event.timeMs)
        }
        if customer != addressed { settle(&held, wanted: [], customer: addressed, into: &transaction) }
        guard let customer else {  // a hub: the next name's first home
            held.position += 1
            held.version = 0
            let next = held.attributedBy?.hash
            return pass(held, to: next ?? .zero, home: next ?? held.event.names[0].hash, into: &transaction)
        }
        if context.home(customer) == number {
            try keep(held, customer: customer, into: &transaction)
        } else {
            pass(held, to: customer, home: customer, into: &transaction)
        }
    }

    /// A customer that lives here gets an event; where two copies meet, the smaller content counts.
    private func keep(_ arrived: Held, customer: Hash128, into transaction: inout Transaction) throws {
        let place = TouchKey(timeMs: arrived.event.timeMs, key: arrived.event.key)
        totals.changed = true
        totals.copies += arrived.copies
        guard var twin = try held(customer, place) else {
            var arrived = arrived
            if customer != .zero, try isBeforeCut(arrived.event, customer) {
                totals.events += 1
                return try stand(arrived, customer, into: &transaction)
            }
            totals.events += 1
            totals.conflicts += arrived.losers.count
            if customer == .zero { settleNobodys(&arrived, into: &transaction) }
            hold(arrived, customer)
            if let name = arrived.attributedBy { setHolder(name.hash, customer) }
            if customer != .zero { touched(customer) }
            return
        }
        if twin.isFolded {
            meet(folded: &twin, arrived, into: &transaction)
            return rewrite(twin, customer)
        }
        let before = twin
        meet(&twin, arrived, into: &transaction)
        if customer == .zero { settleNobodys(&twin, into: &transaction) }
        if twin.event.content == before.event.content, twin.emitted == before.emitted {
            return rewrite(twin, customer)  // one more copy changes no result
        }
        if customer != .zero { touched(customer) }
        replace(twin, customer)
    }

    /// Rule 8.
    func meet(_ twin: inout Held, _ other: Held, into transaction: inout Transaction) {
        twin.copies += other.copies
        let known = Set(twin.losers)
        for loser in other.losers where !known.contains(loser) {
            twin.losers.append(loser)
            totals.conflicts += 1
        }
        if twin.event.content != other.event.content {
            let (winner, loser) =
                twin.event.content < other.event.content ? (twin.event, other.event) : (other.event, twin.event)
            twin.event = winner
            if !twin.losers.contains(loser.content) {
                twin.losers.append(loser.content)
                totals.conflicts += 1
                context.deadLetter(conflicting: loser, into: &transaction)
            }
        }
        for told in other.emitted {
            guard let index = twin.emitted.firstIndex(where: { $0.id == told.id }) else {
                twin.emitted.append(told)
                continue
            }
            twin.emitted[index].revision = max(told.revision, twin.emitted[index].revision)
            let state = twin.emitted[index].state
            if case .told(let content) = told.state { totals.digest.remove(content) }
            if told.state != .retracted, state != .retracted { totals.count(told.kind, -1) }
            if state == told.state { continue }
            if case .told(let content) = state { totals.digest.remove(content) }
            twin.emitted[index].state = .unknown
        }
    }

    private func pass(_ held: Held, to customer: Hash128, home: Hash128, into transaction: inout Transaction) {
        totals.passedOn += 1
        totals.changed = true
        var writer = ByteWriter(capacity: 320)
        writer.eventRecord(held, customer: customer)
        transaction.append(.moves, partition: context.home(home), key: held.event.key.bytes, value: writer.bytes)
    }

    /// The customer's results may differ now.
    func touched(_ customer: Hash128) {
        dirty.append(customer)
        if due.insert(customer).inserted { rows[JourneyRows.due(customer)] = .some([]) }
    }

    /// An event goes.
    func leave(_ held: Held, _ customer: Hash128) {
        drop(held, customer)
        totals.events -= 1
        totals.copies -= held.copies
        totals.conflicts -= held.losers.count
        totals.changed = true
    }

    func isForgotten(_ event: Touchpoint) -> Bool {
        if forgotten.isEmpty { return false }
        return event.names.contains { forgotten[$0.hash]?.contains { $0.contains(event.timeMs) } ?? false }
    }

    // MARK: time

    /// A bounded run ends: where customers have been folded along the way, all are folded again at the last watermark,
    /// which may also lie before the newest events.
    private func end(atMs timeMs: Int64) throws {
        endMs = timeMs
        if context.settings.foldsAtEnd { return }
        var customers = Set(touches.keys)
        try state.scan(prefix: [UInt8(ascii: "t")]) { key, _ in
            customers.insert(Hash128(bytes: key, at: 1))
            return true
        }
        for customer in customers where customer != .zero { touched(customer) }
    }

    private func tick(_ source: String, _ timeMs: Int64) {
        if let row = sources.take(source, timeMs) { rows[JourneyRows.source(source)] = .some(row) }
    }
}

extension Hash128 {
    /// The 16 bytes, big-endian.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(16)
        append(to: &out)
        return out
    }
}
