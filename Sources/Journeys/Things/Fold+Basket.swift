// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// Cart and wish list, across channels.
struct Basket: Codable, Sendable {
    var cart = SortedMap<Text, Number>()
    /// The newest event that put a product into the cart, even after it was taken out.
    var added = SortedMap<Text, Wish>()
    var wishes = SortedMap<Text, Wish>()

    /// An event that says what the customer wants, and where.
    struct Wish: Codable, Sendable {
        var event: EventMark
        var location: Text?
    }

    func wants(_ product: Text) -> Bool { cart[product] != nil || wishes[product] != nil }

    /// The events that news about a product can make the cause of an alert.
    var causes: [EventMark] {
        wishes.map(\.value.event) + added.filter { cart[$0.key] != nil }.map(\.value.event)
    }
}

extension Fold {
    /// - Parameter isBought: the event makes an order known that is no replacement.
    mutating func changeBasket(_ step: Step, isBought: Bool, _ facts: Facts) {
        let cartCount = state.basket.cart.count
        var touched: [Text] = []
        var taken: [(product: Text, quantity: Number?)] = []
        if isBought {
            taken = step.event.listedProducts
            if taken.isEmpty, step.event.channel != "store" {
                touched = state.basket.cart.keys
                state.basket.cart.removeAll()
            }
        } else if let product = step.product {
            let wish = Basket.Wish(event: step.mark(book.wishAsks, nil), location: step[P.location].name)
            switch step.kind {
            case .productAdded:
                state.basket.cart[product] = (state.basket.cart[product] ?? .int(0)) + (step.event.quantity ?? .int(1))
                state.basket.added[product] = wish
            case .wished: state.basket.wishes[product] = wish
            case .unwished:
                if state.basket.wishes.removeValue(forKey: product) != nil { touched.append(product) }
            case .productRemoved: taken = [(product, step.event.quantity)]
            default: break
            }
        }
        for (product, quantity) in taken {
            if state.basket.wants(product) { touched.append(product) }
            let held = state.basket.cart.removeValue(forKey: product)
            if let held, let quantity, quantity < held { state.basket.cart[product] = held + -quantity }
            if isBought { state.basket.wishes[product] = nil }
        }
        for product in touched where !state.basket.wants(product) { facts.unwanted.insertSorted(product) }
        facts.cartEmptied = cartCount > 0 && state.basket.cart.isEmpty
    }
}
