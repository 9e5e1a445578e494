// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Touchpoints

@testable import Identity

/// A random set of events and facts, and what the executable specification says of it.
struct ModelCase: Sendable {
    struct Event: Sendable {
        var id: String
        var timeMs: Int64
        var names: [Identifier]
        var signsOut: Bool
        var consent: Bool?
        var replaces: Observation.Replacement?
    }

    /// A refusal without its place in the list.
    struct Refusal: Hashable, Sendable {
        var timeMs: Int64
        var names: [Hash128]
        var reason: String
    }

    var rules: IdentityRules
    var events: [Event] = []
    var facts: [IdentityFact] = []
    var owners: [Hash128: [OwnershipMap.Span]] = [:]
    var attribution: [String: Hash128?] = [:]
    var refusals: [Refusal: Int] = [:]
    var hubs: Set<Hash128> = []

    static let hasher = IdentifierHasher(key: "tabiji")

    /// Of the shipped references the specification's cases use the first two.
    static let namespaces = IdentityRules.shipped.namespaces

    static func name(_ namespace: String, _ value: String) -> Identifier {
        let isReference = namespaces.contains { $0.name == namespace && $0.isReference }
        let hash = hasher.identifier(realm: "default", namespace: namespace, value: value)
        return Identifier(namespace: NamespaceID(namespace), hash: hash, value: isReference ? value : nil)
    }

