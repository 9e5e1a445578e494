// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Every identifier that the engine has met, by a small number.
struct IdentifierTable: Sendable {
    private(set) var hashes: [Hash128] = []
    private(set) var namespaces: [UInt8] = []
    /// Values that travelled in plain: those of references, and all where the configuration lets them.
    private var values: [Int32: String] = [:]
    private var index = NumberIndex()

    var count: Int { hashes.count }

    func number(of hash: Hash128) -> Int32? { index.find(hash.low) { hashes[Int($0)] == hash } }
    func value(_ number: Int32) -> String? { values[number] }

    /// The number of an identifier, old or new; nil when its namespace is not configured.
    mutating func number(_ identifier: Identifier, in rules: NamespaceTable) -> Int32? {
        if let number = number(of: identifier.hash) {
            if let value = identifier.value, values[number] == nil { values[number] = value }
            return number
        }
        guard let namespace = rules.number(of: identifier.namespace) else { return nil }
        let number = Int32(hashes.count)
        hashes.append(identifier.hash)
        namespaces.append(namespace)
        index.insert(number, identifier.hash.low) { hashes[Int($0)].low }
        if let value = identifier.value { values[number] = value }
        return number
    }

    func identifier(_ number: Int32, in rules: NamespaceTable) -> Identifier {
        Identifier(
            namespace: rules.entries[Int(namespaces[Int(number)])].id,
            hash: hashes[Int(number)],
            value: values[number]
        )
    }

    /// Whether one identifier is stronger than another: by priority, then by the smaller hash.
    func isStronger(_ a: Int32, _ b: Int32, in rules: NamespaceTable) -> Bool {
        let first = rules.entries[Int(namespaces[Int(a)])].priority
        let second = rules.entries[Int(namespaces[Int(b)])].priority
        return first != second ? first < second : hashes[Int(a)] < hashes[Int(b)]
    }
}
