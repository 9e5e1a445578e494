// SPDX-License-Identifier: Apache-2.0

/// How a bounded cache is used: since the start, but for what is in it now.
public struct CacheUse: Sendable, Equatable {
    /// Found in it.
    public var hits = 0
    /// Not found, so read or worked out anew.
    public var misses = 0
    /// Left to make room.
    public var evictions = 0
    /// In it now.
    public var entries = 0

    mutating func look(found: Bool) { if found { hits += 1 } else { misses += 1 } }

    mutating func add(_ other: CacheUse) {
        hits += other.hits
        misses += other.misses
        evictions += other.evictions
        entries += other.entries
    }
}

/// The caches of journey partitions. Each has its bound under `limits`, for each partition.
public struct JourneyCaches: Sendable, Equatable {
    /// Walks of customers (`cached_customers`).
    public var customers = CacheUse()
    /// Ownership maps, decoded (`cached_owners`).
    public var maps = CacheUse()
    /// Which customers are known to stand among an identifier's holders (`cached_owners`).
    public var holders = CacheUse()
    /// Moods of texts (`cached_texts`).
    public var texts = CacheUse()

    /// By the names that metrics have for them.
    public static let byName: [(name: String, use: @Sendable (JourneyCaches) -> CacheUse)] = [
        ("customers", { $0.customers }), ("maps", { $0.maps }), ("holders", { $0.holders }), ("texts", { $0.texts }),
    ]

    mutating func add(_ other: JourneyCaches) {
        customers.add(other.customers)
        maps.add(other.maps)
        holders.add(other.holders)
        texts.add(other.texts)
    }

    /// Nothing is in them any more.
    mutating func clear() {
        customers.entries = 0
        maps.entries = 0
        holders.entries = 0
        texts.entries = 0
    }
}
