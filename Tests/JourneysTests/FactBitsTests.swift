// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Journeys

/// What is told of conditions by bits alone.
@Suite struct FactBitsTests {
    /// Of each kind, with limits on both sides of nothing.
    private static let tests: [Journeys.Test] = {
        let numbers: [Number] = [.int(-1), .int(0), .int(1), .real(0.5)]
        var tests: [Journeys.Test] = [.isTrue, .isFalse, .text(Text("customer")), .text(Text("company"))]
        tests += numbers.map { .number($0) }
        var comparisons: [Journeys.Test.Comparison] = [.exists(true), .exists(false)]
        for number in numbers { comparisons += [.gte(number), .gt(number), .lte(number), .lt(number)] }
        tests += comparisons.map { .all([$0]) }
        tests += comparisons.map { .all([.exists(true), $0]) }
        tests += [.all([]), .any([]), .any([.isTrue, .isFalse]), .any([.number(.int(0)), .number(.int(2))])]
        return tests + [.any([.number(.int(1)), .number(.int(2))]), .any([.all([.exists(false)]), .isTrue])]
    }()

    private func facts(_ chance: inout SplitMix) -> Facts {
        func flag() -> Bool { Bool.random(using: &chance) }
        func count() -> Int { Int.random(in: 0...2, using: &chance) }
        func known() -> Double? { flag() ? Double(count()) / 2 : nil }
        func list() -> [Text] { flag() ? [Text("a")] : [] }
        let facts = Facts()
        facts.isByCustomer = flag()
        facts.idleDays = known()
        (facts.standingOrders, facts.liveSubscriptions, facts.purchases, facts.orders) = (
            count(), count(), count(), count()
        )
        (facts.contacts, facts.openCases, facts.cartItems, facts.wishlistItems) = (count(), count(), count(), count())
        (facts.customerMood, facts.mood, facts.textMood, facts.stars, facts.csat) = (
            known(), known(), known(), known(), known()
        )
        (facts.buys, facts.losesAll, facts.strongTurn, facts.cartEmptied, facts.orderEnds) = (
            flag(), flag(), flag(), flag(), flag()
        )
        (facts.completesDelivery, facts.late, facts.firstPromise, facts.startsContact, facts.opensCase) = (
            flag(), flag(), flag(), flag(), flag()
        )
        (facts.unwanted, facts.standsInFor, facts.settles, facts.returnsSettled, facts.closesCase) = (
            list(), list(), list(), list(), list()
        )
        (facts.nps, facts.orderReturns, facts.parcelsDelivered, facts.skipsInRow) = (
            flag() ? count() : nil, flag() ? count() : nil, flag() ? count() : nil, flag() ? count() : nil
        )
        facts.ticket = flag() ? flag() : nil
        facts.subscriptionDays = known()
        return facts
    }

    @Testing.Test func `a test that holds lacks no bit that it needs`() {
        var chance = SplitMix(state: 11)
        var (held, needing) = (0, 0)
        for _ in 0..<300 {
            let facts = facts(&chance)
            for fact in Fact.allCases where !Fact.ofModels.contains(fact) {
                for test in Self.tests where test.holds(facts.answer(fact)) {
                    let need = fact.need(of: test)
                    #expect(need & ~facts.bitsNow == 0, "\(fact) \(test)")
                    held += 1
                    if need != 0 { needing += 1 }
                }
            }
        }
        #expect(held > 10_000)
        #expect(needing > held / 4, "the bits tell next to nothing")
    }

    @Testing.Test func `each fact has a bit of its own, and models' facts need none`() {
        #expect(Set(Fact.allCases.map(\.bit)).count == Fact.allCases.count)
        for fact in Fact.ofModels { for test in Self.tests { #expect(fact.need(of: test) == 0) } }
    }
}
