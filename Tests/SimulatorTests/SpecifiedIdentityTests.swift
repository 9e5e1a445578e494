// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulator
import TestSupport
import Testing
import Touchpoints

/// The simulator's own fold of identity, by which drawn scenarios are judged, against the executable specification.
@Suite struct SpecifiedIdentityTests {
    @Test func `the simulator attributes events and identifiers as the executable specification does`() {
        #expect(ScenarioSource.kept.count > 100)
        for scenario in ScenarioSource.kept { expectSame(scenario) }
    }

    @Test(.enabled(if: Specification.shared != nil, "the executable specification is not beside the project"))
    func `fresh scenarios are attributed alike`() throws {
        let shared = try #require(Specification.shared)
        let seed = Int.random(in: 1...1_000_000)
        for scenario in try ScenarioSource.fresh(in: shared, seed: seed, count: 200) { expectSame(scenario) }
    }

    @Test func `drawn scenarios have every policy, every kind of fact, hubs and nobody's events`() {
        let drawn = (0..<200).map { Scenario(drawn: $0, eventsMax: 40) }
        #expect(Set(drawn.map(\.rules.sharedDevice)).count == 4)
        let facts = drawn.flatMap(\.facts).map { "\($0)".prefix { $0 != "(" } }
        #expect(Set(facts).count == 3)
        #expect(drawn.contains { $0.customers.contains(.nobody) })
        #expect(drawn.contains { $0.customers.contains(.forgotten) })
        #expect(drawn.contains { $0.owners.values.contains { $0.count > 1 } })
    }

    private func expectSame(_ scenario: Scenario) {
        let (customers, owners) = scenario.specified()
        #expect(customers == scenario.customers, "scenario \(scenario.seed)")
        #expect(owners == scenario.owners, "scenario \(scenario.seed)")
    }
}
