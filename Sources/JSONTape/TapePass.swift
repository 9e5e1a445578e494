// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// One pass over a tape that makes a document of it: members sorted, repeated names and meaningless nulls gone, whole
/// numbers integers.
///
/// The tape is simdjson's: a word's highest byte is the kind, the rest a payload; strings are a length of four bytes
/// and UTF-8 in a buffer
/// beside; an object or array says where it ends; numbers take a second word. The slow parser writes three kinds more.
struct TapePass {
    enum Verdict { case done, malformed, undecided }

    /// What only the slow parser writes: it has read all the digits.
    enum Extra {
        /// Whole digits of 64 bits or more; the second word is the double.
        static let bigInteger = UInt8(ascii: "B")
        /// A double that is no whole number below 2^63; the second word is the double.
        static let exact = UInt8(ascii: "D")
        /// A number beyond a double.
        static let beyond = UInt8(ascii: "X")
    }

    private struct Member {
        /// Of the name, in the string buffer.
        var start: Int
        var count: Int
        /// Index of the value on the tape.
        var value: Int
    }

    private var members: [Member] = []
    private var nodes: [JSONNode] = []
    /// Where the last string ends that the document uses.
    private var textEnd = 0
    private var failure: Verdict?
    private var hasLongNumbers: Bool?

    /// - Parameters:
    ///   - source: The text, for simdjson's tapes: asked whether its numbers have more digits than doubles tell.
    ///   - levels: How deep it may be.
    mutating func run(
        tape: UnsafeBufferPointer<UInt64>,
        strings: UnsafePointer<UInt8>,
        source: UnsafeBufferPointer<UInt8>?,
        levels: Int,
        into document: inout JSONDocument
    ) -> Verdict {
        swap(&nodes, &document.nodes)
        defer { swap(&nodes, &document.nodes) }
        nodes.removeAll(keepingCapacity: true)
        members.removeAll(keepingCapacity: true)
        (textEnd, failure, hasLongNumbers) = (0, nil, nil)
        guard tape.count > 1 else { return .malformed }
        let view = unsafe View(tape: tape, strings: strings, source: source)
        unsafe element(view, 1, room: levels, parent: .other, own: .other)
        if let failure { return failure }
        document.isPlain = unsafe source.map { unsafe !Self.hasBackslash($0) } ?? false
        document.text.removeAll(keepingCapacity: true)
        unsafe document.text.append(contentsOf: UnsafeBufferPointer(start: strings, count: textEnd))
        return .done
    }

    /// What the pass reads.
    @unsafe
    private struct View {
        var tape: UnsafeBufferPointer<UInt64>
        var strings: UnsafePointer<UInt8>
        var source: UnsafeBufferPointer<UInt8>?

        func kind(_ at: Int) -> UInt8 { unsafe UInt8(truncatingIfNeeded: tape[at] >> 56) }
        func payload(_ at: Int) -> UInt64 { unsafe tape[at] & 0x00ff_ffff_ffff_ffff }

        /// Where a string's UTF-8 stands in the buffer.
        func string(_ at: Int) -> (start: Int, count: Int) {
            let offset = unsafe Int(payload(at))
            let length = unsafe UnsafeRawPointer(strings + offset).loadUnaligned(as: UInt32.self)
            return (offset + 4, Int(length))
        }

        /// The word after an element.
        func next(_ at: Int) -> Int {
            switch unsafe kind(at) {
            case UInt8(ascii: "{"), UInt8(ascii: "["): unsafe Int(payload(at) & 0xffff_ffff)
            case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"), Extra.bigInteger, Extra.exact: at + 2
            default: at + 1
            }
        }
    }

    /// Names that decide about nulls.
    private enum Name { case traits, identifiers, listed, other }

