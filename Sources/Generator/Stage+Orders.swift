// SPDX-License-Identifier: Apache-2.0

/// One line of an order.
struct Item {
    var product: Int
    var quantity: Int

    var id: String { Catalogue.products[product].id }
    var price: Int { Catalogue.products[product].price }
}

/// An order on its way.
struct Order {
    var number: Int
    var person: Int
    var items: [Item]
    var total: Int
    var promisedMs: Int64
    /// The order that it replaces; nil: none.
    var replaces: Int?
}

extension LineWriter {
    fileprivate mutating func products(_ items: [Item]) {
        list("products") { line in
            for item in items {
                let product = Catalogue.products[item.product]
                line.object {
                    $0.text("product_id", product.id)
                    $0.text("name", product.name)
                    $0.text("category", product.category)
                    $0.number("quantity", item.quantity)
                    $0.number("price", product.price)
                }
            }
        }
    }
}

/// From the order to the door.
extension Stage {
    mutating func order(_ items: [Item], by visit: Visit) {
        let total = items.reduce(0) { $0 + $1.price * $1.quantity }
        let isPickedUp = chance.percent(9)
        let promised = visit.timeMs + chance.days(2...4)
        let placed = Order(number: newThing(), person: visit.number, items: items, total: total, promisedMs: promised)
        event("order_completed", on: visit.channel, at: visit.timeMs, of: visit.number, visit.names) { line in
            line.text("order_id", "o-", placed.number)
            line.number("revenue", total)
            line.text("currency", "JPY")
            line.products(items)
            if !isPickedUp { line.day("promised_at", promised) }
            line.text("fulfilment", isPickedUp ? "pickup" : "delivery")
        }
        if chance.percent(4) { return cancel(placed, at: visit.timeMs + chance.minutes(5...240), visit) }
        if isPickedUp {
            let store = chance.pick(Catalogue.stores)
            event("order_picked_up", on: "store", at: visit.timeMs + chance.hours(3...48)) {
                $0.text("order_id", "o-", placed.number)
                $0.text("location", store)
            }
            return
        }
        ship(placed, at: visit.timeMs + chance.hours(5...30))
    }

    private mutating func cancel(_ order: Order, at timeMs: Int64, _ visit: Visit) {
        event("order_cancelled", on: visit.channel, at: timeMs, of: visit.number, visit.names) {
            $0.text("order_id", "o-", order.number)
        }
        event("order_refunded", on: "web", at: timeMs + chance.hours(1...30)) {
            $0.text("order_id", "o-", order.number)
            $0.number("refund", order.total)
            $0.text("currency", "JPY")
            $0.flag("full", true)
        }
    }

    /// Parcels, each with its scans; the last one delivered is unpacked.
    mutating func ship(_ order: Order, at timeMs: Int64) {
        let parcels = chance.percent(14) ? 2 : 1
        let carrier = chance.pick(Catalogue.carriers)
        var arrivals: (last: Int64, parcel: Int) = (timeMs, 0)
        for _ in 0..<parcels {
            let parcel = newThing()
            event("order_shipped", on: "shipping", at: timeMs) { line in
                line.text("order_id", "o-", order.number)
                line.text("parcel_id", "p-", parcel)
                line.number("parcels", parcels)
                line.text("carrier", carrier)
                line.time("promised_at", order.promisedMs)
                if let old = order.replaces { line.text("replaces", "o-", old) }
            }
            let arrival = deliver(order, parcel, carrier, shippedMs: timeMs)
            if arrival >= arrivals.last { arrivals = (arrival, parcel) }
        }
        unpack(order, parcel: arrivals.parcel, deliveredMs: arrivals.last)
    }

    private mutating func deliver(_ order: Order, _ parcel: Int, _ carrier: String, shippedMs: Int64) -> Int64 {
        var time = shippedMs
        for status in ["picked_up", "in_transit", "out_for_delivery"] where chance.percent(70) {
            time += chance.hours(3...14)
            event("delivery_updated", on: "shipping", at: time) {
                $0.text("parcel_id", "p-", parcel)
                $0.text("status", status)
                $0.text("carrier", carrier)
            }
        }
        if chance.percent(10) {
            let eta = max(order.promisedMs, time) + chance.days(1...3)
            event("delivery_delayed", on: "shipping", at: time + chance.minutes(10...120)) {
                $0.text("parcel_id", "p-", parcel)
                $0.text("status", "delayed")
                $0.time("new_eta", eta)
            }
            time = eta
        }
        if chance.percent(6) {
            time += chance.hours(2...6)
            event("delivery_failed", on: "shipping", at: time) {
                $0.text("parcel_id", "p-", parcel)
                $0.text("status", "nobody_home")
            }
            time += chance.hours(16...30)
        }
        time += chance.hours(1...9)
        let namesOrder = chance.percent(50)
        event("order_delivered", on: "shipping", at: time) {
            if namesOrder { $0.text("order_id", "o-", order.number) }
            $0.text("parcel_id", "p-", parcel)
            $0.text("carrier", carrier)
        }
        return time
    }
}
