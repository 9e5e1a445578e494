// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import TestSupport
internal import Touchpoints

extension Scenario.Event {
    private static let types = [
        "page_viewed", "product_viewed", "product_added", "checkout_started", "order_completed", "order_delivered",
        "package_unboxed", "return_requested", "message_received", "product_added_to_wishlist", "order_cancelled",
        "product_removed",
    ]

    /// A native record. The type follows from the id, so that copies with another stage differ in content alone.
    var payload: [UInt8] {
        var json = JSONWriter(capacity: 320)
        json.beginObject()
        json.key("id")
        json.string(id)
        json.key("time")
        json.int(timeMs)
        json.key("type")
        json.string(signsOut ? "signed_out" : Self.types[(Int(id.dropFirst()) ?? 0) % Self.types.count])
        json.key("identifiers")
        write(&json, names.filter { !$0.isReference })
        json.endObject()
        json.key("properties")
        write(&json, names.filter(\.isReference))
        if let replaces {
            json.key("replaces")
            json.string(replaces.old.value)
        }
        json.key("product_id")
        json.string("p\(stage % 3)")
        json.key("quantity")
        json.int(Int64(stage))
        json.key("revenue")
        json.int(Int64(stage) * 1000)
        json.endObject()
        if let consent {
            json.key("consent")
            json.beginObject()
            json.key("identity")
            json.bool(consent)
            json.endObject()
        }
        json.endObject()
        return json.bytes
    }

    private func write(_ json: inout JSONWriter, _ names: [ScenarioName]) {
        json.beginObject()
        for name in names {
            json.key(name.namespace)
            json.string(name.value)
        }
    }
}

extension Scenario {
    /// News about a product's stock; some of them copies with other content.
    static func broadcasts(_ count: Int, _ chance: inout SplitMix) -> [[UInt8]] {
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
            return "  \(whose) \(String(decoding: event.payload, as: UTF8.self))"
        }
        lines += facts.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}