    private mutating func element(
        _ view: View,
        _ at: Int,
        room: Int,
        parent: Name,
        own: Name
    ) {
        switch unsafe view.kind(at) {
        case UInt8(ascii: "{"): unsafe object(view, at, room: room, own: own)
        case UInt8(ascii: "["): unsafe array(view, at, room: room, dropsNulls: parent == .identifiers || own == .listed)
        case UInt8(ascii: "\""):
            let (start, count) = unsafe view.string(at)
            text(start, count)
        case UInt8(ascii: "t"): nodes.append(JSONNode(.yes))
        case UInt8(ascii: "f"): nodes.append(JSONNode(.no))
        case UInt8(ascii: "n"): nodes.append(JSONNode(.null))
        default: unsafe number(view, at)
        }
    }

    private mutating func array(_ view: View, _ at: Int, room: Int, dropsNulls: Bool) {
        guard room > 0 else { return fail(.malformed) }
        let slot = nodes.count
        nodes.append(JSONNode(.array))
        let end = unsafe view.next(at) - 1
        var (item, count) = (at + 1, UInt32(0))
        while item < end, failure == nil {
            if unsafe !dropsNulls || view.kind(item) != UInt8(ascii: "n") {
                unsafe element(view, item, room: room - 1, parent: .other, own: .other)
                count += 1
            }
            item = unsafe view.next(item)
        }
        nodes[slot] = JSONNode(.array, count: count, payload: UInt64(nodes.count))
    }

    private mutating func object(_ view: View, _ at: Int, room: Int, own: Name) {
        guard room > 0 else { return fail(.malformed) }
        let slot = nodes.count
        nodes.append(JSONNode(.object))
        let base = members.count
        let end = unsafe view.next(at) - 1
        var item = at + 1
        while item < end {
            let (start, count) = unsafe view.string(item)
            members.append(Member(start: start, count: count, value: item + 1))
            item = unsafe view.next(item + 1)
        }
        let hasRepeated = unsafe sort(from: base, view.strings)
        let top = members.count
        var count: UInt32 = 0
        for index in base..<top where failure == nil {
            let member = members[index]
            // Of repeated names, which now stand together, the last one counts.
            if hasRepeated, index + 1 < top {
                if unsafe Self.order(member, members[index + 1], view.strings) == nil { continue }
            }
            let kind = unsafe view.kind(member.value)
            if own != .traits && kind == UInt8(ascii: "n") { continue }
            text(member.start, member.count)
            let isContainer = kind == UInt8(ascii: "{") || kind == UInt8(ascii: "[")
            let name = unsafe isContainer ? Self.name(member, view.strings) : .other
            unsafe element(view, member.value, room: room - 1, parent: own, own: name)
            count += 1
        }
        members.removeLast(members.count - base)
        nodes[slot] = JSONNode(.object, count: count, payload: UInt64(nodes.count))
    }

    private mutating func number(_ view: View, _ at: Int) {
        guard unsafe view.kind(at) != Extra.beyond else { return fail(.malformed) }
        let bits = unsafe view.tape[at + 1]
        switch unsafe view.kind(at) {
        case UInt8(ascii: "l"):
            let value = Int64(bitPattern: bits)
            nodes.append(
                value == .min ? JSONNode(.bigInteger, payload: Double(value).bitPattern) : JSONNode(.int, payload: bits)
            )
        case UInt8(ascii: "u"): nodes.append(JSONNode(.bigInteger, payload: Double(bits).bitPattern))
        case Extra.bigInteger: nodes.append(JSONNode(.bigInteger, payload: bits))
        case Extra.exact: nodes.append(JSONNode(.double, payload: bits))
        case UInt8(ascii: "d"):
            let value = Double(bitPattern: bits)
            guard value.rounded(.towardZero) == value, value.magnitude <= 0x1p63 else {
                return nodes.append(JSONNode(.double, payload: bits))
            }
            // Whole. Its digits tell whether the number was, too, and of large ones, which it was.
            if unsafe value.magnitude >= 0x1p53 || hasLongNumber(view) { return fail(.undecided) }
            nodes.append(JSONNode(.int, payload: UInt64(bitPattern: Int64(value))))
        default: fail(.malformed)
        }
    }

    private mutating func text(_ start: Int, _ count: Int) {
        nodes.append(JSONNode(.string, count: UInt32(truncatingIfNeeded: count), payload: UInt64(start)))
        textEnd = max(textEnd, start + count)
    }

