// SPDX-License-Identifier: Apache-2.0
package import Configuration

/// The command line of the simulator.
package struct SimulatorOptions: Equatable {
    package static let usage = """
        Runs the real engines under random lag, duplication, restarts and interleavings, and compares the end with the specification.

        usage: Simulator [--scenarios N] [--seed S] [--rounds R] [--first F] [--events N]

        \(options.help.joined(separator: "\n"))

        Exit codes: 0 all ends as specified, 1 something does not, 64 the command line.
        """

    private static let options = [
        Option(name: "--scenarios", value: "N", help: "scenarios to draw (default 200)"),
        Option(name: "--rounds", value: "R", help: "schedules of each scenario (default 10)"),
        Option(name: "--seed", value: "S", help: "which scenarios and schedules (default 1)"),
        Option(
            name: "--first",
            value: "F",
            help: "the number of the first scenario (default 0): a failure says what replays it"
        ),
        Option(name: "--events", value: "N", help: "the most events of a scenario, copies apart (default 40)"),
    ]

    package var scenarios = 200
    package var rounds = 10
    package var seed = 1
    package var first = 0
    package var eventsMax = 40
    package let wantsHelp: Bool

    package init(_ words: [String]) throws(UsageError) {
        wantsHelp = OptionParser.asksForHelp(words)
        if wantsHelp { return }
        let typed = try OptionParser(options: Self.options).parse(words)
        let most = 1_000_000_000
        scenarios = try typed.number("--scenarios", least: 1, most: most) ?? scenarios
        rounds = try typed.number("--rounds", least: 1, most: most) ?? rounds
        seed = try typed.number("--seed", most: most) ?? seed
        first = try typed.number("--first", most: most) ?? first
        eventsMax = try typed.number("--events", least: 5, most: most) ?? eventsMax
    }

    /// The seed of a scenario by its number.
    package func scenarioSeed(_ number: Int) -> Int { (seed &* 1_000_003 &+ number) & Int.max }

    /// The seed of a scenario's schedule.
    package func scheduleSeed(_ number: Int, _ round: Int) -> Int {
        (scenarioSeed(number) &* 1_009 &+ round) & Int.max
    }
}
