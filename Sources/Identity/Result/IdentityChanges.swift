// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// What came of some entries of the identity log. All of it belongs into one transaction.
public struct IdentityChanges: Sendable, Equatable {
    /// New ownership maps, in the order of their versions.
    public var maps: [MapChange] = []
    /// Decisions newly made, changed or taken back, in the order of their versions.
    public var decisions: [IdentityDecision] = []
    /// To be sent to every journey partition.
    public var forgets: [ForgetRecord] = []
    /// What the store must hold from now on; of rows with one key the last counts.
    public var rows: [Row] = []

    /// A row of the engine's state. Keys are the engine's own: whoever keeps several realms in one store puts the
    /// realm before them.
    public struct Row: Sendable, Equatable {
        public var key: [UInt8]
        /// nil: the row goes.
        public var value: [UInt8]?

        public init(key: [UInt8], value: [UInt8]?) {
            self.key = key
            self.value = value
        }
    }

    public init() {}

    public var isEmpty: Bool { maps.isEmpty && decisions.isEmpty && forgets.isEmpty && rows.isEmpty }
}

/// A new ownership map, and the spans of the one that it replaces.
public struct MapChange: Sendable, Equatable {
    public var map: OwnershipMap
    public var previous: [OwnershipMap.Span]
    /// The identifiers that the map's customers are named by, its own apart: a customer's partition may never see an event
    /// that names it.
    public var owners: [Identifier]

    public init(map: OwnershipMap, previous: [OwnershipMap.Span], owners: [Identifier] = []) {
        self.map = map
        self.previous = previous
        self.owners = owners
    }

    /// Every customer that the old or the new map names, each once: their partitions must learn of it.
    public var customers: [Hash128] {
        Set((map.spans + previous).compactMap(\.customer)).sorted()
    }
}

/// An event that names the identifier, at a time in the closed span, is gone: kept for ever, by hash alone.
public struct ForgetRecord: Sendable, Equatable {
    public var identifier: Identifier
    public var fromMs: Int64
    public var toMs: Int64

    public init(identifier: Identifier, fromMs: Int64, toMs: Int64) {
        self.identifier = identifier
        self.fromMs = fromMs
        self.toMs = toMs
    }
}

/// One decision of the identity engine, with its proof.
public struct IdentityDecision: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Two identifiers are one customer's.
        case linked
        /// A link was left out or taken away; the rule says why.
        case refused
        /// An identifier that had been decided before has other owners now.
        case moved
        /// A value seen with too many people stopped linking.
        case hub
        /// Somebody said that no customer may ever hold both.
        case unlinked
        /// Somebody said that it be forgotten.
        case forgotten
    }

    /// Derived from what the decision is: the same decision has the same id in every run.
    public var id: Hash128
    public var kind: Kind
    /// One (moved, hub, forgotten) or two, the stronger first.
    public var identifiers: [Identifier]
    /// `seen_together`, `max_customers`, `customer_full`, `unlinked`, `limit:NAMESPACE`, `hub`, `owner`, `max_turns`,
    /// `identity_unlinked`, `customer_forgotten`.
    public var rule: String
    /// Senders' ids of events that show it.
    public var events: [String]
    /// Event time, milliseconds; nil for what is said rather than done.
    public var timeMs: Int64?
    /// Rises with every decision and map of the engine.
    public var version: UInt64
    /// It no longer holds, for the set of known events changed.
    public var isRetracted: Bool

    public init(
        kind: Kind,
        identifiers: [Identifier],
        rule: String,
        events: [String] = [],
        timeMs: Int64? = nil,
        version: UInt64 = 0,
        isRetracted: Bool = false,
        salt: String = ""
    ) {
        var sha = SHA256()
        sha.update("identity/\(kind.rawValue)/\(rule)/\(salt)/")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 * identifiers.count)
        for identifier in identifiers { identifier.hash.append(to: &bytes) }
        sha.update(bytes)
        id = sha.hash128()
        self.kind = kind
        self.identifiers = identifiers
        self.rule = rule
        self.events = events
        self.timeMs = timeMs
        self.version = version
        self.isRetracted = isRetracted
    }
}
