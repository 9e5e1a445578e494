// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import JSONTape

/// The configured namespaces, by what the decoder asks of them.
struct NamespaceTable: Sendable {
    final class Space: Sendable {
        let name: MemberName
        let id: NamespaceID
        let priority: Int
        let isUnique: Bool
        let isDevice: Bool
        let kind: IdentityRules.Kind
        let isReference: Bool
        /// Before the values of the realm `default`.
        let prefix: IdentifierHasher.Prefix

        init(_ space: IdentityRules.Namespace, _ hasher: IdentifierHasher) {
            name = MemberName(space.name)
            id = NamespaceID(space.name)
            priority = space.priority
            isUnique = space.limit == 1 && !space.isReference
            isDevice = space.isDevice
            kind = space.isReference ? .text : space.kind
            isReference = space.isReference
            prefix = hasher.prefix(realm: "default", namespace: space.name)
        }
    }

    private let spaces: [Space]
    private let ids: [UInt32]
    /// Indices of references, in their order.
    let references: [Int]

    init(_ rules: IdentityRules, _ hasher: IdentifierHasher) {
        spaces = rules.namespaces.map { Space($0, hasher) }
        ids = spaces.map(\.id.raw)
        references = spaces.indices.filter { [spaces] in spaces[$0].isReference }
    }

    subscript(index: Int) -> Space { spaces[index] }

    func index(of name: String) -> Int? {
        spaces.firstIndex { $0.name.bytes.elementsEqual(name.utf8) }
    }

    /// Of a namespace that an element names.
    func index(_ document: JSONDocument, _ element: Int) -> Int? {
        guard let index = index(id: fnv1a(document.text, document.textRange(element))),
            document.equals(element, spaces[index].name.bytes)
        else { return nil }
        return index
    }

    /// By the hash of its name.
    func index(id: UInt32) -> Int? {
        ids.firstIndex(of: id)
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

    /// Types that the decoder itself knows.
    enum Role: Sendable { case none, forgets, unlinks, changesConsent }

    final class Info: Sendable {
        let type: String
        let channel: String
        let family: Family
        let role: Role
        let renames: [Rename]

        init(type: String, channel: String, family: Family, renames: [Rename]) {
            self.type = type
            self.channel = channel
            self.family = family
            self.renames = renames
            role =
                switch type {
                case "customer_forgotten": .forgets
                case "identity_unlinked": .unlinks
                case "consent_changed": .changesConsent
                default: .none
                }
        }
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
