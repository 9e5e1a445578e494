// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// `identity.yaml`: how identifiers are read and linked.
struct IdentityFile: Decodable {
    struct Namespace: Decodable {
        /// 1 is strongest.
        ///
        /// Required. **Range** 1–1000, distinct.
        var priority: Int?
        /// Identifiers of it per customer; 1: unique.
        ///
        /// **Default** none. **Range** 1–10000
        var limit: Int?
        /// A thing that people may share.
        ///
        /// **Default** false.
        var device = false
        /// Seen with more distinct people than this: a hub.
        ///
        /// **Default** none. **Range** 1–1000000
        var maxCustomers: Int?
        /// **Default** text.
        var kind = Kind.text

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: Key.self)
            priority = try keys.bounded(.priority, in: 1...1000)
            limit = try keys.bounded(.limit, in: 1...10_000)
            try keys.read(.device, into: &device)
            maxCustomers = try keys.bounded(.maxCustomers, in: 1...1_000_000)
            try keys.read(.kind, into: &kind)
        }

        private enum Key: String, CodingKey {
            case priority, limit, device, kind
            case maxCustomers = "max_customers"
        }
    }

    enum Kind: String, CaseIterable, Decodable { case text, email, phone }
    enum SharedDevice: String, CaseIterable, Decodable {
        case device_split, last_authenticated, reset_on_logout, anonymous
    }
    enum Shown: String, CaseIterable, Decodable { case hashed, plain }

    struct Realm: Decodable {
        var maxIdentifiers: Int?
        var sharedDevice: SharedDevice?

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: Key.self)
            maxIdentifiers = try keys.bounded(.maxIdentifiers, in: IdentityFile.maxIdentifiersRange)
            sharedDevice = try keys.decodeIfPresent(SharedDevice.self, forKey: .sharedDevice)
        }

        private enum Key: String, CodingKey {
            case maxIdentifiers = "max_identifiers"
            case sharedDevice = "shared_device"
        }
    }

    struct Consent: Decodable {
        /// What holds where neither the event nor its identifiers say.
        ///
        /// **Default** true.
        var isDefault = true

        init() {}

        init(from decoder: any Decoder) throws {
            try decoder.container(keyedBy: Key.self).read(.isDefault, into: &isDefault)
        }

        private enum Key: String, CodingKey { case isDefault = "default" }
    }

    struct Privacy: Decodable {
        /// How identifiers travel and are shown.
        ///
        /// **Default** hashed.
        var identifiers = Shown.hashed
        /// The key of the hashes.
        ///
        /// **Default** env:TABIJI_IDENTIFIER_KEY.
        var key = SecretReference.environment("TABIJI_IDENTIFIER_KEY")

        init() {}

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: Key.self)
            try keys.read(.identifiers, into: &identifiers)
            try keys.read(.key, into: &key)
        }

        private enum Key: String, CodingKey { case identifiers, key }
    }

    static let maxIdentifiersRange = 2...100_000

    /// **Default** as shipped.
    var namespaces: [String: Namespace]?
    /// Weaker than every namespace, in this order.
    ///
    /// **Default** the seven shipped.
    var references = IdentityRules.shippedReferences
    /// Of one customer.
    ///
    /// **Default** 200. **Range** 2–100000
    var maxIdentifiers = 200
    /// Of a value whose namespace says none: seen with more distinct people than this, a hub.
    ///
    /// **Default** 1000. **Range** 1–1000000
    var maxCustomers = 1_000
    /// How often a device may change hands; one that does so more often is its own customer.
    ///
    /// **Default** 1000. **Range** 1–20000
    var maxTurns = 1_000
    /// **Default** device_split.
    var sharedDevice = SharedDevice.device_split
    /// **Default** 5m.
    ///
    /// **Range** 1s–1d
    var observationBucket = Duration.seconds(300)
    /// Each realm there is beside `default`, and what it says for itself.
    ///
    /// **Default** none.
    var realms: [String: Realm] = [:]
    /// Values that never link, in any case.
    ///
    /// **Default** null, undefined, none, anonymous, guest.
    var blocked = ["null", "undefined", "none", "anonymous", "guest"]
    /// Regular expressions, searched in the normalised value.
    ///
    /// **Default** none.
    var blockedPatterns: [String] = []
    /// Of telephone numbers without country code, ISO 3166.
    ///
    /// **Default** JP.
    var defaultRegion = "JP"
    var consent = Consent()
    var privacy = Privacy()

    init() {}

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        namespaces = try keys.decodeIfPresent([String: Namespace].self, forKey: .namespaces)
        try keys.read(.references, into: &references)
        try keys.read(.maxIdentifiers, into: &maxIdentifiers, in: Self.maxIdentifiersRange)
        try keys.read(.maxCustomers, into: &maxCustomers, in: 1...1_000_000)
        try keys.read(.maxTurns, into: &maxTurns, in: 1...20_000)
        try keys.read(.sharedDevice, into: &sharedDevice)
        try keys.read(.observationBucket, into: &observationBucket, in: .seconds(1) ... .seconds(86_400))
        try keys.read(.realms, into: &realms)
        try keys.read(.blocked, into: &blocked)
        try keys.read(.blockedPatterns, into: &blockedPatterns)
        try keys.read(.defaultRegion, into: &defaultRegion, expected: "two capital letters, such as JP") {
            $0.utf8.count == 2 && $0.utf8.allSatisfy { (65...90).contains($0) }
        }
        try keys.read(.consent, into: &consent)
        try keys.read(.privacy, into: &privacy)
    }

    private enum Key: String, CodingKey {
        case namespaces, references, realms, blocked, consent, privacy
        case maxIdentifiers = "max_identifiers"
        case maxCustomers = "max_customers"
        case maxTurns = "max_turns"
        case sharedDevice = "shared_device"
        case observationBucket = "observation_bucket"
        case blockedPatterns = "blocked_patterns"
        case defaultRegion = "default_region"
    }
}

extension KeyedDecodingContainer {
    /// A number in a range; nil when it is absent.
    fileprivate func bounded(_ key: Key, in range: ClosedRange<Int>) throws -> Int? {
        var value = range.lowerBound
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        try read(key, into: &value, in: range)
        return value
    }
}
