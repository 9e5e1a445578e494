// SPDX-License-Identifier: Apache-2.0

/// The slow parser: RFC 8259 to the letter, except that lone surrogates become U+FFFD. It reads every digit, and
/// writes the tape that
/// `TapePass` reads. It does not recurse, so depth costs memory, not stack.
struct StrictParser {
    private(set) var tape: [UInt64] = []
    /// Each a length of four bytes and its UTF-8.
    private(set) var strings: [UInt8] = []

    private let bytes: [UInt8]
    private var at: Int
    private let end: Int
    /// Where the open objects and arrays stand on the tape.
    private var open: [Int] = []

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        (at, end) = (range.lowerBound, range.upperBound)
        strings.reserveCapacity(range.count + 64)
    }

    /// Whether it is one JSON value, and nothing else.
    mutating func parse() -> Bool {
        guard String(validating: bytes[at..<end], as: UTF8.self) != nil else { return false }
        // So that there is a buffer, even when nothing is a string.
        strings.append(0)
        word("r")
        repeat {
            guard value() else { return false }
        } while !open.isEmpty
        skipSpace()
        word("r")
        return at == end
    }

    /// One value, or the begin of one; then whatever closes after it, up to where the next value begins.
    private mutating func value() -> Bool {
        skipSpace()
        guard let byte = peek() else { return false }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            at += 1
            open.append(tape.count)
            tape.append(UInt64(byte) << 56)
            skipSpace()
            if peek() == Self.closing(byte) { return close() && after() }
            return byte == UInt8(ascii: "[") || name()
        case UInt8(ascii: "\""): return string() && after()
        case UInt8(ascii: "t"): return literal("true") && after()
        case UInt8(ascii: "f"): return literal("false") && after()
        case UInt8(ascii: "n"): return literal("null") && after()
        default: return number() && after()
        }
    }

    /// After a value: a comma (and the next name), or ends.
    private mutating func after() -> Bool {
        while let container = open.last {
            skipSpace()
            guard let byte = peek() else { return false }
            let kind = UInt8(truncatingIfNeeded: tape[container] >> 56)
            if byte == UInt8(ascii: ",") {
                at += 1
                return kind == UInt8(ascii: "[") || name()
            }
            guard byte == Self.closing(kind), close() else { return false }
        }
        return true
    }

    /// A member's name and its colon.
    private mutating func name() -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: "\""), string() else { return false }
        skipSpace()
        guard peek() == UInt8(ascii: ":") else { return false }
        at += 1
        return true
    }

    private mutating func close() -> Bool {
        guard let container = open.popLast(), let byte = peek() else { return false }
        at += 1
        tape.append(UInt64(byte) << 56 | UInt64(container))
        guard tape.count <= Int(UInt32.max) else { return false }
        tape[container] |= UInt64(tape.count)
        return true
    }

    private static func closing(_ byte: UInt8) -> UInt8 {
        byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    private mutating func literal(_ text: StaticString) -> Bool {
        let expected = Array(text.description.utf8)
        guard end - at >= expected.count, bytes[at..<at + expected.count].elementsEqual(expected) else { return false }
        tape.append(UInt64(bytes[at]) << 56)
        at += expected.count
        return true
    }

    private mutating func number() -> Bool {
        guard let (number, length) = NumberText.read(bytes, at, end) else { return false }
        at += length
        switch number {
        case .int(let value):
            word("l")
            tape.append(UInt64(bitPattern: value))
        case .bigInteger(let value):
            tape.append(UInt64(TapePass.Extra.bigInteger) << 56)
            tape.append(value.bitPattern)
        case .double(let value):
            tape.append(UInt64(TapePass.Extra.exact) << 56)
            tape.append(value.bitPattern)
        case .beyond: tape.append(UInt64(TapePass.Extra.beyond) << 56)
        }
        return true
    }

    private mutating func word(_ kind: Unicode.Scalar) {
        tape.append(UInt64(kind.value) << 56)
    }

    private func peek() -> UInt8? { at < end ? bytes[at] : nil }

    private mutating func skipSpace() {
        while at < end, bytes[at] == 0x20 || bytes[at] == 0x0a || bytes[at] == 0x0d || bytes[at] == 0x09 { at += 1 }
    }
}

extension StrictParser {
    private mutating func string() -> Bool {
        at += 1
        tape.append(UInt64(UInt8(ascii: "\"")) << 56 | UInt64(strings.count))
        let slot = strings.count
        strings.append(contentsOf: [0, 0, 0, 0])
        while at < end {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                let count = UInt32(truncatingIfNeeded: strings.count - slot - 4)
                for index in 0..<4 { strings[slot + index] = UInt8(truncatingIfNeeded: count >> UInt32(8 * index)) }
                return true
            case UInt8(ascii: "\\"): guard escape() else { return false }
            case 0..<0x20: return false
            default: strings.append(byte)
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let byte = peek() else { return false }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): strings.append(byte)
        case UInt8(ascii: "b"): strings.append(0x08)
        case UInt8(ascii: "f"): strings.append(0x0c)
        case UInt8(ascii: "n"): strings.append(0x0a)
        case UInt8(ascii: "r"): strings.append(0x0d)
        case UInt8(ascii: "t"): strings.append(0x09)
        case UInt8(ascii: "u"): return unit()
        default: return false
        }
        return true
    }

    /// What stands after `\u`; of a pair of surrogates, both.
    private mutating func unit() -> Bool {
        guard let first = hex(at) else { return false }
        at += 4
        var code = first
        if first & 0xfc00 == 0xd800, at + 1 < end, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u"),
            let second = hex(at + 2), second & 0xfc00 == 0xdc00
        {
            at += 6
            code = 0x10000 + (first & 0x3ff) << 10 + second & 0x3ff
        }
        strings.append(contentsOf: Character(Unicode.Scalar(code) ?? "\u{fffd}").utf8)
        return true
    }

    private func hex(_ start: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + 4] {
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 97...102: value = value << 4 | UInt32(byte - 87)
            case 65...70: value = value << 4 | UInt32(byte - 55)
            default: return nil
            }
        }
        return value
    }
}
