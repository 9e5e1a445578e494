// SPDX-License-Identifier: Apache-2.0

/// Values by key, in the order of the keys, kept in small pieces.
///
/// A copy shares all pieces, and a change copies only the piece that it falls into: so a fold that has many things can be
/// copied for a checkpoint and go on at a price that hardly depends on how many there are.
struct SortedMap<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    struct Entry: Sendable {
        var key: Key
        var value: Value
    }

    /// None is empty.
    private var pieces: [[Entry]] = []
    private(set) var count = 0

    /// A piece that grows beyond it is split.
    private static var pieceMax: Int { 64 }

    var isEmpty: Bool { count == 0 }
    var first: Entry? { pieces.first?.first }

    // MARK: places

    /// The first entry whose key is not less.
    private func place(of key: Key) -> (piece: Int, index: Int) {
        var (low, high) = (0, pieces.count)
        while low < high {
            let middle = (low + high) / 2
            if let last = pieces[middle].last, last.key < key { low = middle + 1 } else { high = middle }
        }
        guard low < pieces.count else { return (low, 0) }
        let piece = low
        (low, high) = (0, pieces[piece].count)
        while low < high {
            let middle = (low + high) / 2
            if pieces[piece][middle].key < key { low = middle + 1 } else { high = middle }
        }
        return (piece, low)
    }

    private func holds(_ key: Key, _ place: (piece: Int, index: Int)) -> Bool {
        place.piece < pieces.count && pieces[place.piece][place.index].key == key
    }

    // MARK: reading

    subscript(key: Key) -> Value? {
        get {
            let place = place(of: key)
            return holds(key, place) ? pieces[place.piece][place.index].value : nil
        }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            updateValue(newValue, forKey: key)
        }
    }

    subscript(key: Key, default missing: @autoclosure () -> Value) -> Value {
        get { self[key] ?? missing() }
        _modify {
            var place = place(of: key)
            if !holds(key, place) { place = insert(Entry(key: key, value: missing()), at: place) }
            yield &pieces[place.piece][place.index].value
        }
    }

    func contains(_ key: Key) -> Bool { holds(key, place(of: key)) }

    /// How many have this key or a greater one.
    func count(from key: Key) -> Int {
        let place = place(of: key)
        guard place.piece < pieces.count else { return 0 }
        return pieces[place.piece...].reduce(-place.index) { $0 + $1.count }
    }

    /// The entries from a key on, as long as they are taken.
    func walk(from key: Key, _ take: (Entry) -> Bool) {
        var place = place(of: key)
        while place.piece < pieces.count {
            for entry in pieces[place.piece][place.index...] where !take(entry) { return }
            place = (place.piece + 1, 0)
        }
    }

    // MARK: changing

    @discardableResult
    mutating func updateValue(_ value: Value, forKey key: Key) -> Value? {
        let place = place(of: key)
        guard holds(key, place) else {
            _ = insert(Entry(key: key, value: value), at: place)
            return nil
        }
        let before = pieces[place.piece][place.index].value
        pieces[place.piece][place.index].value = value
        return before
    }

    @discardableResult
    mutating func removeValue(forKey key: Key) -> Value? {
        if isEmpty { return nil }
        let place = place(of: key)
        guard holds(key, place) else { return nil }
        count -= 1
        let before = pieces[place.piece].remove(at: place.index)
        if pieces[place.piece].isEmpty { pieces.remove(at: place.piece) }
        return before.value
    }

    mutating func removeAll() { self = SortedMap() }

    private mutating func insert(_ entry: Entry, at place: (piece: Int, index: Int)) -> (piece: Int, index: Int) {
        count += 1
        if pieces.isEmpty {
            pieces.append([entry])
            return (0, 0)
        }
        // Behind the last: to the last piece.
        var place = place.piece < pieces.count ? place : (pieces.count - 1, pieces[pieces.count - 1].count)
        pieces[place.piece].insert(entry, at: place.index)
        guard pieces[place.piece].count > Self.pieceMax else { return place }
        // What comes in order fills pieces, what comes anywhere halves them.
        let isAtEnd = place.piece == pieces.count - 1 && place.index == pieces[place.piece].count - 1
        let half = isAtEnd ? Self.pieceMax : Self.pieceMax / 2
        let upper = Array(pieces[place.piece][half...])
        pieces[place.piece].removeSubrange(half...)
        pieces.insert(upper, at: place.piece + 1)
        if place.index >= half { place = (place.piece + 1, place.index - half) }
        return place
    }
}

extension SortedMap: Sequence {
    func makeIterator() -> FlattenSequence<[[Entry]]>.Iterator { pieces.joined().makeIterator() }

    var underestimatedCount: Int { count }
    var keys: [Key] { map { $0.key } }
}

extension SortedMap: Codable where Key: Codable, Value: Codable {
    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd {
            let key = try container.decode(Key.self)
            updateValue(try container.decode(Value.self), forKey: key)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for entry in self {
            try container.encode(entry.key)
            try container.encode(entry.value)
        }
    }
}
