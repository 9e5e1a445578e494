// SPDX-License-Identifier: Apache-2.0

/// Changes to a store that happen together. They take effect in the order in which they were added.
///
/// A plain value: keys and values lie in one arena, so a batch costs a few allocations, however many rows it changes.
public struct WriteBatch: Sendable {
    enum Operation: Sendable {
        case put(key: Range<Int>, value: Range<Int>)
        case delete(key: Range<Int>)
        case deleteRange(from: Range<Int>, to: Range<Int>)
        case deletePrefix(Range<Int>)
    }

    private(set) var bytes: [UInt8] = []
    private(set) var operations: [Operation] = []

    public init() {}

    public var isEmpty: Bool { operations.isEmpty }
    /// Bytes of keys and values.
    public var byteCount: Int { bytes.count }

    /// Sets a row.
    public mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        operations.append(.put(key: place(key), value: place(value)))
    }

    /// Sets a row, from parts of greater arrays: no copy but the one into the batch.
    public mutating func put(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        operations.append(.put(key: place(key), value: place(value)))
    }

    /// Sets a row whose key has two parts.
    public mutating func put(_ head: [UInt8], _ tail: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        let key = place(head).lowerBound..<place(tail).upperBound
        operations.append(.put(key: key, value: place(value)))
    }

    /// Removes a row; one that is not there is nothing.
    public mutating func delete(_ key: [UInt8]) {
        operations.append(.delete(key: place(key)))
    }

    /// Removes a row whose key has two parts.
    public mutating func delete(_ head: [UInt8], _ tail: ArraySlice<UInt8>) {
        operations.append(.delete(key: place(head).lowerBound..<place(tail).upperBound))
    }

    /// Removes all rows with `from` ≤ key < `to`. On disk it costs as much as one row, but many of them slow reads:
    /// use it for whole stretches. Nothing when `from` ≥ `to`.
    public mutating func deleteRange(from: [UInt8], to: [UInt8]) {
        guard from.lexicographicallyPrecedes(to) else { return }
        operations.append(.deleteRange(from: place(from), to: place(to)))
    }

    /// Removes all rows whose key begins with `prefix`; the empty prefix removes everything.
    public mutating func deletePrefix(_ prefix: [UInt8]) {
        operations.append(.deletePrefix(place(prefix)))
    }

    /// Empty again, with its memory kept.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        operations.removeAll(keepingCapacity: true)
    }

    /// The places of the operations by their keys, of one key in the order in which they were added; nil where a range
    /// is among them, which counts for those before it.
    ///
    /// A store that keeps new rows sorted takes neighbours faster than rows in no order.
    var orderByKey: [Int]? {
        var places: [KeyPlace] = []
        places.reserveCapacity(operations.count)
        for (index, operation) in operations.enumerated() {
            switch operation {
            case .put(let key, _), .delete(let key):
                places.append(KeyPlace(first: word(key, 0), second: word(key, 8), key: key, index: index))
            case .deleteRange, .deletePrefix: return nil
            }
        }
        places.sort { a, b in
            if a.first != b.first { return a.first < b.first }
            if a.second != b.second { return a.second < b.second }
            let (x, y) = (bytes[a.key], bytes[b.key])
            if x.count > 16 || y.count > 16 || x.count != y.count {
                if x.lexicographicallyPrecedes(y) { return true }
                if y.lexicographicallyPrecedes(x) { return false }
            }
            return a.index < b.index
        }
        return places.map(\.index)
    }

    private struct KeyPlace {
        /// The first sixteen bytes of the key, as far as it has them.
        var first: UInt64
        var second: UInt64
        var key: Range<Int>
        var index: Int
    }

    /// Eight bytes of a key from a place on, so that words sort as the bytes do.
    private func word(_ key: Range<Int>, _ offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<8 {
            let index = key.lowerBound + offset + place
            word = word << 8 | (index < key.upperBound ? UInt64(bytes[index]) : 0)
        }
        return word
    }

    private mutating func place(_ part: [UInt8]) -> Range<Int> {
        bytes.append(contentsOf: part)
        return bytes.count - part.count..<bytes.count
    }

    private mutating func place(_ part: ArraySlice<UInt8>) -> Range<Int> {
        bytes.append(contentsOf: part)
        return bytes.count - part.count..<bytes.count
    }
}
