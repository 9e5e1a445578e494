// SPDX-License-Identifier: Apache-2.0

/// The name of a property in packed records: FNV-1a of its UTF-8, 32 bits. `tabiji check` refuses two configured
/// names that share one.
public struct PropertyID: Codable, Hashable, Sendable {
    public let raw: UInt32

    public init(_ name: String) { raw = fnv1a(name) }
    public init(raw: UInt32) { self.raw = raw }
}

/// 32-bit FNV-1a of a text's UTF-8.
func fnv1a(_ text: String) -> UInt32 {
    text.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
}

/// An event's properties that stage models, rules and profiles read, by id.
public struct PackedProperties: Sendable, Equatable {
    /// Few (a handful an event), so a linear look is the fastest.
    public var entries: [Entry]

    public struct Entry: Sendable, Equatable {
        public var id: PropertyID
        public var value: Value
    }

    public init(entries: [Entry] = []) { self.entries = entries }

    /// From named members; null ones are absent.
    public init(_ members: [Value.Member]) {
        entries = members.compactMap { $0.value == .null ? nil : Entry(id: PropertyID($0.name), value: $0.value) }
    }

    public subscript(id: PropertyID) -> Value? {
        for entry in entries where entry.id == id { return entry.value }
        return nil
    }
}

extension ByteWriter {
    public mutating func properties(_ properties: PackedProperties) {
        count(properties.entries.count)
        for entry in properties.entries {
            word32(entry.id.raw)
            value(entry.value)
        }
    }
}

extension ByteReader {
    public mutating func properties() throws(PackedError) -> PackedProperties {
        var entries: [PackedProperties.Entry] = []
        let count = try count()
        entries.reserveCapacity(min(count, 64))
        for _ in 0..<count {
            let id = PropertyID(raw: try word32())
            entries.append(.init(id: id, value: try value()))
        }
        return PackedProperties(entries: entries)
    }
}
