// SPDX-License-Identifier: Apache-2.0

/// Stores, campaigns, subscriptions, consent; and what is about nobody.
extension Stage {
    mutating func visitStore(_ number: Int, at timeMs: Int64) {
        let store = chance.pick(Catalogue.stores)
        guard cast[number].hasLoyalty || chance.percent(30) else { return touch(number, at: timeMs) }
        cast[number].hasLoyalty = true
        event("store_visited", on: "store", at: timeMs, of: number, .loyalty) { $0.text("location", store) }
        var time = timeMs
        let product = chance.below(Catalogue.products.count)
        let item = Item(product: product, quantity: 1)
        if chance.percent(60) {
            time += chance.minutes(2...15)
            event(
                chance.percent(60) ? "product_tried" : "product_inquired",
                on: "store",
                at: time,
                of: number,
                .loyalty
            ) {
                $0.text("product_id", item.id)
                $0.text("location", store)
            }
        }
        guard chance.percent(45) else { return }
        time += chance.minutes(2...15)
        let bought = newThing()
        // Some show the app at the till: card and account meet.
        let names: Names = cast[number].hasAccount && chance.percent(25) ? [.loyalty, .user] : .loyalty
        event("order_completed", on: "store", at: time, of: number, names) { line in
            line.text("order_id", "o-", bought)
            line.number("revenue", item.price)
            line.text("currency", "JPY")
            line.list("products") {
                $0.object {
                    $0.text("product_id", item.id)
                    $0.number("quantity", 1)
                    $0.number("price", item.price)
                }
            }
            line.text("fulfilment", "carried")
            line.text("location", store)
        }
    }

    /// A screen in a store, where one person after another signs in.
    mutating func useKiosk(_ number: Int, at timeMs: Int64) {
        let store = chance.pick(Catalogue.stores)
        var names: Names = .kiosk
        if cast[number].hasAccount && chance.percent(50) {
            names.insert(.user)
            event("signed_in", on: "store", at: timeMs, of: number, names, store: store)
        }
        let product = chance.pick(Catalogue.products).id
        event("product_viewed", on: "store", at: timeMs + chance.seconds(20...90), of: number, names, store: store) {
            $0.text("product_id", product)
        }
        if names.contains(.user) && chance.percent(70) {
            event("signed_out", on: "store", at: timeMs + chance.seconds(100...300), of: number, names, store: store)
        }
    }

    mutating func touch(_ number: Int, at timeMs: Int64) {
        let person = cast[number]
        let campaign = chance.pick(Catalogue.campaigns)
        switch chance.below(10) {
        case ..<5 where person.hasAccount:
            event("email_delivered", on: "email", at: timeMs, of: number, .email) { $0.text("campaign", campaign) }
            guard chance.percent(40) else { return }
            let opened = timeMs + chance.minutes(2...900)
            event("email_opened", on: "email", at: opened, of: number, .email) { $0.text("campaign", campaign) }
            if chance.percent(3) { event("unsubscribed", on: "email", at: opened + 60_000, of: number, .email) }
        case ..<7 where person.hasApp:
            event("push_notification_opened", on: "app", at: timeMs, of: number, .app) { $0.text("campaign", campaign) }
        case ..<8 where person.isLineLinked:
            let creator = chance.pick(Catalogue.creators)
            event("social_mentioned", on: "social", at: timeMs, of: number, .line) {
                $0.text("creator", creator)
                $0.text("campaign", campaign)
            }
        default:
            event(chance.percent(70) ? "ad_viewed" : "banner_clicked", on: "ads", at: timeMs, of: number, .cookie) {
                $0.text("campaign", campaign)
            }
        }
    }

    mutating func subscribe(_ number: Int, at timeMs: Int64) {
        guard cast[number].hasAccount else { return touch(number, at: timeMs) }
        if cast[number].subscription > 0 { return reconsider(number, at: timeMs) }
        let subscription = newThing()
        cast[number].subscription = subscription
        let plan = chance.pick(Catalogue.plans)
        let revenue = chance.pick([1980, 2980, 4980])
        let terms = { (line: inout LineWriter) in
            line.text("subscription_id", "s-", subscription)
            line.text("plan", plan)
            line.number("interval_days", 30)
            line.number("revenue", revenue)
            line.text("currency", "JPY")
        }
        event("subscription_started", on: "subscription", at: timeMs, of: number, .user, properties: terms)
        var time = timeMs
        for _ in 0..<chance.within(1...3) {
            time += 30 * 86_400_000
            if chance.percent(8) {
                event("subscription_payment_failed", on: "subscription", at: time) {
                    $0.text("subscription_id", "s-", subscription)
                }
                time += chance.hours(10...40)
            }
            event("subscription_renewed", on: "subscription", at: time, properties: terms)
        }
    }

    /// A subscriber thinks again.
    private mutating func reconsider(_ number: Int, at timeMs: Int64) {
        let subscription = cast[number].subscription
        let type = chance.pick([
            "subscription_skipped", "subscription_skipped", "subscription_paused", "subscription_resumed",
            "subscription_upgraded",
            "subscription_frequency_changed", "payment_method_updated", "subscription_cancel_page_viewed",
        ])
        event(type, on: "subscription", at: timeMs, of: number, .user) {
            $0.text("subscription_id", "s-", subscription)
        }
        guard type == "subscription_cancel_page_viewed", chance.percent(50) else { return }
        let reason = chance.pick(["too_expensive", "too_much", "moving", "quality"])
        event("subscription_cancelled", on: "subscription", at: timeMs + chance.minutes(1...10), of: number, .user) {
            $0.text("subscription_id", "s-", subscription)
            $0.text("reason", reason)
        }
        cast[number].subscription = 0
    }

    mutating func changeConsent(_ number: Int, at timeMs: Int64) {
        let names: Names = cast[number].hasAccount ? .user : .cookie
        let agrees = chance.percent(60)
        event("consent_changed", on: "web", at: timeMs, of: number, names) { line in
            line.object("consent") { $0.flag("identity", agrees) }
        }
    }

    /// Sold out, and some days later there again.
    mutating func changeStock(at timeMs: Int64) {
        let product = chance.pick(Catalogue.products).id
        let store = chance.pick(Catalogue.stores)
        let again = chance.within(5...60)
        for (time, quantity) in [(timeMs, 0), (timeMs + chance.hours(8...120), again)] {
            event("stock_changed", on: "inventory", at: time) {
                $0.text("product_id", product)
                $0.text("location", store)
                $0.number("quantity", quantity)
            }
        }
    }

    mutating func reportCosts(at timeMs: Int64) {
        let campaign = chance.pick(Catalogue.campaigns)
        let cost = chance.within(5000...80_000)
        event("campaign_cost_reported", on: "ads", at: timeMs) {
            $0.text("campaign", campaign)
            $0.number("cost", cost)
            $0.text("currency", "JPY")
            $0.day("from", timeMs - 7 * 86_400_000)
            $0.day("to", timeMs)
        }
    }
}
