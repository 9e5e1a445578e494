// SPDX-License-Identifier: Apache-2.0
import Touchpoints

/// Reads JSON that is known to be well formed; whole numbers are integers, members are sorted by name.
struct JSONText {
    private var bytes: ArraySlice<UInt8>

    static func read(_ text: String) -> Value {
        var reader = JSONText(bytes: Array(text.utf8)[...])
        return reader.value()
    }

    private mutating func blank() {
        while let byte = bytes.first, byte == 32 || byte == 10 || byte == 13 || byte == 9 { bytes.removeFirst() }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        blank()
        guard bytes.first == byte else { return false }
        bytes.removeFirst()
        return true
    }

    private mutating func value() -> Value {
        blank()
        switch bytes.first {
        case 0x7b: return object()
        case 0x5b: return array()
        case 0x22: return .string(string())
        case 0x74:
            bytes.removeFirst(4)
            return .bool(true)
        case 0x66:
            bytes.removeFirst(5)
            return .bool(false)
        case 0x6e:
            bytes.removeFirst(4)
            return .null
        default:
            let digits = bytes.prefix { "+-.eE0123456789".utf8.contains($0) }
            bytes.removeFirst(digits.count)
            return Self.number(String(decoding: digits, as: UTF8.self))
        }
    }

    static func number(_ text: String) -> Value {
        if let whole = Int64(text) { return .int(whole) }
        let double = Double(text) ?? .nan
        return Int64(exactly: double).map(Value.int) ?? .double(double)
    }

    private mutating func object() -> Value {
        var members: [Value.Member] = []
        _ = take(0x7b)
        while !take(0x7d) {
            _ = take(0x2c)
            blank()
            let name = string()
            _ = take(0x3a)
            members.append(.init(name, value()))
        }
        return .sortedObject(members)
    }

    private mutating func array() -> Value {
        var items: [Value] = []
        _ = take(0x5b)
        while !take(0x5d) {
            _ = take(0x2c)
            items.append(value())
        }
        return .array(items)
    }

    private mutating func string() -> String {
        var units: [UInt8] = []
        bytes.removeFirst()
        while let byte = bytes.popFirst(), byte != 0x22 {
            guard byte == 0x5c else {
                units.append(byte)
                continue
            }
            switch bytes.popFirst() {
            case 0x6e: units.append(10)
            case 0x74: units.append(9)
            case 0x72: units.append(13)
            case 0x75:
                let digits = String(decoding: bytes.prefix(4), as: UTF8.self)
                bytes.removeFirst(4)
                let scalar = UInt32(digits, radix: 16).flatMap { Unicode.Scalar($0) } ?? "?"
                units += Array(String(Character(scalar)).utf8)
            case let other?: units.append(other)
            case nil: break
            }
        }
        return String(decoding: units, as: UTF8.self)
    }
}

extension Value {
    static func sortedObject(_ members: [Member]) -> Value {
        .object(members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
    }

    static func sortedObject(_ members: KeyValuePairs<String, Value>) -> Value {
        sortedObject(members.map { Member($0, $1) })
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var int: Int64? { if case .int(let number) = self { number } else { nil } }
    var items: [Value] { if case .array(let items) = self { items } else { [] } }
    var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// Where two values first differ, for people; nil when they are equal.
    func difference(from expected: Value, at path: String = "$") -> String? {
        switch (self, expected) {
        case (.array(let found), .array(let wanted)):
            for (index, pair) in zip(found, wanted).enumerated() {
                if let difference = pair.0.difference(from: pair.1, at: "\(path)[\(index)]") { return difference }
            }
            if found.count == wanted.count { return nil }
            let surplus = found.count > wanted.count ? found[wanted.count] : wanted[found.count]
            return "\(path): \(found.count) items, expected \(wanted.count); the first other one is \(surplus.json)"
        case (.object(let found), .object(let wanted)):
            for name in Set((found + wanted).map(\.name)).sorted() {
                let (a, b) = (self[name] ?? .string("(absent)"), expected[name] ?? .string("(absent)"))
                if let difference = a.difference(from: b, at: "\(path).\(name)") { return difference }
            }
            return nil
        default: return self == expected ? nil : "\(path): \(json), expected \(expected.json)"
        }
    }

    var json: String {
        var w = JSONWriter()
        w.value(self)
        return String(decoding: w.bytes, as: UTF8.self)
    }
}
