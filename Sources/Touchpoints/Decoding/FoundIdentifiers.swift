// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// The identifiers and references of one event, each once, and what was not taken.
struct FoundIdentifiers {
    struct Found {
        /// Index of the decoder's namespaces; nil: not configured (control records name those, too).
        var space: Int?
        /// The normalised value.
        var text: String
        var identifier: Identifier
        var priority: Int
        var isReference: Bool
        var isUnique: Bool

        fileprivate var name: Name { Name(namespace: identifier.namespace, hash: identifier.hash) }
    }

    fileprivate struct Name: Hashable {
        var namespace: NamespaceID
        var hash: Hash128
    }

    private(set) var items: [Found] = []
    /// Identifiers that are no references.
    private(set) var identifierCount = 0
    var hasBlocked = false
    /// Not empty ones.
    private var blocked: [DecodedRecord.BlockedValue] = []
    private var ignored: [String] = []
    /// Of many, what is there already.
    private var names: Set<Name> = []

    var referenceCount: Int { items.count - identifierCount }

    mutating func add(_ found: Found) {
        if items.count < 32 {
            for item in items where item.name == found.name { return }
        } else {
            if names.isEmpty { names = Set(items.map(\.name)) }
            guard names.insert(found.name).inserted else { return }
        }
        items.append(found)
        if !found.isReference { identifierCount += 1 }
    }

    mutating func block(_ namespace: String, _ hash: Hash128) {
        blocked.append(.init(namespace: namespace, hash: hash))
    }

    mutating func ignore(_ namespace: String) { ignored.append(namespace) }

    /// Whether a namespace that allows one value has two.
    var isAmbiguous: Bool {
        for (index, item) in items.enumerated() where item.isUnique {
            for other in items[..<index] where other.space == item.space { return true }
        }
        return false
    }

    /// Whether a value is an identifier of the event.
    func contains(_ space: Int, _ text: String) -> Bool {
        items.contains { $0.space == space && $0.text.utf8.elementsEqual(text.utf8) }
    }

    /// Identifiers, then references: by priority, then by hash.
    func strongestFirst() -> [Identifier] {
        guard items.count > 1 else { return items.map(\.identifier) }
        var sorted = items
        sorted.sort {
            if $0.isReference != $1.isReference { return $1.isReference }
            if $0.priority != $1.priority { return $0.priority < $1.priority }
            return $0.identifier.hash < $1.identifier.hash
        }
        return sorted.map(\.identifier)
    }

    /// Each once, by namespace and hash.
    func blockedValues() -> [DecodedRecord.BlockedValue] {
        guard blocked.count > 1 else { return blocked }
        return Set(blocked).sorted {
            $0.namespace.utf8.elementsEqual($1.namespace.utf8)
                ? $0.hash < $1.hash : $0.namespace.utf8.lexicographicallyPrecedes($1.namespace.utf8)
        }
    }

    /// Each once, sorted.
    func ignoredNames() -> [String] {
        guard ignored.count > 1 else { return ignored }
        let sorted = ignored.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var distinct: [String] = []
        for name in sorted where distinct.last.map({ !$0.utf8.elementsEqual(name.utf8) }) ?? true {
            distinct.append(name)
        }
        return distinct
    }
}
