// SPDX-License-Identifier: Apache-2.0

// Most conditions fail for a fact that is not so: one word of bits tells that of all facts at once. A bit is set where a
// fact is true, lists something, counts more than none, or is known at all. What a bit cannot tell is asked as ever.

extension Fact {
    private enum Kind { case flag, count, known, model }

    private var kind: Kind {
        switch self {
        case .by, .buys, .owned, .late, .settles, .unwanted, .strongTurn, .losesAll, .cartEmptied, .completesDelivery,
            .orderEnds, .firstPromise, .standsInFor, .returnsSettled, .startsContact, .opensCase, .closesCase:
            .flag
        case .orders, .contacts, .purchases, .standingOrders, .liveSubscriptions, .openCases, .cartItems,
            .wishlistItems:
            .count
        case .mood, .stars, .csat, .nps, .ticket, .idleDays, .customerMood, .textMood, .orderReturns, .parcelsDelivered,
            .skipsInRow, .subscriptionDays:
            .known
        case .stage, .cyclePurchases, .distinctProducts: .model
        }
    }

    /// Its own bit.
    var bit: UInt64 {
        let place: UInt64 =
            switch self {
            case .by: 0
            case .buys: 1
            case .owned: 2
            case .orders: 3
            case .contacts: 4
            case .mood: 5
            case .stars: 6
            case .csat: 7
            case .nps: 8
            case .late: 9
            case .ticket: 10
            case .stage: 11
            case .purchases: 12
            case .settles: 13
            case .unwanted: 14
            case .idleDays: 15
            case .standingOrders: 16
            case .liveSubscriptions: 17
            case .openCases: 18
            case .cartItems: 19
            case .wishlistItems: 20
            case .customerMood: 21
            case .textMood: 22
            case .strongTurn: 23
            case .losesAll: 24
            case .cartEmptied: 25
            case .completesDelivery: 26
            case .orderEnds: 27
            case .orderReturns: 28
            case .firstPromise: 29
            case .parcelsDelivered: 30
            case .standsInFor: 31
            case .returnsSettled: 32
            case .startsContact: 33
            case .opensCase: 34
            case .closesCase: 35
            case .skipsInRow: 36
            case .subscriptionDays: 37
            case .cyclePurchases: 38
            case .distinctProducts: 39
            }
        return 1 << place
    }

    /// The bit without which a test of this fact cannot hold; 0: it may hold without.
    func need(of test: Test) -> UInt64 {
        let isNeeded =
            switch kind {
            case .flag: self == .by ? test.isOnlyText("customer") : test.isOnlyTrue
            case .count: test.isOfMoreThanNone
            case .known: test.isOfWhatIsThere
            case .model: false
            }
        return isNeeded ? bit : 0
    }
}

extension CompiledCondition.FactTest {
    var needs: UInt64 { fact.need(of: test) }
}

extension Test {
    fileprivate var isOnlyTrue: Bool { if case .isTrue = self { true } else { false } }

    fileprivate func isOnlyText(_ wanted: String) -> Bool {
        if case .text(let text) = self { text == Text(wanted) } else { false }
    }

    /// Of the numbers from none on it lets through only those above none.
    fileprivate var isOfMoreThanNone: Bool {
        switch self {
        case .number(let wanted): .int(0) < wanted
        case .any(let tests): tests.allSatisfy(\.isOfMoreThanNone)
        case .all(let comparisons):
            comparisons.contains { comparison in
                switch comparison {
                case .gte(let limit): .int(0) < limit
                case .gt(let limit): !(limit < .int(0))
                default: false
                }
            }
        case .isTrue, .isFalse, .text: false
        }
    }

    /// It does not hold for what is absent.
    fileprivate var isOfWhatIsThere: Bool {
        switch self {
        case .isTrue, .isFalse, .number, .text: true
        case .any(let tests): tests.allSatisfy(\.isOfWhatIsThere)
        case .all(let comparisons):
            comparisons.contains { if case .exists(false) = $0 { false } else { true } }
        }
    }
}

extension Facts {
    /// The bits of the facts as they stand now.
    var bitsNow: UInt64 {
        var bits: UInt64 = 0
        func set(_ fact: Fact, _ isSo: Bool) { if isSo { bits |= fact.bit } }
        set(.by, isByCustomer)
        set(.buys, buys)
        set(.owned, purchases > 0)
        set(.orders, orders > 0)
        set(.contacts, contacts > 0)
        set(.mood, mood != nil)
        set(.stars, stars != nil)
        set(.csat, csat != nil)
        set(.nps, nps != nil)
        set(.late, late)
        set(.ticket, ticket != nil)
        set(.purchases, purchases > 0)
        set(.settles, !settles.isEmpty)
        set(.unwanted, !unwanted.isEmpty)
        set(.idleDays, idleDays != nil)
        set(.standingOrders, standingOrders > 0)
        set(.liveSubscriptions, liveSubscriptions > 0)
        set(.openCases, openCases > 0)
        set(.cartItems, cartItems > 0)
        set(.wishlistItems, wishlistItems > 0)
        set(.customerMood, customerMood != nil)
        set(.textMood, textMood != nil)
        set(.strongTurn, strongTurn)
        set(.losesAll, losesAll)
        set(.cartEmptied, cartEmptied)
        set(.completesDelivery, completesDelivery)
        set(.orderEnds, orderEnds)
        set(.orderReturns, orderReturns != nil)
        set(.firstPromise, firstPromise)
        set(.parcelsDelivered, parcelsDelivered != nil)
        set(.standsInFor, !standsInFor.isEmpty)
        set(.returnsSettled, !returnsSettled.isEmpty)
        set(.startsContact, startsContact)
        set(.opensCase, opensCase)
        set(.closesCase, !closesCase.isEmpty)
        set(.skipsInRow, skipsInRow != nil)
        set(.subscriptionDays, subscriptionDays != nil)
        return bits
    }
}
