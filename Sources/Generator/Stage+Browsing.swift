// SPDX-License-Identifier: Apache-2.0

/// A visit to the web shop or the app: how it began, what was looked at, and whether it ended in an order.
extension Stage {
    /// Where somebody browses, and what their events show.
    struct Visit {
        var number: Int
        var names: Names
        var channel: String
        var timeMs: Int64
        var isSignedIn = false
        /// What the cookie banner was told; nil: nothing.
        var consent: Bool?
    }

    private static let looks = [
        "product_viewed", "product_viewed", "product_viewed", "review_read", "product_list_viewed", "comparison_viewed",
    ]

    mutating func browse(_ number: Int, at timeMs: Int64) {
        var visit = arrive(number, at: timeMs)
        signIn(&visit)
        let wanted = look(&visit)
        if chance.percent(38) { fillCart(&visit, wanted) }
        if visit.isSignedIn && chance.percent(visit.names.contains(.tablet) ? 55 : 6) {
            visit.timeMs += chance.seconds(20...300)
            event("signed_out", on: visit.channel, at: visit.timeMs, of: number, visit.names)
        }
    }

    private mutating func arrive(_ number: Int, at timeMs: Int64) -> Visit {
        let person = cast[number]
        var visit = Visit(number: number, names: .cookie, channel: "web", timeMs: timeMs)
        if person.hasApp && chance.percent(50) {
            visit.names = .app
            visit.channel = "app"
            event("application_opened", on: "app", at: timeMs, of: number, visit.names)
        } else if person.sharesTablet && chance.percent(45) {
            visit.names = .tablet
        } else if chance.percent(3) {
            cast[number].cookies += 1
        }
        if chance.percent(0.3) { visit.names.insert(.junk) }
        if chance.percent(8) { visit.consent = chance.percent(70) }
        guard visit.channel == "web", chance.percent(45) else { return visit }
        let campaign = chance.pick(Catalogue.campaigns)
        if chance.percent(30) && (person.hasAccount || person.staysGuest) {
            event("email_link_clicked", on: "email", at: timeMs, of: number, [visit.names, .email]) {
                $0.text("campaign", campaign)
            }
        } else {
            let cost = chance.within(20...180)
            event("ad_clicked", on: "ads", at: timeMs, of: number, visit.names) {
                $0.text("campaign", campaign)
                $0.number("cost", cost)
            }
        }
        return visit
    }

    private mutating func signIn(_ visit: inout Visit) {
        let number = visit.number
        let person = cast[number]
        let channel = visit.channel
        visit.timeMs += chance.seconds(5...60)
        if !person.hasAccount {
            guard !person.staysGuest && chance.percent(30) else { return }
            cast[number].hasAccount = true
            let agrees = chance.percent(96)
            event(
                "signed_up",
                on: channel,
                at: visit.timeMs,
                of: number,
                [visit.names, .user, .email],
                consent: agrees
            ) { line in
                line.object("traits") {
                    $0.text("language", person.isJapanese ? "ja" : "en")
                    $0.text("family_name", Catalogue.families[number / 3 % Catalogue.families.count])
                }
            }
        } else {
            guard chance.percent(visit.names.contains(.tablet) ? 80 : 45) else { return }
            let shown: Names = chance.percent(50) ? [visit.names, .user, .email] : [visit.names, .user]
            event("signed_in", on: channel, at: visit.timeMs, of: number, shown)
        }
        visit.isSignedIn = true
        visit.names.insert(.user)
        visit.names.remove(.junk)
        linkMore(visit)
    }

    private mutating func linkMore(_ visit: Visit) {
        let person = cast[visit.number]
        let soon = visit.timeMs + 1500
        if person.hasLine && !person.isLineLinked && chance.percent(35) {
            cast[visit.number].isLineLinked = true
            event("account_linked", on: visit.channel, at: soon, of: visit.number, [.user, .line])
        } else if person.hasLoyalty && chance.percent(15) {
            event("account_linked", on: visit.channel, at: soon, of: visit.number, [.user, .loyalty])
        } else if !person.hasApp && chance.percent(6) {
            cast[visit.number].hasApp = true
            event("application_opened", on: "app", at: soon + chance.hours(1...30), of: visit.number, [.app, .user])
        }
    }

