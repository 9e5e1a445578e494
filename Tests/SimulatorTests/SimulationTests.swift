// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Simulator
import TestSupport
import Testing
import Touchpoints

/// The distributed protocol on the real engines. `TABIJI_SCHEDULES` says how many schedules of drawn scenarios,
/// `TABIJI_SIMULATION_SEED` from which seed on.
@Suite struct SimulationTests {
    private static let parts = 8

    private static let shipped = Result { Simulation(try TabijiConfiguration.shipped()) }

    /// Smaller scenarios, many schedules of each: what a schedule costs follows from its events.
    @Test(arguments: 0..<parts)
    func `whatever the order, repeats, aborts and restarts, all ends as the specification says`(part: Int) throws {
        let simulation = try Self.shipped.get()
        let seed = Specification.number("TABIJI_SIMULATION_SEED", Int.random(in: 1...1_000_000))
        let schedules = Specification.number("TABIJI_SCHEDULES", 2_000) / Self.parts
        var failures = 0
        for number in 0..<schedules / 5 {
            let scenario = Scenario(drawn: seed &* 1_000_003 &+ number * Self.parts + part, eventsMax: 10)
            for round in 0..<5 where failures < 3 {
                let complaints = try simulation.complaints(scenario, seed: scenario.seed &* 1_009 &+ round)
                if !complaints.isEmpty { failures += 1 }
                #expect(complaints.isEmpty, "\(scenario.story), round \(round)")
            }
        }
    }

    @Test(arguments: 0..<parts)
    func `kept scenarios of the executable specification end as it says`(part: Int) throws {
        let simulation = try Self.shipped.get()
        let scenarios = ScenarioSource.kept.enumerated().filter { $0.offset % Self.parts == part }.map(\.element)
        #expect(scenarios.count >= 20)
        for scenario in scenarios {
            let complaints = try simulation.complaints(scenario, seed: 1 + scenario.seed)
            #expect(complaints.isEmpty, "scenario \(scenario.seed)")
        }
    }

    /// Interleavings that went wrong once: scenario, seed.
    @Test(arguments: [(32_229, 32_229), (32_373, 32_373), (144, 58_724)])
    func `what went wrong once ends as the specification says`(scenario: Int, seed: Int) throws {
        let found = try #require(ScenarioSource.kept.first { $0.seed == scenario })
        #expect(try Self.shipped.get().complaints(found, seed: seed).isEmpty)
    }

    /// Events about the loyalty card alone are another customer's, for nobody may have more than three identifiers.
    @Test func `a customer has its own identifier even if none of its events names it`() throws {
        var rules = Scenario.rules(earlyHubs: false)
        rules.maxIdentifiers = 3
        func name(_ namespace: String, _ value: String) -> ScenarioName { ScenarioName(namespace, value, rules) }
        let (card, device) = (name("loyalty_id", "l1"), name("anonymous_id", "d1"))
        let events = [
            Scenario.Event("e1", atMs: 60_000, [name("user_id", "u0"), card, device]),
            Scenario.Event("e2", atMs: 120_000, [name("user_id", "u0"), name("phone", "+811"), name("app_id", "a0")]),
            Scenario.Event("e3", atMs: 180_000, [name("email", "m0"), device]),
        ]
        let scenario = Scenario(seed: 1, events, rules: rules)
        #expect(scenario.customers.last == .customer(card.hash))
        for seed in 0..<50 {
            #expect(try Self.shipped.get().complaints(scenario, seed: seed).isEmpty, "seed \(seed)")
        }
    }

    @Test(.enabled(if: Specification.shared != nil, "the executable specification is not beside the project"))
    func `fresh scenarios of the executable specification end as it says`() throws {
        let simulation = try Self.shipped.get()
        let shared = try #require(Specification.shared)
        let seed = Specification.number("TABIJI_SIMULATION_SEED", Int.random(in: 1...1_000_000))
        for scenario in try ScenarioSource.fresh(
            in: shared,
            seed: seed,
            count: Specification.number("TABIJI_SCENARIOS", 25)
        ) {
            let complaints = try simulation.complaints(scenario, seed: scenario.seed)
            #expect(complaints.isEmpty, "scenario \(scenario.seed), seed \(scenario.seed)")
        }
    }
}