    static func name(_ text: String) -> Identifier {
        let parts = text.split(separator: ":", maxSplits: 1)
        return name(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    /// Where several limits are broken at once, the specification names any of them.
    static func reason(_ rule: String) -> String { rule.hasPrefix("limit:") ? "limit" : rule }

    /// What intake would send: facts and observations.
    var inputs: [IdentityInput] {
        facts.map { .fact($0) } + events.map { .seen(observation($0)) }
    }

    func observation(_ event: Event) -> Observation {
        Observation(
            timeMs: event.timeMs,
            names: event.names,
            signsOut: event.signsOut,
            replaces: event.replaces,
            consent: event.consent,
            example: event.id
        )
    }

    func isForgotten(_ event: Event) -> Bool {
        facts.contains { fact in
            guard case .forgotten(let name, let from, let to) = fact else { return false }
            return from <= event.timeMs && event.timeMs <= to && event.names.contains { $0.hash == name.hash }
        }
    }

    /// Whose an event is, by the maps: its strongest identifier that is no hub decides.
    static func owner(_ event: Event, _ engine: IdentityEngine) -> Hash128? {
        for name in event.names {
            let map = engine.map(of: name.hash) ?? .firstHome(name)
            if let owner = map.owner(atMs: event.timeMs) { return owner }
        }
        return nil
    }
}

// MARK: - Reading

extension ModelCase {
    struct Unreadable: Error {}

    /// One line of the fixtures: `{"case": …, "answer": …}`.
    init(line: Data) throws {
        guard let both = try JSONSerialization.jsonObject(with: line) as? [String: Any],
            let said = both["case"] as? [String: Any], let answer = both["answer"] as? [String: Any]
        else { throw Unreadable() }
        try self.init(said, answer)
    }

    init(_ said: [String: Any], _ answer: [String: Any]) throws {
        guard let policy = IdentityRules.SharedDevice(rawValue: said["shared_device"] as? String ?? ""),
            let events = said["events"] as? [[String: Any]], let facts = said["facts"] as? [String: Any]
        else { throw Unreadable() }
        rules = IdentityRules(namespaces: Self.namespaces)
        rules.sharedDevice = policy
        rules.maxIdentifiers = said["max_identifiers"] as? Int ?? rules.maxIdentifiers
        rules.consentDefault = said["consent_default"] as? Bool ?? true
        for (name, bounds) in said["bounds"] as? [String: [Any]] ?? [:] {
            guard let place = rules.namespaces.firstIndex(where: { $0.name == name }) else { throw Unreadable() }
            rules.namespaces[place].limit = bounds[0] as? Int
            rules.namespaces[place].maxCustomers = bounds[1] as? Int
        }
        self.events = try events.map { try Self.event($0) }
        readFacts(facts)
        for (text, spans) in answer["owners"] as? [String: [[Any]]] ?? [:] {
            owners[Self.name(text).hash] = spans.map {
                .init(fromMs: ($0[0] as? NSNumber)?.int64Value ?? 0, customer: Self.customer($0[1], text, $0[0]))
            }
        }
        let spans = answer["owners"] as? [String: [[Any]]] ?? [:]
        var derived: [String: Hash128] = [:]
        for (text, spans) in spans {
            for span in spans where span[1] is String {
                derived[span[1] as? String ?? ""] = Self.customer(span[1], text, span[0])
            }
        }
        for (event, customer) in answer["attribution"] as? [String: Any] ?? [:] {
            attribution[event] = .some((customer as? String).flatMap { derived[$0] ?? Hash128(hex: $0) })
        }
        for refusal in answer["refusals"] as? [[Any]] ?? [] {
            let names = (refusal[1] as? [String] ?? []).map { Self.name($0).hash }
            let time = (refusal[0] as? NSNumber)?.int64Value ?? 0
            refusals[
                Refusal(timeMs: time, names: names, reason: Self.reason(refusal[2] as? String ?? "")),
                default: 0
            ] += 1
        }
        hubs = Set((answer["hubs"] as? [String] ?? []).map { Self.name($0).hash })
    }

    /// Derived customers are hashed from values there and from hashes here: a deliberate difference, undone for the
    /// comparison.
    private static func customer(_ id: Any, _ text: String, _ from: Any) -> Hash128? {
        guard let hex = id as? String, let hash = Hash128(hex: hex) else { return nil }
        let device = name(text).hash
        let since = (from as? NSNumber)?.int64Value ?? 0
        if hash == hasher.hash(text + "#anonymous") { return DerivedCustomer.anonymous(device) }
        if hash == hasher.hash(text + "#\(since)") { return DerivedCustomer.waiting(device, sinceMs: since) }
        return hash
    }

    private static func event(_ read: [String: Any]) throws -> Event {
        guard let id = read["id"] as? String, let time = read["time"] as? NSNumber,
            let identifiers = read["identifiers"] as? [String: Any]
        else { throw Unreadable() }
        let names = identifiers.flatMap { namespace, value in
            (value as? [String] ?? [value as? String ?? ""]).map { Self.name(namespace, $0) }
        }
        let replaces = (read["replaces"] as? [[String]])?.map { Self.name($0[0], $0[1]) }
        return Event(
            id: id,
            timeMs: time.int64Value,
            names: names.sorted { rank($0) < rank($1) },
            signsOut: read["logout"] as? Bool ?? false,
            consent: read["consent"] as? Bool,
            replaces: replaces.map { .init(new: $0[0], old: $0[1]) }
        )
    }

    private static func rank(_ name: Identifier) -> (Int, Hash128) {
        (namespaces.first { NamespaceID($0.name) == name.namespace }?.priority ?? 0, name.hash)
    }

    private mutating func readFacts(_ read: [String: Any]) {
        for (text, spans) in read["forgotten"] as? [String: [[NSNumber]]] ?? [:] {
            for span in spans {
                facts.append(.forgotten(Self.name(text), fromMs: span[0].int64Value, toMs: span[1].int64Value))
            }
        }
        for pair in read["unlinked"] as? [[String]] ?? [] {
            facts.append(.unlinked(Self.name(pair[0]), Self.name(pair[1])))
        }
        for (text, changes) in read["consent"] as? [String: [[NSNumber]]] ?? [:] {
            for change in changes {
                facts.append(.consent(Self.name(text), timeMs: change[0].int64Value, given: change[1].boolValue))
            }
        }
    }
}
