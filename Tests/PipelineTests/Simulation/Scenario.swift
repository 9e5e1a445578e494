// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Touchpoints

/// One line of `scenarios.ndjson`: what customers did and what was said about them, and whose each event is by the
/// specification.
struct Scenario: Sendable {
    enum Owner: Sendable, Equatable {
        case customer(Hash128)
        /// All its names are hubs.
        case nobody
        case forgotten
    }

    /// A record as a producer would send it, and whose its event is.
    struct Record: Sendable {
        var payload: [UInt8]
        var owner: Owner
    }

    struct Unreadable: Error {}

    var seed: Int
    var rules: IdentityRules
    var records: [Record]
    var facts: [IdentityFact] = []
    /// Customers in each identifier's ownership map.
    var owners: [Hash128: (identifier: Identifier, customers: Set<Hash128>)] = [:]

    static let hasher = IdentifierHasher(key: "tabiji")

    init(line: Data) throws {
        guard let read = try JSONSerialization.jsonObject(with: line) as? [String: Any],
            let policy = IdentityRules.SharedDevice(rawValue: read["shared_device"] as? String ?? ""),
            let events = read["events"] as? [[String: Any]], let customers = read["customers"] as? [Any]
        else { throw Unreadable() }
        seed = (read["seed"] as? NSNumber)?.intValue ?? 0
        rules = Self.rules(earlyHubs: read["early_hubs"] as? Bool ?? false)
        rules.sharedDevice = policy
        records = try zip(events, customers).map { event, customer in
            let text = customer as? String
            let owner = text.flatMap { Hash128(hex: $0) }.map(Owner.customer) ?? (text == "gone" ? .forgotten : .nobody)
            return Record(payload: try Self.payload(event), owner: owner)
        }
        readFacts(read)
        for (text, spans) in read["owners"] as? [String: [[Any]]] ?? [:] {
            let identifier = name(text)
            let customers = Set(spans.compactMap { ($0[1] as? String).flatMap { Hash128(hex: $0) } })
            owners[identifier.hash] = (identifier, customers)
        }
    }

    /// The model's namespaces: plain text all of them, its telephone numbers are none.
    static func rules(earlyHubs: Bool) -> IdentityRules {
        var namespaces = IdentityRules.shipped.namespaces.filter { !$0.isReference }
        for index in namespaces.indices {
            namespaces[index].kind = .text
            if earlyHubs, ["email", "phone"].contains(namespaces[index].name) { namespaces[index].maxCustomers = 1 }
        }
        return IdentityRules(
            namespaces: namespaces + [
                .init(name: "order_id", priority: 8, isReference: true),
                .init(name: "parcel_id", priority: 9, isReference: true),
            ]
        )
    }

    func name(_ text: String) -> Identifier {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let value = parts.count > 1 ? parts[1] : ""
        let isReference = rules.namespace(named: parts[0])?.isReference ?? false
        return Identifier(
            namespace: NamespaceID(parts[0]),
            hash: Self.hasher.identifier(realm: "default", namespace: parts[0], value: value),
            value: isReference ? value : nil
        )
    }

    private mutating func readFacts(_ read: [String: Any]) {
        for said in read["forgotten"] as? [[Any]] ?? [] {
            guard let text = said[0] as? String, let from = said[1] as? NSNumber, let to = said[2] as? NSNumber else {
                continue
            }
            facts.append(.forgotten(name(text), fromMs: from.int64Value, toMs: to.int64Value))
        }
        for said in read["consent"] as? [[Any]] ?? [] {
            guard let text = said[0] as? String, let at = said[1] as? NSNumber, let given = said[2] as? Bool else {
                continue
            }
            facts.append(.consent(name(text), timeMs: at.int64Value, given: given))
        }
        for pair in read["unlinked"] as? [[String]] ?? [] { facts.append(.unlinked(name(pair[0]), name(pair[1]))) }
    }

    private static let types = [
        "page_viewed", "product_viewed", "product_added", "checkout_started", "order_completed", "order_delivered",
        "package_unboxed", "return_requested", "message_received", "product_added_to_wishlist", "order_cancelled",
        "product_removed",
    ]

    /// A native record. The type follows from the id, so that copies with another stage differ in content alone.
    private static func payload(_ event: [String: Any]) throws -> [UInt8] {
        guard let id = event["id"] as? String, let time = event["time"] as? NSNumber,
            var identifiers = event["identifiers"] as? [String: String], let stage = event["stage"] as? NSNumber
        else { throw Unreadable() }
        var properties: [String: Any] = [
            "quantity": stage, "product_id": "p\(stage.intValue % 3)", "revenue": stage.intValue * 1000,
        ]
        for reference in ["order_id", "parcel_id"] {
            if let value = identifiers.removeValue(forKey: reference) { properties[reference] = value }
        }
        if let replaces = event["replaces"] as? [[String]] { properties["replaces"] = replaces[1][1] }
        let number = Int(id.dropFirst()) ?? 0
        let signsOut = event["logout"] as? Bool ?? false
        var record: [String: Any] = [
            "id": id, "time": time, "type": signsOut ? "signed_out" : types[number % types.count],
            "identifiers": identifiers, "properties": properties,
        ]
        if let consent = event["consent"] as? Bool { record["consent"] = ["identity": consent] }
        return Array(try JSONSerialization.data(withJSONObject: record, options: [.sortedKeys]))
    }

    /// News about a product's stock; some of them copies with other content.
    static func broadcasts(_ count: Int, _ chance: inout Chance) -> [[UInt8]] {
        (0..<count).map { number in
            let id = chance.happens(0.2) ? 0 : number
            let (minute, product, quantity) = (17 * id % 60, id % 3, chance.one(of: [0, 0, 3]))
            return Array(
                """
                {"id":"b\(id)","type":"stock_changed","time":\(minute * 60_000),\
                "properties":{"product_id":"p\(product)","quantity":\(quantity)}}
                """.utf8
            )
        }
    }
}
