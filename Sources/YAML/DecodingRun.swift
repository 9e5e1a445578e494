// SPDX-License-Identifier: Apache-2.0

/// What the runs over one document share: what is passed over, and which keys were asked for.
final class DecodingRun {
    /// What one mapping's decoding asked for.
    private struct KeyUse {
        var asked: Set<String> = []
        var takesAny = false
        /// The type was decoded to its end, so what it did not ask for it does not know.
        var isComplete = false
        /// Whether one of the key types has a name at all.
        var accepts: [(String) -> Bool] = []
    }

    private(set) var passedOver: Set<YAMLPath> = []
    private var uses: [YAMLPath: KeyUse] = [:]
    private let root: YAMLNode

    init(root: YAMLNode) { self.root = root }

    /// Passes over a path, or over the nearest one above it that is not passed over yet; false when that would be the root.
    func passOver(_ path: YAMLPath) -> Bool {
        var path = path
        while passedOver.contains(path) {
            guard !path.steps.isEmpty else { return false }
            path = path.parent
        }
        passedOver.insert(path)
        return !path.steps.isEmpty
    }

    func opened(_ path: YAMLPath, accepts: @escaping (String) -> Bool) {
        uses[path, default: KeyUse()].accepts.append(accepts)
    }
    func asked(_ key: String, at path: YAMLPath) { uses[path, default: KeyUse()].asked.insert(key) }
    func askedForAll(at path: YAMLPath) { uses[path, default: KeyUse()].takesAny = true }

    /// The keys that nobody asked for, each with the nearest one that was.
    func unknownKeys() -> [YAMLMistake] {
        var mistakes: [YAMLMistake] = []
        for (path, use) in uses where !use.takesAny {
            for entry in root.node(at: path)?.entries ?? [] where !use.asked.contains(entry.key) {
                guard use.isComplete || !use.accepts.contains(where: { $0(entry.key) }) else { continue }
                let known = use.asked.sorted()
                let nearest = NearestName.of(entry.key, among: known)
                let advice = nearest.map { "did you mean “\($0)”?" } ?? "known here: \(known.joined(separator: ", "))"
                let message = "expected a known key, found “\(entry.key)”; \(advice)"
                mistakes.append(
                    YAMLMistake(mark: entry.keyMark, path: path.appending(.key(entry.key)), message: message)
                )
            }
        }
        return mistakes
    }

    /// Decodes any type from a node.
    func value<T: Decodable>(_ type: T.Type, of node: YAMLNode, at path: YAMLPath) throws -> T {
        guard !passedOver.contains(path) else { return try standIn(type, at: path) }
        if let scalarType = type as? any ScalarValue.Type {
            return try scalar(scalarType, of: node, at: path, as: type)
        }
        if let collection = type as? any CollectionValue.Type {
            return try cast(collection.decoded(from: node, at: path, run: self), to: type, at: path)
        }
        if let names = Self.caseNames(type), let scalar = node.scalar, !names.contains(scalar.text) {
            throw mismatch("expected one of \(names.joined(separator: ", "))", node, path)
        }
        do {
            let value = try T(from: NodeDecoder(run: self, node: node, path: path))
            uses[path]?.isComplete = true
            return value
        } catch let error as DecodingError {
            throw error
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: path.codingPath, debugDescription: "\(error)"))
        }
    }

    /// Something of the type for what is passed over, so that the rest can be looked at.
    ///
    /// The result is never used.
    func standIn<T: Decodable>(_ type: T.Type, at path: YAMLPath) throws -> T {
        if let value = Self.simpleStandIn(type) ?? ShapeProbe(ancestors: []).explore(type).value { return value }
        throw DecodingError.dataCorrupted(.init(codingPath: path.codingPath, debugDescription: "expected \(type)"))
    }

    /// A stand-in that needs no decoding.
    static func simpleStandIn<T: Decodable>(_ type: T.Type) -> T? {
        if let scalar = type as? any ScalarValue.Type { return scalar.standIn as? T }
        if let collection = type as? any CollectionValue.Type { return collection.init() as? T }
        return (type as? any (CaseIterable & Decodable).Type).flatMap { first($0) as? T }
    }

    func mismatch(_ expected: String, _ node: YAMLNode, _ path: YAMLPath) -> DecodingError {
        DecodingError.dataCorrupted(
            .init(codingPath: path.codingPath, debugDescription: "\(expected), found \(node.summary)")
        )
    }

    private func scalar<S: ScalarValue, T>(_ scalarType: S.Type, of node: YAMLNode, at path: YAMLPath, as type: T.Type)
        throws -> T
    {
        guard let scalar = node.scalar, let value = S(scalar) else {
            throw mismatch("expected \(S.expectation)", node, path)
        }
        return try cast(value, to: type, at: path)
    }

    private func cast<T>(_ value: (any Decodable)?, to type: T.Type, at path: YAMLPath) throws -> T {
        guard let value = value as? T else {
            throw DecodingError.dataCorrupted(.init(codingPath: path.codingPath, debugDescription: "expected \(type)"))
        }
        return value
    }

    private static func first<C: CaseIterable & Decodable>(_ type: C.Type) -> (any Decodable)? { type.allCases.first }

    private static func caseNames<T>(_ type: T.Type) -> [String]? {
        func names<E: CaseIterable & RawRepresentable>(_ type: E.Type) -> [String]? {
            guard E.RawValue.self == String.self else { return nil }
            return type.allCases.map { "\($0.rawValue)" }
        }
        guard let cases = type as? any (CaseIterable & RawRepresentable).Type else { return nil }
        return names(cases)
    }
}

extension YAMLNode {
    /// What stands there, for messages.
    var summary: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar) where scalar.isNull: "nothing"
        case .scalar(let scalar): "“\(scalar.text.prefix(60))”"
        }
    }
}
