// SPDX-License-Identifier: Apache-2.0

/// The keyed hash of identifiers: HMAC-SHA-256, first 128 bits, from the key's two precomputed contexts.
public struct IdentifierHasher: Sendable {
    private let inner: SHA256
    private let outer: SHA256

    /// - Parameter key: the installation's secret (`privacy.key`); any length.
    public init(key: String) {
        var block = Array(key.utf8)
        if block.count > 64 {
            var sha = SHA256()
            sha.update(block)
            block = sha.finalize()
        }
        block += [UInt8](repeating: 0, count: 64 - block.count)
        var inner = SHA256()
        inner.update(block.map { $0 ^ 0x36 })
        var outer = SHA256()
        outer.update(block.map { $0 ^ 0x5c })
        self.inner = inner
        self.outer = outer
    }

    /// HMAC of a text.
    public func hash(_ text: String) -> Hash128 {
        var sha = inner
        sha.update(text)
        return finish(sha)
    }

    /// What is hashed before the values of one namespace, ready to be continued.
    public struct Prefix: Sendable {
        fileprivate let inner: SHA256
    }

    /// HMAC of `namespace:value`, or of `realm/namespace:value` for a realm other than `default`.
    public func identifier(realm: String, namespace: String, value: String) -> Hash128 {
        identifier(prefix(realm: realm, namespace: namespace), value: value)
    }

    /// For many values of one namespace: what stands before them.
    public func prefix(realm: String, namespace: String) -> Prefix {
        var sha = inner
        if realm != "default" {
            sha.update(realm)
            sha.update("/")
        }
        sha.update(namespace)
        sha.update(":")
        return Prefix(inner: sha)
    }

    /// The same as of the prefix's realm and namespace and the value.
    public func identifier(_ prefix: Prefix, value: String) -> Hash128 {
        var sha = prefix.inner
        sha.update(value)
        return finish(sha)
    }

    private func finish(_ inner: consuming SHA256) -> Hash128 {
        var sha = outer
        sha.update(finishing: inner)
        return sha.hash128()
    }
}
