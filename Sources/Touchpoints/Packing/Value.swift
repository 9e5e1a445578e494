// SPDX-License-Identifier: Apache-2.0

/// A JSON value as an event carries it, packed or not. Whole numbers up to 2^63 − 1 are `int`, whatever their spelling.
public enum Value: Codable, Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([Value])
    /// Members in the order of their names' bytes; each name once.
    case object([Member])

    public struct Member: Codable, Sendable, Hashable {
        public var name: String
        public var value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The member of an object, by its bytes; nil when there is none.
    public subscript(name: String) -> Value? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

extension ByteWriter {
    public mutating func value(_ value: Value) {
        switch value {
        case .null: byte(0)
        case .bool(let flag): byte(flag ? 2 : 1)
        case .int(let number):
            byte(3)
            signed(number)
        case .double(let number):
            byte(4)
            word64(number.bitPattern)
        case .string(let text):
            byte(5)
            self.text(text)
        case .array(let items):
            byte(6)
            count(items.count)
            for item in items { self.value(item) }
        case .object(let members):
            byte(7)
            count(members.count)
            for member in members {
                text(member.name)
                self.value(member.value)
            }
        }
    }
}

extension ByteReader {
    /// - Parameter room: how many levels deep it may be.
    public mutating func value(room: Int = 130) throws(PackedError) -> Value {
        guard room > 0 else { throw .malformed }
        switch try byte() {
        case 0: return .null
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return .int(try signed())
        case 4: return .double(Double(bitPattern: try word64()))
        case 5: return .string(try text())
        case 6:
            var items: [Value] = []
            for _ in 0..<(try count()) { items.append(try value(room: room - 1)) }
            return .array(items)
        case 7:
            var members: [Value.Member] = []
            for _ in 0..<(try count()) {
                let name = try text()
                members.append(.init(name, try value(room: room - 1)))
            }
            return .object(members)
        default: throw .malformed
        }
    }
}
