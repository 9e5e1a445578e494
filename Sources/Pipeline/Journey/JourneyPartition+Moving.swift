// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Maps: what a customer holds that is somebody else's by a new map is passed on, a bounded number of events with each commit.
extension JourneyPartition {
    /// What a customer holds under an identifier, as far as it has not been looked at since the newest map came. Persisted.
    struct Move {
        /// From here on; nil: all of it.
        var next: TouchKey?
        /// Something stays with the customer, or has come since.
        var stays = false
    }

    func learn(
        _ map: OwnershipMap,
        _ before: [Hash128],
        _ names: [Identifier],
        into transaction: inout Transaction
    ) throws {
        let identifier = map.identifier.hash
        let known = try self.map(of: identifier)
        guard known.map({ $0.version < map.version }) ?? true else { return }
        setMap(map)
        let owners = Set(map.spans.compactMap(\.customer))
        let past = Set(before + (known?.spans.compactMap(\.customer) ?? [])).subtracting(owners)
        for customer in past.sorted() where context.home(customer) == number {
            named[customer, default: [:]][identifier] = false
            touched(customer)
        }
        for customer in owners.sorted() where context.home(customer) == number {
            named[customer, default: [:]][identifier] = true
            touched(customer)
        }
        for name in names where context.home(name.hash) == number { try setOwnName(name) }
        for customer in try holders(of: identifier) {
            let pair = HolderKey(identifier: identifier, customer: customer)
            if moves[pair] == nil, rows[JourneyRows.move(identifier, customer)] == nil { newMoves.insert(pair) }
            set(Move(), of: pair)
            try goOn(with: pair, into: &transaction)
        }
    }

    /// Passes on some more.
    func passOn(into transaction: inout Transaction) throws {
        guard !moves.isEmpty, eventsLeft > 0 else { return }
        for pair in moves.keys.sorted(by: { ($0.customer, $0.identifier) < ($1.customer, $1.identifier) }) {
            if eventsLeft <= 0 { return }
            try goOn(with: pair, into: &transaction)
        }
    }

    /// Events that a customer holds under an identifier are placed anew, by the newest map.
    private func goOn(with pair: HolderKey, into transaction: inout Transaction) throws {
        guard eventsLeft > 0, let move = moves[pair] else { return }
        let (events, next) = try held(of: pair.customer, from: move.next, most: eventsLeft)
        eventsLeft -= max(1, events.count)
        var stays = move.stays
        for held in events where held.attributedBy?.hash == pair.identifier {
            if try !place(anew: held, of: pair, into: &transaction) { stays = true }
        }
        touched(pair.customer)
        if let next { return set(Move(next: next, stays: stays || moves[pair]?.stays == true), of: pair) }
        if !stays, moves[pair]?.stays != true { removeHolder(pair.identifier, pair.customer) }
        set(nil, of: pair)
    }

    /// - Returns: whether it has left.
    private func place(anew held: Held, of pair: HolderKey, into transaction: inout Transaction) throws -> Bool {
        if isBeyondHorizon(held.event) { return true }  // Whose it is stands.
        guard let map = try map(of: pair.identifier), map.version > held.version else {
            return false  // it was routed by this map, or by a newer one that is still on its way
        }
        var held = held
        if map.owner(atMs: held.event.timeMs) == pair.customer {
            held.version = map.version
            rewrite(held, pair.customer)
            return false
        }
        leave(held, pair.customer)
        try place(held, addressedTo: pair.customer, into: &transaction)
        return true
    }

    /// A customer gets an event under an identifier whose events it passes on: not all of them leave. The row says so too,
    /// for this commit may not go on with the move.
    func staysNow(_ pair: HolderKey) {
        guard var move = moves[pair], !move.stays else { return }
        move.stays = true
        set(move, of: pair)
    }

    private func set(_ move: Move?, of pair: HolderKey) {
        let key = JourneyRows.move(pair.identifier, pair.customer)
        moves[pair] = move
        if move == nil, newMoves.remove(pair) != nil {
            rows[key] = nil
            return
        }
        var writer = ByteWriter(capacity: 26)
        if let move { writer.move(move) }
        rows[key] = .some(move == nil ? nil : writer.bytes)
    }

    func readMoves() throws {
        try state.scan(prefix: JourneyRows.moves) { key, value in
            let pair = HolderKey(identifier: Hash128(bytes: key, at: 1), customer: Hash128(bytes: key, at: 17))
            var reader = ByteReader(value)
            self.moves[pair] = try reader.move()
            return true
        }
    }

    /// Some of a customer's events, by time and key, and where those begin that come after them; nil: there are none.
    private func held(of customer: Hash128, from: TouchKey?, most: Int) throws -> (events: [Held], next: TouchKey?) {
        var changed = (touches[customer] ?? [:]).filter { place, _ in from.map { !(place < $0) } ?? true }
        var found: [Held] = []
        var next: TouchKey?
        let start = from.map { JourneyRows.touch(customer, timeMs: $0.timeMs, key: $0.key) }
        try state.scan(prefix: JourneyRows.touches(of: customer), from: start) { key, value in
            var place = ByteReader(key, 17..<41)
            let at = TouchKey(timeMs: try place.sortable(), key: try place.hash())
            guard found.count < most else {
                next = at
                return false
            }
            if let newer = changed.removeValue(forKey: at) {
                if let newer, !newer.isFolded { found.append(newer) }
            } else {
                var reader = ByteReader(value)
                let held = try reader.held()
                if !held.isFolded { found.append(held) }
            }
            return true
        }
        for (place, held) in changed where next.map({ place < $0 }) ?? true {
            if let held, !held.isFolded { found.append(held) }
        }
        return (found.sorted { $0.place < $1.place }, next)
    }
}

extension ByteWriter {
    fileprivate mutating func move(_ move: JourneyPartition.Move) {
        byte((move.stays ? 1 : 0) | (move.next == nil ? 0 : 2))
        guard let next = move.next else { return }
        sortable(next.timeMs)
        hash(next.key)
    }
}

extension ByteReader {
    fileprivate mutating func move() throws(PackedError) -> JourneyPartition.Move {
        let flags = try byte()
        var move = JourneyPartition.Move(stays: flags & 1 != 0)
        if flags & 2 != 0 { move.next = JourneyPartition.TouchKey(timeMs: try sortable(), key: try hash()) }
        return move
    }
}
