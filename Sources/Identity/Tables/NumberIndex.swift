// SPDX-License-Identifier: Apache-2.0

/// Finds small numbers by a hash of what they stand for: a hash table that holds the numbers alone, about six bytes
/// each.
struct NumberIndex: Sendable {
    private var slots: [Int32] = []
    private(set) var count = 0

    func find(_ hash: UInt64, _ isMatch: (Int32) -> Bool) -> Int32? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] >= 0 {
            if isMatch(slots[place]) { return slots[place] }
            place = (place + 1) & mask
        }
        return nil
    }

    /// - Parameter rehash: the hash of a number that is in already.
    mutating func insert(_ number: Int32, _ hash: UInt64, rehash: (Int32) -> UInt64) {
        if (count + 1) * 4 > slots.count * 3 { grow(rehash) }
        count += 1
        put(number, hash)
    }

    private mutating func put(_ number: Int32, _ hash: UInt64) {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] >= 0 { place = (place + 1) & mask }
        slots[place] = number
    }

    private mutating func grow(_ rehash: (Int32) -> UInt64) {
        let old = slots
        slots = [Int32](repeating: -1, count: max(16, old.count * 2))
        for number in old where number >= 0 { put(number, rehash(number)) }
    }

    /// Spreads the bits of small numbers.
    static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        var z = (hash ^ value) &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
