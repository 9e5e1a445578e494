// SPDX-License-Identifier: Apache-2.0
import Configuration
import Touchpoints

@testable import Pipeline

/// One scenario under one interleaving, and what is wrong in the end.
enum Simulation {
    static func plan() throws -> RolePlan { RolePlan(try TabijiConfiguration.shipped(), partitions: 3) }

    static func complaints(_ scenario: Scenario, seed: Int, plan: RolePlan) throws -> [String] {
        let chance = Chance(seed: UInt64(bitPattern: Int64(seed)))
        let world = SimulatedWorld(scenario, plan: plan, chance: chance)
        try world.run()
        let expected = try Expectation(scenario, world.broadcasts, world.plan, untilMs: world.watermarkMs)
        let found =
            try world.log.complaints + HoldingChecker(expected: expected).complaints(world)
            + ResultsChecker(expected: expected).complaints(world.log.outputs)
            + ProfilesChecker(expected: expected).complaints(world.log.outputs)
            + TotalsChecker(expected: expected).complaints(world.totals, world.log.outputs)
        return found.isEmpty ? [] : ["\(world.options)"] + found.prefix(6)
    }
}
