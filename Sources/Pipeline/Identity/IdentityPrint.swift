// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Which rules the identity role's rows were made by: the same on every machine and in every run.
///
/// Rows hold what was seen, so other rules about links count for the past too. What the rules say of reading cannot:
/// identifiers that an event did not show then are not in the rows now.
struct IdentityPrint: Equatable, Sendable {
    struct Part: Equatable, Sendable {
        /// As `identity.yaml` calls it.
        var name: String
        /// The realm that it is about; empty: all.
        var realm = ""
        var print: Hash128
    }

    /// How identifiers are read from events.
    let reading: [Part]
    /// How they are linked, and whose they are then.
    let linking: Hash128

    private static let format: UInt8 = 1

    private init(reading: [Part], linking: Hash128) {
        self.reading = reading
        self.linking = linking
    }

    /// Of rows that are partly made by other rules still: like no rules' own.
    var unfinished: IdentityPrint { IdentityPrint(reading: reading, linking: .zero) }

    init(_ rules: IdentityRules, hasher: IdentifierHasher) {
        let policies = rules.realms.mapValues { $0.sharedDevice ?? rules.sharedDevice }
        let names = rules.namespaces.filter { !$0.isReference }.sorted { $0.priority < $1.priority }
        var parts: [Part] = []
        func add(_ name: String, _ values: [String], realm: String = "") {
            parts.append(Part(name: name, realm: realm, print: Self.digest(values)))
        }
        add("namespaces", names.map { "\($0.name) \($0.kind.rawValue)" })
        add("references", rules.namespaces.filter(\.isReference).map(\.name))
        add("blocked", rules.blocked.sorted())
        add("blocked_patterns", rules.blockedPatterns.sorted())
        add("default_region", [rules.defaultRegion])
        add("observation_bucket", ["\(rules.observationBucketMs)"])
        add("privacy", [hasher.hash("the key itself").hex, "\(rules.showsPlainIdentifiers)"])
        for (realm, policy) in policies.merging(["default": rules.sharedDevice], uniquingKeysWith: { own, _ in own }) {
            // Under these a device may be nobody's in particular, whose id is hashed from its plain value.
            let derives = policy == .anonymous || policy == .resetOnLogout
            let devices = derives ? names.filter(\.isDevice).map(\.name) : []
            add("shared_device", devices.isEmpty ? [] : [policy.rawValue] + devices, realm: realm)
        }
        parts.sort { ($0.name, $0.realm) < ($1.name, $1.realm) }
        reading = parts
        var values = Self.texts(policies, rules.sharedDevice)
        values += ["\(rules.maxIdentifiers) \(rules.maxCustomers) \(rules.maxTurns) \(rules.consentDefault)"]
        values += rules.realms.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.maxIdentifiers ?? 0)" }
        values += rules.namespaces.map { "\($0.name) \($0.limit ?? 0) \($0.maxCustomers ?? 0) \($0.isDevice)" }
        linking = Self.digest(values)
    }

    private static func texts(
        _ policies: [String: IdentityRules.SharedDevice],
        _ policy: IdentityRules.SharedDevice
    ) -> [String] {
        [policy.rawValue] + policies.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.rawValue)" }
    }

    private static func digest(_ values: [String]) -> Hash128 {
        var sha = SHA256()
        sha.update(texts: values)
        return sha.hash128()
    }

    // MARK: - As a row

    /// A key that no realm's rows have: an empty realm, which no event has, and a kind that the engine does not know.
    static let key = [0, UInt8(ascii: "r")]

    var packed: [UInt8] {
        var writer = ByteWriter(capacity: 256)
        writer.byte(Self.format)
        writer.hash(linking)
        writer.count(reading.count)
        for part in reading {
            writer.text(part.name)
            writer.text(part.realm)
            writer.hash(part.print)
        }
        return writer.bytes
    }

    init(packed: [UInt8]) throws(PackedError) {
        var reader = ByteReader(packed)
        let format = try reader.byte()
        guard format == Self.format else { throw format > Self.format ? .newerFormat(format) : .malformed }
        linking = try reader.hash()
        var parts: [Part] = []
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            parts.append(Part(name: name, realm: try reader.text(), print: try reader.hash()))
        }
        reading = parts
    }

    /// What is read otherwise than by other rules, as `identity.yaml` calls it.
    ///
    /// - Parameter hasRows: whether there is anything of a realm that could have been read otherwise.
    func differences(from other: IdentityPrint, hasRows: (String) throws -> Bool) rethrows -> [String] {
        try reading.filter { part in
            try !other.reading.contains(part) && (part.realm.isEmpty || hasRows(part.realm))
        }
        .map { $0.realm.isEmpty || $0.realm == "default" ? $0.name : "realms.\($0.realm).\($0.name)" }
    }
}

/// `identity.yaml` reads identifiers otherwise than when the state was made.
public struct IdentityRulesError: Error, Sendable, CustomStringConvertible {
    /// As `identity.yaml` calls it.
    public var changed: [String]

    public var description: String {
        let names = changed.map { "'\($0)'" }.joined(separator: ", ")
        return """
            identity.yaml: expected \(names) as when the state here was made, but found another: what past events showed \
            would be read otherwise than what comes. Put it back; or begin anew, with another 'prefix' and \
            '--data' folder (then 'tabiji topics create' and 'tabiji run' read the input topics from their start). \
            'tabiji identity simulate --rules FILE --from kafka:' tells first what the new rules would change
            """
    }
}
