// SPDX-License-Identifier: Apache-2.0

/// The facts as they stand after one event, and the things that the event is about. Lives as long as the event is
/// walked; a class, because every condition looks at it.
final class Facts {
    var isByCustomer = true
    var idleDays: Double?
    // Of the customer.
    var standingOrders = 0
    var liveSubscriptions = 0
    var purchases = 0
    var orders = 0
    var contacts = 0
    var openCases = 0
    var cartItems = 0
    var wishlistItems = 0
    var customerMood: Double?
    // Of the event.
    var buys = false
    var losesAll = false
    var mood: Double?
    var textMood: Double?
    var strongTurn = false
    var stars: Double?
    var csat: Double?
    var nps: Int?
    var cartEmptied = false
    var unwanted: [Text] = []
    // Of its order.
    var orderEnds = false
    var completesDelivery = false
    var late = false
    var firstPromise = false
    var orderReturns: Int?
    var parcelsDelivered: Int?
    var standsInFor: [Text] = []
    var settles: [Text] = []
    var returnsSettled: [Text] = []
    // Of its case.
    var startsContact = false
    var ticket: Bool?
    var opensCase = false
    var closesCase: [Text] = []
    // Of its subscription.
    var skipsInRow: Int?
    var subscriptionDays: Double?
    // What the event is about.
    var ownProducts: [Text] = []
    var ownOrders: [Text] = []
    var ownReturns: [Text] = []
    var ownCases: [Text] = []
    var ownSubscriptions: [Text] = []

    /// What `CompiledCondition.needs` is held against; all are set while facts are still to come.
    var bits = UInt64.max

    /// The things of a kind that the event itself is about.
    func own(_ kind: ThingKind) -> [Text] {
        switch kind {
        case .product: ownProducts
        case .order: ownOrders
        case .return: ownReturns
        case .case: ownCases
        case .subscription: ownSubscriptions
        }
    }

    /// What a fact lists, sorted.
    func listed(_ fact: Fact) -> [Text] {
        switch fact {
        case .returnsSettled: returnsSettled
        case .standsInFor: standsInFor
        case .settles: settles
        case .closesCase: closesCase
        case .unwanted: unwanted
        default: []
        }
    }

    private static let listing = Fact.listing.reduce(0) { $0 | $1.bit }

    /// The things of a kind that conditions may be about: the event's own, then those that facts list.
    func things(_ kind: ThingKind) -> [Text] {
        let own = own(kind)
        if bits & Self.listing == 0 { return own }
        var listed: [Text] = []
        for fact in Fact.listing where fact.lists == kind {
            for thing in self.listed(fact) where !own.contains(thing) { listed.insertSorted(thing) }
        }
        return own + listed
    }

    /// A fact of the customer or of the event; what only models know is absent.
    func answer(_ fact: Fact) -> Answer {
        switch fact {
        case .by: .text(isByCustomer ? "customer" : "company")
        case .idleDays: Answer(idleDays)
        case .standingOrders: Answer(standingOrders)
        case .liveSubscriptions: Answer(liveSubscriptions)
        case .purchases: Answer(purchases)
        case .owned: .bool(purchases > 0)
        case .orders: Answer(orders)
        case .contacts: Answer(contacts)
        case .openCases: Answer(openCases)
        case .cartItems: Answer(cartItems)
        case .wishlistItems: Answer(wishlistItems)
        case .customerMood: Answer(customerMood)
        case .buys: .bool(buys)
        case .losesAll: .bool(losesAll)
        case .mood: Answer(mood)
        case .textMood: Answer(textMood)
        case .strongTurn: .bool(strongTurn)
        case .stars: Answer(stars)
        case .csat: Answer(csat)
        case .nps: Answer(nps)
        case .cartEmptied: .bool(cartEmptied)
        case .orderEnds: .bool(orderEnds)
        case .completesDelivery: .bool(completesDelivery)
        case .late: .bool(late)
        case .firstPromise: .bool(firstPromise)
        case .orderReturns: Answer(orderReturns)
        case .parcelsDelivered: Answer(parcelsDelivered)
        case .startsContact: .bool(startsContact)
        case .ticket: ticket.map(Answer.bool) ?? .absent
        case .opensCase: .bool(opensCase)
        case .skipsInRow: Answer(skipsInRow)
        case .subscriptionDays: Answer(subscriptionDays)
        case .returnsSettled, .standsInFor, .settles, .closesCase, .unwanted: .bool(!listed(fact).isEmpty)
        case .stage, .cyclePurchases, .distinctProducts: .absent
        }
    }
}
