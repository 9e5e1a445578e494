// SPDX-License-Identifier: Apache-2.0

/// Which keys a `Decodable` type knows: found by letting the type decode nothing and noting what it asks for.
///
/// A type that needs a value that cannot be made up (by `decode`, not `decodeIfPresent`) ends the search in it.
public indirect enum YAMLShape: Sendable, Equatable {
    /// One scalar.
    case value
    case list(YAMLShape)
    case mapping([String: YAMLShape])
    /// A dictionary: any key.
    case anyKey(YAMLShape)

    /// The keys that a type asks for.
    public init<T: Decodable>(of type: T.Type) {
        self = ShapeProbe(ancestors: []).explore(type).shape
    }

    /// The paths of all keys: `limits`, `limits.event_bytes`, `formats.*`, `types[].group`; in order.
    public var keyPaths: [String] {
        switch self {
        case .value: []
        case .list(let element): element.keyPaths.map { "[].\($0)" }.map(Self.tidied)
        case .anyKey(let value): ["*"] + value.keyPaths.map { "*.\($0)" }.map(Self.tidied)
        case .mapping(let keys):
            keys.sorted { $0.key < $1.key }.flatMap { key, shape in
                [key] + shape.keyPaths.map { "\(key).\($0)" }.map(Self.tidied)
            }
        }
    }

    private static func tidied(_ path: String) -> String { path.split(separator: ".[]").joined(separator: "[]") }
}

/// A decoder that has no values: it answers with stand-ins and notes the questions.
final class ShapeProbe: Decoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    fileprivate var keys: [String: YAMLShape] = [:]
    fileprivate var element: YAMLShape?
    private let ancestors: [ObjectIdentifier]
    /// What stands there, for types that read a text of their own.
    fileprivate let text: String

    /// Texts that such types take: any, a duration, a size, a reference.
    private static let texts = ["", "1s", "1KiB", "env:NAME"]

    init(ancestors: [ObjectIdentifier], text: String = "") {
        self.ancestors = ancestors
        self.text = text
    }

    /// The shape of a type, and a value of it where one can be made up.
    func explore<T: Decodable>(_ type: T.Type) -> (value: T?, shape: YAMLShape) {
        if let scalar = type as? any ScalarValue.Type { return (scalar.standIn as? T, .value) }
        if let collection = type as? any CollectionValue.Type {
            let inner = explore(anyType: collection.elementType)
            return (collection.init() as? T, collection.hasKeys ? .anyKey(inner) : .list(inner))
        }
        guard !ancestors.contains(ObjectIdentifier(type)) else { return (nil, .value) }
        var probe = self
        for text in Self.texts {
            probe = ShapeProbe(ancestors: ancestors + [ObjectIdentifier(type)], text: text)
            if let value = try? T(from: probe) { return (value, probe.shape) }
        }
        return (DecodingRun.simpleStandIn(type), probe.shape)
    }

    private func explore(anyType: any Decodable.Type) -> YAMLShape {
        func open<T: Decodable>(_ type: T.Type) -> YAMLShape { explore(type).shape }
        return open(anyType)
    }

    private var shape: YAMLShape {
        if let element { return .list(element) }
        return keys.isEmpty ? .value : .mapping(keys)
    }

    fileprivate func require<T: Decodable>(_ type: T.Type) throws -> T {
        guard let value = explore(type).value else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "\(type) cannot be made up"))
        }
        return value
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ProbedKeys<Key>(probe: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { ProbedElements(probe: self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { ProbedValue(probe: self) }
}

private struct ProbedKeys<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let probe: ShapeProbe
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool {
        note(key, .value)
        return true
    }

    /// So that `decodeIfPresent` ends in defaults.
    func decodeNil(forKey key: Key) -> Bool {
        note(key, .value)
        return true
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        note(key, probe.explore(type).shape)
        return try probe.require(type)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) -> T? {
        note(key, probe.explore(type).shape)
        return nil
    }

    func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) throws -> KeyedDecodingContainer<N> {
        throw none
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw none }
    func superDecoder() throws -> any Decoder { probe }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw none }

    private var none: DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "nothing is nested here"))
    }

    private func note(_ key: Key, _ shape: YAMLShape) {
        if shape != .value || probe.keys[key.stringValue] == nil { probe.keys[key.stringValue] = shape }
    }
}

private struct ProbedElements: UnkeyedDecodingContainer {
    let probe: ShapeProbe
    let codingPath: [any CodingKey] = []
    let count: Int? = nil
    private(set) var currentIndex = 0

    init(probe: ShapeProbe) { self.probe = probe }

    /// One element is enough to know the type.
    var isAtEnd: Bool { currentIndex > 0 }

    mutating func decodeNil() -> Bool { false }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        currentIndex += 1
        probe.element = probe.explore(type).shape
        return try probe.require(type)
    }

    mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> { throw none }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw none }
    mutating func superDecoder() throws -> any Decoder { throw none }

    private var none: DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "nothing is nested here"))
    }
}

private struct ProbedValue: SingleValueDecodingContainer {
    let probe: ShapeProbe
    let codingPath: [any CodingKey] = []

    func decodeNil() -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let text = probe.text as? T { return text }
        switch probe.explore(type).shape {
        case .mapping(let keys): probe.keys.merge(keys) { $1 }
        case .list(let element): probe.element = element
        case .value, .anyKey: break
        }
        return try probe.require(type)
    }
}
