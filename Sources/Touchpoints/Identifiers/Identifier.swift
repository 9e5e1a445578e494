// SPDX-License-Identifier: Apache-2.0
public import Digests

/// A namespace in packed records: FNV-1a of its name, 32 bits, so that a record stays readable when the configuration
/// changes.
public struct NamespaceID: Codable, Hashable, Sendable, Comparable {
    public let raw: UInt32

    public init(_ name: String) { raw = fnv1a(name) }
    public init(raw: UInt32) { self.raw = raw }
    public static func < (a: NamespaceID, b: NamespaceID) -> Bool { a.raw < b.raw }
}

/// An identifier or reference as it travels: its namespace and the keyed hash of `namespace:value` (with the realm).
public struct Identifier: Codable, Sendable, Equatable {
    public var namespace: NamespaceID
    public var hash: Hash128
    /// The normalised value: of references always, of identifiers only where the configuration lets them travel in
    /// plain.
    public var value: String?

    public init(namespace: NamespaceID, hash: Hash128, value: String? = nil) {
        self.namespace = namespace
        self.hash = hash
        self.value = value
    }
}

extension ByteWriter {
    public mutating func identifier(_ identifier: Identifier) {
        word32(identifier.namespace.raw)
        hash(identifier.hash)
        text(identifier.value ?? "")
    }
}

extension ByteReader {
    public mutating func identifier() throws(PackedError) -> Identifier {
        let namespace = NamespaceID(raw: try word32())
        let hash = try hash()
        let value = try text()
        return Identifier(namespace: namespace, hash: hash, value: value.isEmpty ? nil : value)
    }
}
