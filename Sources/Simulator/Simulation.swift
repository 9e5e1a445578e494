// SPDX-License-Identifier: Apache-2.0
package import Configuration
internal import Pipeline
internal import TestSupport

/// The distributed protocol on the real engines: a scenario under one interleaving, and what is wrong in the end.
package struct Simulation: Sendable {
    private let configuration: TabijiConfiguration
    private let plan: RolePlan

    /// - Parameter configuration: its models, alerts and vocabulary are used; identity follows each scenario's rules.
    package init(_ configuration: TabijiConfiguration) {
        self.configuration = configuration
        plan = RolePlan(configuration, partitions: 3)
    }

    /// Runs a scenario once.
    ///
    /// - Parameter seed: who works when, on what, and what goes wrong follow from it.
    /// - Returns: how the end differs from the specification; empty when it does not.
    package func complaints(_ scenario: Scenario, seed: Int) throws -> [String] {
        let world = SimulatedWorld(scenario, plan: plan, chance: SplitMix(seed: UInt64(bitPattern: Int64(seed))))
        var found: [String] = []
        do {
            try world.run()
            let expected = try Expectation(scenario, world, configuration)
            found =
                try world.log.complaints + HoldingChecker(expected: expected).complaints(world)
                + ResultsChecker(expected: expected).complaints(world.log.outputs)
                + ProfilesChecker(expected: expected).complaints(world.log.outputs)
                + TotalsChecker(expected: expected).complaints(world.totals, world.log.outputs)
        } catch {
            found = ["\(error)"]
        }
        return found.isEmpty ? [] : ["\(world.circumstances)"] + found.prefix(6)
    }
}
