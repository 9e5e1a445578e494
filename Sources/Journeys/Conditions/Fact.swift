// SPDX-License-Identifier: Apache-2.0

/// What conditions can ask of a customer and of an event, by the names that the files use.
enum Fact: String, CaseIterable, Codable, Sendable {
    case by, buys, owned, orders, contacts, mood, stars, csat, nps, late, ticket, stage, purchases, settles, unwanted
    case idleDays = "idle_days"
    case standingOrders = "standing_orders"
    case liveSubscriptions = "live_subscriptions"
    case openCases = "open_cases"
    case cartItems = "cart_items"
    case wishlistItems = "wishlist_items"
    case customerMood = "customer_mood"
    case textMood = "text_mood"
    case strongTurn = "strong_turn"
    case losesAll = "loses_all"
    case cartEmptied = "cart_emptied"
    case completesDelivery = "completes_delivery"
    case orderEnds = "order_ends"
    case orderReturns = "order_returns"
    case firstPromise = "first_promise"
    case parcelsDelivered = "parcels_delivered"
    case standsInFor = "stands_in_for"
    case returnsSettled = "returns_settled"
    case startsContact = "starts_contact"
    case opensCase = "opens_case"
    case closesCase = "closes_case"
    case skipsInRow = "skips_in_row"
    case subscriptionDays = "subscription_days"
    case cyclePurchases = "cycle_purchases"
    case distinctProducts = "distinct_products"

    /// Those that list things, and things of which kind.
    var lists: ThingKind? {
        switch self {
        case .returnsSettled, .standsInFor: .order
        case .settles: .return
        case .closesCase: .case
        case .unwanted: .product
        default: nil
        }
    }

    static let listing = allCases.filter { $0.lists != nil }

    /// What only a stage model knows.
    static let ofModels: Set<Fact> = [.stage, .cyclePurchases, .distinctProducts]
    /// What stands before a touch is scored.
    static let beforeMood = Set(allCases).subtracting(ofModels)
        .subtracting([.mood, .textMood, .strongTurn, .customerMood])
    /// What stands before anything else of the event is known.
    static let ofTheEvent: Set<Fact> = [.by, .idleDays]
}
