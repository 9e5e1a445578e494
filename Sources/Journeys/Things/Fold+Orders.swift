// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

extension Fold {
    /// The order that the event is about: it says which, or this or an earlier event named it together with the parcel
    /// or the return.
    private mutating func orderPlace(_ step: Step) -> Int? {
        if step.order == nil, step.kind == .orderCompleted {
            return state.orders.place(of: step.ownName, name: nil, currency: currency)
        }
        if let name = step.order {
            if let parcel = step.parcel, state.orders.byParcel[parcel] == nil { state.orders.byParcel[parcel] = name }
            if let back = step.returned, state.orders.byReturn[back] == nil { state.orders.byReturn[back] = name }
        }
        let ofParcel = step.parcel.flatMap { state.orders.byParcel[$0] }
        let known = ofParcel ?? step.returned.flatMap { state.orders.byReturn[$0] }
        return (step.order ?? known).map { state.orders.place(of: $0, name: $0, currency: currency) }
    }

    /// The order at `place` replaces the one of this name; nil: not known which.
    private mutating func replace(_ name: Text?, by place: Int) {
        let new = state.orders[place]
        if let own = new.name, own == name { return }
        if !new.isReplacement { state.orders.replacements.append(place) }
        state.orders[place].isReplacement = true
        state.orders[place].replaces = new.replaces ?? name
    }

    mutating func changeOrder(_ step: Step, _ facts: Facts) {
        let place = orderPlace(step)
        let before = place.map { state.orders[$0] }
        if let place, let replaced = step.replaces { replace(replaced, by: place) }
        if let replacement = step.replacement {
            let new = state.orders.place(of: replacement, name: replacement, currency: currency)
            replace(before?.name, by: new)
            state.recount(new)
        }
        if let place { tell(step, place, isNew: before?.knownAt == nil) }
        deliver(step, place)
        if let place, step.kind == .orderCancelled { state.orders[place].isCancelled = true }
        if step.kind == .orderRefunded { refund(step, place) }
        if let place { settle(step, place) }
        let arrives = place.map { state.orders[$0].arrived != nil } ?? false && before?.arrived == nil
        changeReturns(step, place, arrives: arrives, facts)
        if let place { state.recount(place) }
        guard let place, let before else {
            changeBasket(step, isBought: false, facts)
            return
        }
        let after = state.orders[place]
        let becomesKnown = before.knownAt == nil
        changeBasket(step, isBought: becomesKnown && after.isCounted, facts)
        facts.buys = becomesKnown && after.isStanding && !state.isIncluded(after)
        facts.orderEnds = after.hasEnded && !before.hasEnded
        facts.completesDelivery = after.arrived != nil && before.arrived == nil
        facts.late = facts.completesDelivery && after.promiseMs.map { step.timeMs > $0 } ?? false
        facts.standsInFor = after.replaces == nil ? [] : state.orders.standsInFor(after)
        facts.firstPromise = before.promiseMs == nil && after.promiseMs != nil && !after.isDone
        facts.parcelsDelivered = max(after.delivered.count, after.arrived == nil ? 0 : 1)
        facts.ownOrders = [after.name ?? step.ownName]
    }

    /// What events of the groups orders and delivery tell of an order.
    private mutating func tell(_ step: Step, _ place: Int, isNew: Bool) {
        if step.type.group == .orders || step.type.group == .delivery {
            if let said = Number(step[P.parcels]), said.isWhole {
                let count = Int(clamping: Int64(exactly: said.double) ?? (said.double < 0 ? 0 : .max))
                state.orders[place].parcelsSaid = max(state.orders[place].parcelsSaid, count)
            }
            if state.orders[place].promiseMs == nil, let promise = step[P.promisedAt] {
                state.orders[place].promiseMs = book.moments.read(promise)
                if state.orders[place].promiseMs == nil { state.unreadableDates += 1 }
            }
        }
        if step.type.group == .orders {
            if let revenue = Amount(step[P.revenue]) { state.orders[place].revenue = revenue }
            if let currency = step[P.currency].name { state.orders[place].currency = currency }
            if let fulfilment = step[P.fulfilment], Optional(fulfilment).isTruthy {
                state.orders[place].isHandedOver = fulfilment == .string("carried") || fulfilment == .string("digital")
            }
        }
        guard step.kind == .orderCompleted else { return }
        if let subscription = step.subscription, state.orders[place].subscription == nil {
            state.orders[place].subscription = subscription
            state.orders.bySubscription[subscription, default: []].append(place)
        }
        guard isNew else { return }
        state.orders[place].knownAt = step.number
        if state.orders[place].isHandedOver == nil, step.event.channel == "store" {
            state.orders[place].isHandedOver = true
        }
    }

    private mutating func deliver(_ step: Step, _ place: Int?) {
        let delivers = step.kind?.delivers ?? false
        if let parcel = step.parcel, delivers || step.kind == .orderShipped {
            state.orders.parcels[parcel] = delivers || (state.orders.parcels[parcel] ?? false)
        }
        guard let place else { return }
        if step.type.group == .delivery, let parcel = step.parcel { state.orders[place].parcels.insert(parcel) }
        guard delivers else { return }
        if let parcel = step.parcel {
            state.orders[place].delivered.insert(parcel)
        } else {
            state.orders[place].isDeliveredWhole = true
        }
    }

    /// Whether the order has ended, and whether it has arrived, once the event has told all.
    private mutating func settle(_ step: Step, _ place: Int) {
        let order = state.orders[place]
        state.orders[place].hasEnded = order.hasEnded || order.isCancelled || order.isRefunded
        let isAllThere = order.delivered.count >= max(order.parcelsSaid, order.parcels.count)
        if order.arrived == nil, order.isDeliveredWhole || order.isHandedOver ?? false || isAllThere {
            state.orders[place].arrived = .init(timeMs: step.timeMs, step: step.number)
        }
    }

    private mutating func refund(_ step: Step, _ place: Int?) {
        var amount = Amount(step[P.refund])
        var currency = step[P.currency].name
        let isAllOfIt = step[P.refund] == nil && !step[P.products].isTruthy && step.returned == nil
        if let place {
            let order = state.orders[place]
            if isAllOfIt, let revenue = order.revenue {
                let left = revenue - order.gotBack
                amount = left < .zero ? .zero : left
                currency = nil
            }
            if isAllOfIt || step[P.full] == .bool(true) { state.orders[place].isFullyRefunded = true }
            if let amount { state.orders[place].refunds.add(amount, currency) }
        } else if let amount {
            state.orders.looseRefunds.add(amount, currency)
        }
    }
}
