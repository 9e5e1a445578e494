// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// Rows that a commit changes, by key: nil deleted.
struct ChangedRows {
    /// A key of `JourneyRows`. The hashes in it are random enough: of each, half of it will do.
    private struct Key: Hashable {
        var bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            guard bytes.count >= 17 else { return hasher.combine(bytes) }
            hasher.combine(bytes[0])
            hasher.combine(Hash128(bytes: bytes, at: bytes.count - 16).low)
            if bytes.count > 17 { hasher.combine(Hash128(bytes: bytes, at: 1).low) }
        }
    }

    private var byKey: [Key: [UInt8]?] = [:]

    /// nil: the row is not changed.
    subscript(key: [UInt8]) -> [UInt8]?? {
        get { byKey[Key(bytes: key)] }
        set { byKey[Key(bytes: key)] = newValue }
    }

    func forEach(_ take: (_ key: [UInt8], _ value: [UInt8]?) -> Void) {
        for (key, value) in byKey { take(key.bytes, value) }
    }

    mutating func removeAll() { byKey.removeAll(keepingCapacity: true) }
}
