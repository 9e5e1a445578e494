// SPDX-License-Identifier: Apache-2.0
public import Digests
internal import JSONTape

/// Writes JSON straight into a byte buffer. Numbers as ECMAScript prints them; integers in full.
///
/// Commas are the writer's business: call `key`, values and the brackets in the order in which they shall stand.
public struct JSONWriter: Sendable {
    public var bytes: [UInt8]
    private var needsComma = false

    public init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    public mutating func beginObject() { open(0x7b) }
    public mutating func endObject() { close(0x7d) }
    public mutating func beginArray() { open(0x5b) }
    public mutating func endArray() { close(0x5d) }

    public mutating func key(_ name: String) {
        separate()
        quoted(name)
        bytes.append(0x3a)
        needsComma = false
    }

    /// A key that the program names: it needs no escapes.
    public mutating func member(_ name: StaticString) {
        if needsComma { bytes.append(0x2c) }
        bytes.append(0x22)
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(0x22)
        bytes.append(0x3a)
        needsComma = false
    }

    public mutating func string(_ text: String) {
        separate()
        quoted(text)
    }

    /// The 32 digits of a hash.
    public mutating func hex(_ hash: Hash128) {
        separate()
        bytes.append(0x22)
        hash.appendHex(to: &bytes)
        bytes.append(0x22)
    }

    /// RFC 3339, as `EventTime.format` gives it.
    public mutating func time(_ ms: Int64) {
        separate()
        bytes.append(0x22)
        EventTime.append(ms, to: &bytes)
        bytes.append(0x22)
    }

    public mutating func int(_ value: Int64) {
        separate()
        CanonicalNumber.append(value, to: &bytes)
    }

    public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }
    public mutating func null() { literal("null") }

    private mutating func literal(_ text: StaticString) {
        separate()
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    public mutating func double(_ value: Double) {
        separate()
        CanonicalNumber.append(value, to: &bytes)
    }

    /// Text that is JSON already.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
    }

    public mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    public mutating func value(_ value: Value) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .int(let number): int(number)
        case .double(let number): double(number)
        case .string(let text): string(text)
        case .array(let items):
            beginArray()
            for item in items { self.value(item) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2c) }
        needsComma = true
    }

    private mutating func quoted(_ text: String) {
        bytes.append(0x22)
        var text = text
        text.withUTF8 { utf8 in
            // Most texts need no escapes.
            var needsEscapes = false
            for byte in utf8 where byte < 0x20 || byte == 0x22 || byte == 0x5c { needsEscapes = true }
            if needsEscapes {
                for byte in utf8 { escaped(byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
        bytes.append(0x22)
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case 0x22: bytes.append(contentsOf: [0x5c, 0x22])
        case 0x5c: bytes.append(contentsOf: [0x5c, 0x5c])
        case 0x0a: bytes.append(contentsOf: [0x5c, 0x6e])
        case 0x0d: bytes.append(contentsOf: [0x5c, 0x72])
        case 0x09: bytes.append(contentsOf: [0x5c, 0x74])
        case 0x08: bytes.append(contentsOf: [0x5c, 0x62])
        case 0x0c: bytes.append(contentsOf: [0x5c, 0x66])
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: [0x5c, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        default: bytes.append(byte)
        }
    }
}