    /// Pages and products; gives the last product seen.
    private mutating func look(_ visit: inout Visit) -> Int {
        var product = chance.below(Catalogue.products.count)
        let (number, channel) = (visit.number, visit.channel)
        if chance.percent(40) {
            let query = chance.pick(Catalogue.queries)
            event("products_searched", on: channel, at: visit.timeMs, of: number, visit.names, consent: visit.consent) {
                $0.text("query", query)
            }
        } else {
            let type = channel == "app" ? "screen_viewed" : "page_viewed"
            event(type, on: channel, at: visit.timeMs, of: number, visit.names, consent: visit.consent) {
                $0.text("url", "https://shop.example.com/" + Catalogue.products[product].category)
                $0.text("title", Catalogue.products[product].category)
            }
        }
        for _ in 0..<chance.within(1...4) {
            visit.timeMs += chance.seconds(8...150)
            product = chance.below(Catalogue.products.count)
            let shown = Catalogue.products[product]
            event(
                chance.pick(Self.looks),
                on: channel,
                at: visit.timeMs,
                of: number,
                visit.names,
                consent: visit.consent
            ) {
                $0.text("product_id", shown.id)
                $0.number("price", shown.price)
            }
        }
        visit.timeMs += chance.seconds(5...90)
        let id = Catalogue.products[product].id
        if chance.percent(12) {
            let location = chance.pick(Catalogue.stores)
            event(
                "product_added_to_wishlist",
                on: channel,
                at: visit.timeMs,
                of: number,
                visit.names,
                consent: visit.consent
            ) {
                $0.text("product_id", id)
                $0.text("location", location)
            }
        } else if chance.percent(6) {
            let location = chance.pick(Catalogue.stores)
            let quantity = chance.below(4)
            event("stock_checked", on: channel, at: visit.timeMs, of: number, visit.names, consent: visit.consent) {
                $0.text("product_id", id)
                $0.text("location", location)
                $0.number("quantity", quantity)
            }
        }
        return product
    }

    private mutating func fillCart(_ visit: inout Visit, _ wanted: Int) {
        let (number, channel) = (visit.number, visit.channel)
        let cart = newThing()
        var items = [Item(product: wanted, quantity: chance.within(1...2))]
        if chance.percent(35) {
            let other = (wanted + chance.within(1...5)) % Catalogue.products.count
            items.append(Item(product: other, quantity: 1))
        }
        for item in items {
            visit.timeMs += chance.seconds(5...60)
            event("product_added", on: channel, at: visit.timeMs, of: number, visit.names) {
                $0.text("cart_id", "cart-", cart)
                $0.text("product_id", item.id)
                $0.number("quantity", item.quantity)
                $0.number("price", item.price)
            }
        }
        if chance.percent(8), let last = items.popLast() {
            visit.timeMs += chance.seconds(10...90)
            event("product_removed", on: channel, at: visit.timeMs, of: number, visit.names) {
                $0.text("cart_id", "cart-", cart)
                $0.text("product_id", last.id)
            }
        }
        guard !items.isEmpty, chance.percent(68) else { return }
        checkOut(&visit, items, cart)
    }

    private mutating func checkOut(_ visit: inout Visit, _ items: [Item], _ cart: Int) {
        let (number, channel) = (visit.number, visit.channel)
        visit.timeMs += chance.seconds(10...120)
        event("checkout_started", on: channel, at: visit.timeMs, of: number, visit.names) {
            $0.text("cart_id", "cart-", cart)
        }
        if chance.percent(15) {
            let coupon = chance.pick(Catalogue.coupons)
            event("coupon_applied", on: channel, at: visit.timeMs + 800, of: number, visit.names) {
                $0.text("cart_id", "cart-", cart)
                $0.text("coupon", coupon)
            }
        }
        guard visit.isSignedIn || chance.percent(60) else { return }  // many guests turn away here
        // A guest tells who they are for the first time; the phone number is for the carrier.
        visit.names.insert(.email)
        if chance.percent(50) { visit.names.insert(.phone) }
        visit.timeMs += chance.seconds(15...240)
        let method = chance.pick(["card", "konbini", "paypay", "cod"])
        event("payment_info_entered", on: channel, at: visit.timeMs, of: number, visit.names) {
            $0.text("method", method)
        }
        if chance.percent(7) {
            visit.timeMs += chance.seconds(3...20)
            event("payment_failed", on: channel, at: visit.timeMs, of: number, visit.names) {
                $0.text("cart_id", "cart-", cart)
                $0.text("method", method)
            }
            guard chance.percent(60) else { return }
        }
        visit.timeMs += chance.seconds(5...60)
        order(items, by: visit)
    }
}
