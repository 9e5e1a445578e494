// SPDX-License-Identifier: Apache-2.0

/// What people do with what they bought: unpack it, use it, praise it, send it back.
extension Stage {
    mutating func unpack(_ order: Order, parcel: Int, deliveredMs: Int64) {
        let person = cast[order.person]
        let isReplacement = order.replaces != nil
        let isBad = !isReplacement && chance.percent(11)
        let time = deliveredMs + chance.minutes(10...900)
        if isBad || chance.percent(45) {
            let condition = isBad ? chance.pick(["damaged", "damaged", "missing", "wrong"]) : "ok"
            let text = (isBad ? Phrases.unboxedBadly : .unboxedWell).pick(person.isJapanese, &chance)
            let names: Names = person.hasApp ? [.app] : person.isLineLinked ? [.line] : []
            let says = isBad || chance.percent(40)
            event("package_unboxed", on: "unboxing", at: time, of: order.person, names) {
                $0.text("order_id", "o-", order.number)
                $0.text("parcel_id", "p-", parcel)
                $0.text("condition", condition)
                if says { $0.text("text", text) }
            }
        }
        if isReplacement { return }
        if isBad {
            seekHelp(order.person, at: time + chance.minutes(5...240), isAngry: chance.percent(60), order: order.number)
            sendBack(order, at: time + chance.hours(3...30), isExchange: chance.percent(55), reason: "damaged")
        } else if chance.percent(6) {
            sendBack(order, at: time + chance.days(1...6), isExchange: chance.percent(30), reason: "size")
        } else {
            enjoy(order, from: time)
        }
    }

    private mutating func enjoy(_ order: Order, from timeMs: Int64) {
        let person = cast[order.person]
        let item = order.items[0]
        if person.hasApp && chance.percent(45) {
            var time = timeMs
            for _ in 0..<chance.within(1...3) {
                time += chance.hours(6...90)
                event("product_used", on: "app", at: time, of: order.person, .app) { $0.text("product_id", item.id) }
            }
        }
        guard chance.percent(22) else { return }
        let shown: Names = person.hasAccount ? .user : .email
        let rating = chance.pick([5, 5, 5, 4, 4, 3, 2, 1])
        review(order.person, shown, item.id, rating, at: timeMs + chance.days(1...10))
        if rating == 5 && chance.percent(30) {
            event("product_shared", on: "social", at: timeMs + chance.days(11...14), of: order.person, shown) {
                $0.text("product_id", item.id)
                $0.text("source", "instagram")
            }
        }
    }

    /// A return or an exchange: asked for, received, and settled by a refund or by another order.
    private mutating func sendBack(_ order: Order, at timeMs: Int64, isExchange: Bool, reason: String) {
        let person = cast[order.person]
        let names: Names = person.hasAccount ? .user : .email
        let (number, replacement) = (newThing(), newThing())
        let text = Phrases.returning.pick(person.isJapanese, &chance)
        let namesReplacement = isExchange && chance.percent(50)
        event(isExchange ? "exchange_requested" : "return_requested", on: "web", at: timeMs, of: order.person, names) {
            $0.text("order_id", "o-", order.number)
            $0.text("return_id", "r-", number)
            $0.text("product_id", order.items[0].id)
            $0.text("reason", reason)
            $0.text("text", text)
            if namesReplacement { $0.text("replacement_order_id", "o-", replacement) }
        }
        let received = timeMs + chance.days(2...5)
        event("return_received", on: "warehouse", at: received) { $0.text("return_id", "r-", number) }
        if isExchange {
            var other = order
            other.number = replacement
            other.replaces = order.number
            other.promisedMs = received + chance.days(2...4)
            ship(other, at: received + chance.hours(4...30))
        } else {
            let refund = order.items[0].price * order.items[0].quantity
            event("order_refunded", on: "web", at: received + chance.hours(2...48)) {
                $0.text("order_id", "o-", order.number)
                $0.text("return_id", "r-", number)
                $0.number("refund", refund)
                $0.text("currency", "JPY")
            }
        }
    }

    private mutating func review(_ number: Int, _ names: Names, _ product: String, _ rating: Int, at timeMs: Int64) {
        let phrases: Phrases = rating >= 4 ? .praising : rating == 3 ? .lukewarm : .complaining
        let text = phrases.pick(cast[number].isJapanese, &chance)
        event("product_reviewed", on: "web", at: timeMs, of: number, names) {
            $0.text("product_id", product)
            $0.number("rating", rating)
            $0.text("text", text)
        }
    }

    /// A survey or a recommendation, out of the blue.
    mutating func speakUp(_ number: Int, at timeMs: Int64) {
        let person = cast[number]
        let names: Names = person.hasAccount ? .user : .cookie
        switch chance.below(10) {
        case ..<5:
            let score = chance.pick([10, 10, 9, 9, 8, 8, 7, 6, 4, 2, 0])
            event("nps_answered", on: "web", at: timeMs, of: number, names) { $0.number("score", score) }
        case ..<8:
            let rating = chance.within(1...5)
            review(number, names, Catalogue.products[chance.below(Catalogue.products.count)].id, rating, at: timeMs)
        default:
            event("referral_sent", on: "web", at: timeMs, of: number, names) { $0.text("code", "TOMO-", number) }
        }
    }
}
