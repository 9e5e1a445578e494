// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Foundation
internal import Touchpoints

extension Scenario.Event {
    private static let types = [
        "page_viewed", "product_viewed", "product_added", "checkout_started", "order_completed", "order_delivered",
        "package_unboxed", "return_requested", "message_received", "product_added_to_wishlist", "order_cancelled",
        "product_removed",
    ]

    /// A native record. The type follows from the id, so that copies with another stage differ in content alone.
    func payload() throws -> [UInt8] {
        var properties: [String: Any] = [
            "quantity": stage, "product_id": "p\(stage % 3)", "revenue": stage * 1000,
        ]
        for name in names where name.isReference { properties[name.namespace] = name.value }
        if let replaces { properties["replaces"] = replaces.old.value }
        let number = Int(id.dropFirst()) ?? 0
        let identifiers = names.filter { !$0.isReference }.map { ($0.namespace, $0.value) }
        var record: [String: Any] = [
            "id": id, "time": timeMs, "type": signsOut ? "signed_out" : Self.types[number % Self.types.count],
            "identifiers": Dictionary(identifiers) { first, _ in first }, "properties": properties,
        ]
        if let consent { record["consent"] = ["identity": consent] }
        return Array(try JSONSerialization.data(withJSONObject: record, options: [.sortedKeys]))
    }
}

extension Scenario {
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

    /// Its records and what is said, a line each: whose by the specification, then the record.
    package var story: String {
        var lines = ["scenario \(seed): \(rules.sharedDevice.rawValue), \(events.count) records, \(facts.count) facts"]
        lines += zip(events, customers).map { event, owner in
            let whose =
                switch owner {
                case .customer(let customer): customer.hex
                case .nobody: "nobody's"
                case .forgotten: "forgotten"
                }
            let record = (try? event.payload()).map { String(decoding: $0, as: UTF8.self) } ?? "unwritable"
            return "  \(whose) \(record)"
        }
        lines += facts.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}
