// SPDX-License-Identifier: Apache-2.0
import Testing

/// The distributed protocol on the real engines. `TABIJI_INTERLEAVINGS` says how many of each kept scenario,
/// `TABIJI_SIMULATION_SEED` from which seed on.
@Suite struct SimulationTests {
    @Test(arguments: 0..<8)
    func `whatever the order, repeats, aborts and restarts, all ends as the specification says`(part: Int) throws {
        let plan = try Simulation.plan()
        let first = ScenarioSource.number("TABIJI_SIMULATION_SEED", 1)
        let scenarios = ScenarioSource.kept.enumerated().filter { $0.offset % 8 == part }.map(\.element)
        #expect(scenarios.count >= 20)
        var failures = 0
        for scenario in scenarios where failures < 3 {
            for round in 0..<ScenarioSource.number("TABIJI_INTERLEAVINGS", 1) where failures < 3 {
                let seed = first + round * 1009 + scenario.seed
                let complaints = try Simulation.complaints(scenario, seed: seed, plan: plan)
                if !complaints.isEmpty { failures += 1 }
                #expect(complaints.isEmpty, "scenario \(scenario.seed), seed \(seed)")
            }
        }
    }

    /// Interleavings that went wrong once: scenario, seed.
    @Test(arguments: [(32_229, 32_229), (32_373, 32_373), (144, 58_724)])
    func `what went wrong once ends as the specification says`(scenario: Int, seed: Int) throws {
        let found = try #require(ScenarioSource.kept.first { $0.seed == scenario })
        let complaints = try Simulation.complaints(found, seed: seed, plan: Simulation.plan())
        #expect(complaints.isEmpty)
    }

    @Test(.enabled(if: ScenarioSource.shared != nil, "the executable specification is not beside the project"))
    func `fresh scenarios end as the specification says`() throws {
        let plan = try Simulation.plan()
        let shared = try #require(ScenarioSource.shared)
        let seed = ScenarioSource.number("TABIJI_SIMULATION_SEED", Int.random(in: 1...1_000_000))
        let scenarios = try ScenarioSource.fresh(
            in: shared,
            seed: seed,
            count: ScenarioSource.number("TABIJI_SCENARIOS", 25)
        )
        for scenario in scenarios {
            let complaints = try Simulation.complaints(scenario, seed: scenario.seed, plan: plan)
            #expect(complaints.isEmpty, "scenario \(scenario.seed), seed \(scenario.seed)")
        }
    }
}
