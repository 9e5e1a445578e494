// SPDX-License-Identifier: Apache-2.0

/// A hash of bytes, one after the other (FNV-1a, 64 bits): of a term, and of every beginning of it on the way.
struct TermHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    mutating func add(_ bytes: [UInt8], _ range: Range<Int>) {
        for index in range { add(bytes[index]) }
    }

    init() {}

    init(_ text: String) {
        for byte in text.utf8 { add(byte) }
    }

    /// Of two words that follow one another.
    static func pair(_ a: UInt64, _ b: UInt64) -> UInt64 { (a &* 0x9e37_79b9_7f4a_7c15) ^ b }
}

/// Terms by hash, and the beginnings of terms: so that a search stops as soon as nothing can come of it.
///
/// Two terms of one hash are refused when the table is built. A text's word that is no term but shares the hash of one, one in
/// 2⁶⁴, is taken for it.
struct TermTable: Sendable {
    private struct Slot {
        var key: UInt64
        /// Below zero: only beginnings are here.
        var value: Int32
    }

    private var slots: [Slot]
    private var count = 0

    /// What a search finds.
    enum Found: Equatable {
        case nothing
        /// Terms begin so, but this is none.
        case beginning
        case term(Int)
    }

    init(capacity: Int = 16) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Slot](repeating: Slot(key: 0, value: 0), count: size)
    }

    subscript(hash: UInt64) -> Found {
        let slot = slots[place(of: hash)]
        if slot.key == 0 { return .nothing }
        return slot.value < 0 ? .beginning : .term(Int(slot.value))
    }

    /// The term of this hash.
    func term(_ hash: UInt64) -> Int? {
        let slot = slots[place(of: hash)]
        return slot.key == 0 || slot.value < 0 ? nil : Int(slot.value)
    }

    /// Puts a term in, if none with its hash is there.
    ///
    /// - Returns: the one that is there now.
    @discardableResult
    mutating func insert(_ hash: UInt64, _ value: Int) -> Int {
        let place = place(of: hash)
        if slots[place].key != 0 {
            if slots[place].value < 0 { slots[place].value = Int32(value) }
            return Int(slots[place].value)
        }
        add(hash, Int32(value), at: place)
        return value
    }

    /// Says that terms begin so.
    mutating func insert(beginning hash: UInt64) {
        let place = place(of: hash)
        if slots[place].key == 0 { add(hash, -1, at: place) }
    }

    /// Puts a term in with all its beginnings that end where a character does.
    mutating func insert(term: [UInt8], _ value: Int) -> Int {
        var hash = TermHash()
        for index in term.indices {
            hash.add(term[index])
            let isBoundary = index + 1 < term.count && term[index + 1] & 0xc0 != 0x80
            if isBoundary { insert(beginning: hash.value) }
        }
        return insert(hash.value, value)
    }

    private mutating func add(_ hash: UInt64, _ value: Int32, at place: Int) {
        slots[place] = Slot(key: hash == 0 ? 1 : hash, value: value)
        count += 1
        if count * 2 > slots.count { grow() }
    }

    private func place(of hash: UInt64) -> Int {
        let key = hash == 0 ? 1 : hash
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: (key ^ (key >> 29)) &* 0x9e37_79b9_7f4a_7c15 >> 20) & mask
        while slots[place].key != 0, slots[place].key != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(key: 0, value: 0), count: old.count * 2)
        for slot in old where slot.key != 0 { slots[place(of: slot.key)] = slot }
    }
}
