// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// The rules of one realm, compiled: namespaces by small number, bounds in arrays.
struct NamespaceTable: Sendable {
    struct Entry: Sendable {
        var name: String
        var id: NamespaceID
        var priority: Int
        var isDevice: Bool
        var isReference: Bool
        /// Of the strongest namespace: it names a person.
        var isPerson: Bool
        var maxCustomers: Int?
        /// The place of its limit in `limits`; -1: it has none.
        var limitSlot: Int
    }

    let entries: [Entry]
    /// Namespaces that have a limit, strongest first: the first one broken is the reason that is given.
    let limits: [(namespace: Int, most: Int)]
    /// No customer has two identifiers of the strongest namespace.
    let hasOnePerson: Bool
    let maxIdentifiers: Int
    let maxTurns: Int
    let sharedDevice: IdentityRules.SharedDevice
    let consentDefault: Bool
    private let bucketMs: Int64
    private let ids: [UInt32]

    init(_ rules: IdentityRules, realm: String) {
        let own = rules.realms[realm]
        maxIdentifiers = own?.maxIdentifiers ?? rules.maxIdentifiers
        maxTurns = rules.maxTurns
        sharedDevice = own?.sharedDevice ?? rules.sharedDevice
        consentDefault = rules.consentDefault
        bucketMs = max(1, rules.observationBucketMs)
        let known = Array(rules.namespaces.prefix(255))
        let person = known.min { $0.priority < $1.priority }
        hasOnePerson = person?.limit == 1
        let limited = known.indices.filter { known[$0].limit != nil }.sorted { known[$0].priority < known[$1].priority }
        limits = limited.map { ($0, known[$0].limit ?? 0) }
        entries = known.enumerated().map { number, namespace in
            Entry(
                name: namespace.name,
                id: NamespaceID(namespace.name),
                priority: namespace.priority,
                isDevice: namespace.isDevice,
                isReference: namespace.isReference,
                isPerson: namespace.name == person?.name,
                maxCustomers: namespace.maxCustomers
                    ?? (namespace.isReference || namespace.name == person?.name ? nil : rules.maxCustomers),
                limitSlot: limited.firstIndex(of: number) ?? -1
            )
        }
        ids = entries.map(\.id.raw)
    }

    /// nil: not configured, so it links nothing and owns nothing.
    func number(of id: NamespaceID) -> UInt8? {
        for (number, raw) in ids.enumerated() where raw == id.raw { return UInt8(number) }
        return nil
    }

    /// The start of the bucket of time that holds an instant; floors, also before 1970, and saturates at the ends of
    /// time.
    func bucketStart(_ timeMs: Int64) -> Int64 {
        let rest = timeMs % bucketMs
        let (start, overflows) = timeMs.subtractingReportingOverflow(rest < 0 ? rest + bucketMs : rest)
        return overflows ? .min : start
    }

    /// The start of the next bucket.
    func bucketEnd(_ timeMs: Int64) -> Int64 {
        let (end, overflows) = bucketStart(timeMs).addingReportingOverflow(bucketMs)
        return overflows ? .max : end
    }
}
