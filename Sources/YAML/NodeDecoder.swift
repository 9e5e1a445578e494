// SPDX-License-Identifier: Apache-2.0

/// The standard library's decoder over one node.
struct NodeDecoder: Decoder {
    let run: DecodingRun
    let node: YAMLNode
    let path: YAMLPath

    var codingPath: [any CodingKey] { path.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try KeyedNodes<Key>(run: run, node: node, path: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try UnkeyedNodes(run: run, node: node, path: path)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleNode(run: run, node: node, path: path)
    }
}

private struct KeyedNodes<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let run: DecodingRun
    let path: YAMLPath
    private let node: YAMLNode
    private let values: [String: YAMLNode]

    init(run: DecodingRun, node: YAMLNode, path: YAMLPath) throws {
        guard let entries = node.entries else { throw run.mismatch("expected a mapping", node, path) }
        self.run = run
        self.node = node
        self.path = path
        values = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        run.opened(path) { Key(stringValue: $0) != nil }
    }

    var codingPath: [any CodingKey] { path.codingPath }

    var allKeys: [Key] {
        run.askedForAll(at: path)
        return node.entries?.compactMap { Key(stringValue: $0.key) } ?? []
    }

    /// False also for what is passed over, so that `decodeIfPresent` leaves the default.
    func contains(_ key: Key) -> Bool {
        run.asked(key.stringValue, at: path)
        return values[key.stringValue] != nil && !run.passedOver.contains(place(key))
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        run.asked(key.stringValue, at: path)
        return values[key.stringValue]?.isNull ?? true
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if run.passedOver.contains(place(key)) { return try run.standIn(type, at: place(key)) }
        return try run.value(type, of: try child(key), at: place(key))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Nested>
    {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { NodeDecoder(run: run, node: node, path: path) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func place(_ key: Key) -> YAMLPath { path.appending(.key(key.stringValue)) }

    private func decoder(_ key: Key) throws -> NodeDecoder {
        NodeDecoder(run: run, node: try child(key), path: place(key))
    }

    private func child(_ key: Key) throws -> YAMLNode {
        run.asked(key.stringValue, at: path)
        guard let child = values[key.stringValue] else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
        }
        return child
    }
}

private struct UnkeyedNodes: UnkeyedDecodingContainer {
    let run: DecodingRun
    let path: YAMLPath
    private let elements: [YAMLNode]
    private(set) var currentIndex = 0

    init(run: DecodingRun, node: YAMLNode, path: YAMLPath) throws {
        guard let elements = node.elements else { throw run.mismatch("expected a list", node, path) }
        self.run = run
        self.path = path
        self.elements = elements
    }

    var codingPath: [any CodingKey] { path.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let decoder = try decoder()
        let value = try run.value(type, of: decoder.node, at: decoder.path)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested>
    {
        let container = try decoder().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try decoder().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try decoder()
        currentIndex += 1
        return decoder
    }

    private func decoder() throws -> NodeDecoder {
        guard !isAtEnd else {
            let message = "expected more than \(elements.count) elements"
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: message))
        }
        return NodeDecoder(run: run, node: elements[currentIndex], path: path.appending(.index(currentIndex)))
    }
}

private struct SingleNode: SingleValueDecodingContainer {
    let run: DecodingRun
    let node: YAMLNode
    let path: YAMLPath

    var codingPath: [any CodingKey] { path.codingPath }

    func decodeNil() -> Bool { node.isNull }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try run.value(type, of: node, at: path) }
}
