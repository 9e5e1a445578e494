// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import JSONTape

/// The configured namespaces, by what the decoder asks of them.
struct NamespaceTable: Sendable {
    struct Space: Sendable {
        var name: MemberName
        var id: NamespaceID
        var priority: Int
        var isUnique: Bool
        var isDevice: Bool
        var kind: IdentityRules.Kind
        var isReference: Bool
    }

    private let spaces: [Space]
    /// Indices of references, in their order.
    let references: [Int]

    init(_ rules: IdentityRules) {
        spaces = rules.namespaces.map { space in
            Space(
                name: MemberName(space.name),
                id: NamespaceID(space.name),
                priority: space.priority,
                isUnique: space.limit == 1 && !space.isReference,
                isDevice: space.isDevice,
                kind: space.isReference ? .text : space.kind,
                isReference: space.isReference
            )
        }
        references = spaces.indices.filter { [spaces] in spaces[$0].isReference }
    }

    subscript(index: Int) -> Space { spaces[index] }

    func index(of name: String) -> Int? {
        spaces.firstIndex { $0.name.bytes.elementsEqual(name.utf8) }
    }

    /// Of a namespace that an element names.
    func index(_ document: JSONDocument, _ element: Int) -> Int? {
        for index in spaces.indices where document.equals(element, spaces[index].name.bytes) { return index }
        return nil
    }

    /// By the hash of its name.
    func index(id: UInt32) -> Int? {
        for index in spaces.indices where spaces[index].name.id == id { return index }
        return nil
    }
}

/// What the vocabulary says of a type, ready to be used.
struct TypeTable: Sendable {
    enum Family: Sendable { case ordinary, broadcast, control }

    struct Rename: Sendable {
        var from: MemberName
        /// Index of the decoder's `givenNames`.
        var to: Int
    }

    struct Info: Sendable {
        var type: String
        var channel: String
        var family: Family
        var renames: [Rename]
    }

    private let infos: [String: Info]
    private let renamesOfAll: [Rename]

    init(_ vocabulary: Vocabulary, firstAlias: Int) {
        func renames(of type: String?) -> [Rename] {
            vocabulary.propertyAliases.enumerated().compactMap { index, alias in
                guard alias.type == nil || alias.type == type else { return nil }
                return Rename(from: MemberName(alias.from), to: firstAlias + index)
            }
        }
        func info(_ type: String) -> Info {
            let entry = vocabulary.entry(of: type)
            let family: Family =
                switch entry?.group {
                case "broadcast": .broadcast
                case "control": .control
                default: .ordinary
                }
            return Info(type: type, channel: entry?.channel ?? "web", family: family, renames: renames(of: type))
        }
        var infos: [String: Info] = [:]
        for entry in vocabulary.entries { infos[entry.type] = info(entry.type) }
        for alias in vocabulary.propertyAliases {
            if let type = alias.type, infos[type] == nil { infos[type] = info(type) }
        }
        for (alias, type) in vocabulary.aliases { infos[alias] = info(type) }
        self.infos = infos
        renamesOfAll = renames(of: nil)
    }

    /// Of a type's name, which may be an alias.
    func info(_ name: String) -> Info {
        infos[name] ?? Info(type: name, channel: "web", family: .ordinary, renames: renamesOfAll)
    }
}

/// Values that name nobody.
struct BlockList {
    private let texts: [(lower: String, bytes: [UInt8])]
    private let patterns: [Regex<AnyRegexOutput>]

    /// Patterns that cannot be read block nothing: the configuration's check refuses them.
    init(_ rules: IdentityRules) {
        texts = rules.blocked.map { text in
            let lower = SnakeCase.lowercased(text)
            return (lower, Array(lower.utf8))
        }
        patterns = rules.blockedPatterns.compactMap { try? Regex($0).matchingSemantics(.unicodeScalar) }
    }

    /// Whether a normalised value is blocked.
    func blocks(_ text: String) -> Bool {
        if text.isEmpty || text.utf8.allSatisfy({ $0 == 48 }) { return true }
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for (_, bytes) in texts where bytes.count == text.utf8.count {
                if zip(text.utf8, bytes).allSatisfy({ ($0 &- 65 < 26 ? $0 + 32 : $0) == $1 }) { return true }
            }
        } else {
            let lower = SnakeCase.lowercased(text)
            if texts.contains(where: { $0.bytes.elementsEqual(lower.utf8) }) { return true }
        }
        return patterns.contains { (try? $0.firstMatch(in: text)) != nil }
    }
}
