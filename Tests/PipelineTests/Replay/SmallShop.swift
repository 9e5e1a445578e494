// SPDX-License-Identifier: Apache-2.0
import TestSupport

/// A little traffic of our own making: cookies, sign-ins on shared devices, orders and parcels that name no person,
/// stock, copies.
enum SmallShop {
    static func records(seed: UInt64, count: Int) -> [[UInt8]] {
        var chance = SplitMix(seed: seed)
        var records: [[UInt8]] = []
        var orders = 0
        for number in 0..<count {
            let person = chance.number(0..<12)
            let timeMs = 1_770_000_000_000 + Int64(chance.number(0..<40 * 86_400)) * 1000
            let cookie = "\"anonymous_id\":\"c\(chance.number(0..<18))\""
            let product = "\"product_id\":\"p\(chance.number(0..<4))\""
            let (type, identifiers, properties): (String, String, String)
            switch chance.number(0..<12) {
            case 0: (type, identifiers, properties) = ("signed_in", "\"user_id\":\"u\(person)\",\(cookie)", "")
            case 1: (type, identifiers, properties) = ("signed_out", "\"user_id\":\"u\(person)\",\(cookie)", "")
            case 2:
                orders += 1
                let order =
                    "\"order_id\":\"o\(orders)\",\"revenue\":\(chance.number(1..<90))00,\"currency\":\"JPY\",\(product)"
                (type, identifiers, properties) = ("order_completed", "\"user_id\":\"u\(person)\"", order)
            case 3:
                let order =
                    "\"order_id\":\"o\(chance.number(0..<orders + 2))\",\"parcel_id\":\"w\(chance.number(0..<9))\""
                (type, identifiers, properties) = (chance.one(of: ["order_shipped", "order_delivered"]), "", order)
            case 4: (type, identifiers, properties) = ("email_opened", "\"email\":\"m\(person)@example.com\"", "")
            case 5:
                (type, identifiers, properties) = (
                    "identified", "\"user_id\":\"u\(person)\",\"email\":\"M\(person)@Example.com\"", ""
                )
            case 6:
                (type, identifiers) = ("return_requested", "\"user_id\":\"u\(person)\"")
                properties = "\"order_id\":\"o\(chance.number(0..<orders + 2))\",\"return_id\":\"r\(number)\""
            case 7:
                (type, identifiers, properties) = (
                    "stock_changed", "", "\(product),\"quantity\":\(chance.one(of: [0, 4]))"
                )
            case 8: (type, identifiers, properties) = ("product_added_to_wishlist", cookie, product)
            case 9: (type, identifiers, properties) = ("product_added", cookie, "\(product),\"quantity\":1")
            default: (type, identifiers, properties) = ("product_viewed", cookie, product)
            }
            func record(_ rest: String) -> [UInt8] {
                Array(
                    """
                    {"id":"e\(number)","type":"\(type)","time":\(timeMs),\
                    "identifiers":{\(identifiers)},"properties":{\(properties)}\(rest)}
                    """.utf8
                )
            }
            records.append(record(""))
            if chance.happens(0.02) { records.append(record(",\"channel\":\"store\"")) }
        }
        return records
    }
}
