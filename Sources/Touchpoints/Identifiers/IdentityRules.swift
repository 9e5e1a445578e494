// SPDX-License-Identifier: Apache-2.0

/// How identifiers are read and linked (`config/identity.yaml`).
public struct IdentityRules: Sendable {
    public struct Namespace: Sendable {
        public var name: String
        /// 1 is strongest; references rank after all namespaces, in their order.
        public var priority: Int
        /// Identifiers of it per customer; 1: unique.
        public var limit: Int?
        /// A thing that people may share.
        public var isDevice: Bool
        /// Seen with more distinct people than this: a hub.
        public var maxCustomers: Int?
        public var kind: Kind
        public var isReference: Bool

        public init(
            name: String,
            priority: Int,
            limit: Int? = nil,
            isDevice: Bool = false,
            maxCustomers: Int? = nil,
            kind: Kind = .text,
            isReference: Bool = false
        ) {
            self.name = name
            self.priority = priority
            self.limit = limit
            self.isDevice = isDevice
            self.maxCustomers = maxCustomers
            self.kind = kind
            self.isReference = isReference
        }
    }

    public enum Kind: String, Sendable, CaseIterable { case text, email, phone }

    public enum SharedDevice: String, Sendable, CaseIterable {
        case deviceSplit = "device_split"
        case lastAuthenticated = "last_authenticated"
        case resetOnLogout = "reset_on_logout"
        case anonymous
    }

    /// What a realm may say for itself.
    public struct Realm: Sendable {
        public var maxIdentifiers: Int?
        public var sharedDevice: SharedDevice?

        public init(maxIdentifiers: Int? = nil, sharedDevice: SharedDevice? = nil) {
            self.maxIdentifiers = maxIdentifiers
            self.sharedDevice = sharedDevice
        }
    }

    /// Configured namespaces, then references (weakest + 1, … in their order).
    public var namespaces: [Namespace]
    public var maxIdentifiers = 200
    /// Of namespaces that say nothing themselves, references and the strongest apart: seen with more distinct people
    /// than this, a value is a hub.
    public var maxCustomers = 1_000
    /// How often a device may change hands; one that does so more often is its own customer.
    public var maxTurns = 1_000
    public var sharedDevice = SharedDevice.deviceSplit
    public var observationBucketMs: Int64 = 300_000
    public var realms: [String: Realm] = [:]
    /// Compared in lower case; beside the empty text and `^0+$`.
    public var blocked = ["null", "undefined", "none", "anonymous", "guest"]
    /// Regular expressions, searched in the normalised value.
    public var blockedPatterns: [String] = []
    public var defaultRegion = "JP"
    public var consentDefault = true
    /// `privacy.identifiers: plain`: identifiers travel and are shown as they are.
    public var showsPlainIdentifiers = false

    public init(namespaces: [Namespace]) { self.namespaces = namespaces }

    /// The shipped references: they are part of every event key, whatever the configuration.
    public static let shippedReferences = [
        "order_id", "parcel_id", "return_id", "subscription_id", "conversation_id", "case_id", "call_id",
    ]

    /// What `config/identity.yaml` ships.
    public static let shipped = IdentityRules(
        namespaces: [
            Namespace(name: "user_id", priority: 1, limit: 1),
            Namespace(name: "loyalty_id", priority: 2, limit: 1),
            Namespace(name: "email", priority: 3, limit: 5, maxCustomers: 10, kind: .email),
            Namespace(name: "phone", priority: 4, limit: 5, maxCustomers: 10, kind: .phone),
            Namespace(name: "line_id", priority: 5, limit: 3),
            Namespace(name: "app_id", priority: 6, isDevice: true, maxCustomers: 20),
            Namespace(name: "anonymous_id", priority: 7, isDevice: true, maxCustomers: 20),
        ] + shippedReferences.enumerated().map { Namespace(name: $1, priority: 8 + $0, isReference: true) }
    )

    public func namespace(_ id: NamespaceID) -> Namespace? { namespaces.first { NamespaceID($0.name) == id } }
    public func namespace(named name: String) -> Namespace? { namespaces.first { $0.name == name } }
}