    /// Without one no text of the document needs escapes.
    private static func hasBackslash(_ source: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = source.baseAddress else { return false }
        return unsafe memchr(start, 0x5c, source.count) != nil
    }

    private mutating func fail(_ verdict: Verdict) {
        if failure == nil { failure = verdict }
    }

    /// Whether some number (or text) has 16 digits or more in a row: with fewer, a whole double is a whole number.
    private mutating func hasLongNumber(_ view: View) -> Bool {
        if let hasLongNumbers { return hasLongNumbers }
        var found = false
        if let source = unsafe view.source {
            // A run that long covers one of every 16 bytes.
            var at = 15
            while at < source.count, !found {
                if unsafe Self.isDigit(source[at]) {
                    var (start, end) = (at, at + 1)
                    while start > 0, unsafe Self.isDigit(source[start - 1]) { start -= 1 }
                    while end < source.count, unsafe Self.isDigit(source[end]) { end += 1 }
                    found = end - start >= 16
                    at = end | 15
                } else {
                    at += 16
                }
            }
        }
        hasLongNumbers = found
        return found
    }

    /// A digit, or the point between digits.
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 || byte == 0x2e }
}

extension TapePass {
    /// By the UTF-16 units of the names; repeated ones, of which it tells, in their order.
    private mutating func sort(from base: Int, _ strings: UnsafePointer<UInt8>) -> Bool {
        var hasRepeated = false
        guard members.count - base <= 24 else {
            members[base...].sort { a, b in
                unsafe Self.order(a, b, strings) ?? (a.value < b.value)
            }
            return true
        }
        var index = base + 1
        while index < members.count {
            let member = members[index]
            var hole = index
            while hole > base {
                guard let isBefore = unsafe Self.order(member, members[hole - 1], strings) else {
                    hasRepeated = true
                    break
                }
                guard isBefore else { break }
                members[hole] = members[hole - 1]
                hole -= 1
            }
            if hole != index { members[hole] = member }
            index += 1
        }
        return hasRepeated
    }

    /// Whether `a` comes before `b`; nil when they are equal.
    private static func order(_ a: Member, _ b: Member, _ strings: UnsafePointer<UInt8>) -> Bool? {
        let (x, y) = unsafe (strings + a.start, strings + b.start)
        for index in 0..<min(a.count, b.count) {
            let (p, q) = unsafe (x[index], y[index])
            if p != q { return unitOrder(p) < unitOrder(q) }
        }
        return a.count == b.count ? nil : a.count < b.count
    }

    /// UTF-8 sorts as UTF-16 does, but for what needs surrogates: those (lead bytes from F0 on) come before U+E000
    /// (EE, EF).
    private static func unitOrder(_ byte: UInt8) -> UInt8 {
        byte < 0xee ? byte : byte >= 0xf0 ? byte - 2 : byte + 10
    }

    private static func name(_ member: Member, _ strings: UnsafePointer<UInt8>) -> Name {
        guard member.count >= 5, member.count <= 15 else { return .other }
        let bytes = unsafe UnsafeBufferPointer(start: strings + member.start, count: member.count)
        switch unsafe bytes[0] {
        case UInt8(ascii: "t"): return unsafe bytes.elementsEqual("traits".utf8) ? .traits : .other
        case UInt8(ascii: "i"): return unsafe bytes.elementsEqual("identifiers".utf8) ? .identifiers : .other
        case UInt8(ascii: "a"), UInt8(ascii: "c"), UInt8(ascii: "e"), UInt8(ascii: "o"), UInt8(ascii: "p"),
            UInt8(ascii: "r"), UInt8(ascii: "s"), UInt8(ascii: "u"):
            for name in listed where unsafe bytes.elementsEqual(name) { return .listed }
            return .other
        default: return .other
        }
    }

    /// Whose lists are lists of identifiers, as are all those directly in `identifiers`.
    private static let listed: [[UInt8]] = [
        "order_id", "parcel_id", "return_id", "subscription_id", "conversation_id", "case_id", "call_id",
        "email", "phone", "userId", "anonymousId", "previousId", "externalIds", "externalId",
    ].map { Array($0.utf8) }
}
