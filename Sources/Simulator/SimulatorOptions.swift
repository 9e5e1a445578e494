// SPDX-License-Identifier: Apache-2.0

/// The command line of the simulator.
package struct SimulatorOptions: Equatable {
    package static let usage = """
        Runs the real engines under random lag, duplication, restarts and interleavings, and compares the end with the specification.

        usage: Simulator [--scenarios N] [--seed S] [--rounds R] [--first F] [--events N]

          --scenarios N  scenarios to draw (default 200)
          --rounds R     schedules of each scenario (default 10)
          --seed S       which scenarios and schedules (default 1)
          --first F      the number of the first scenario (default 0): a failure says what replays it
          --events N     the most events of a scenario, copies apart (default 40)

        Exit codes: 0 all ends as specified, 1 something does not, 64 the command line.
        """

    package var scenarios = 200
    package var rounds = 10
    package var seed = 1
    package var first = 0
    package var eventsMax = 40
    package var wantsHelp = false

    /// - Throws: `SimulatorUsageError`, with the nearest known option.
    package init(_ arguments: [String]) throws(SimulatorUsageError) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--help" || word == "-h" {
                wantsHelp = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let name = parts.first ?? ""
            let known = Self.names
            guard known.contains(name) else { throw .unknown(word, known + ["--help"]) }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
                throw SimulatorUsageError("\(name): its value is missing")
            }
            let least = name == "--seed" || name == "--first" ? 0 : name == "--events" ? 5 : 1
            guard let number = Int(value), number >= least, number <= 1_000_000_000 else {
                throw SimulatorUsageError("\(name) takes a whole number from \(least) to 1000000000, not '\(value)'")
            }
            switch name {
            case "--scenarios": scenarios = number
            case "--rounds": rounds = number
            case "--seed": seed = number
            case "--first": first = number
            default: eventsMax = number
            }
        }
    }

    private static let names = ["--scenarios", "--rounds", "--seed", "--first", "--events"]

    /// The seed of a scenario by its number.
    package func scenarioSeed(_ number: Int) -> Int { (seed &* 1_000_003 &+ number) & Int.max }

    /// The seed of a scenario's schedule.
    package func scheduleSeed(_ number: Int, _ round: Int) -> Int {
        (scenarioSeed(number) &* 1_009 &+ round) & Int.max
    }
}

/// What is wrong with the command line.
package struct SimulatorUsageError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// An option that nobody knows, and the nearest that there is.
    static func unknown(_ word: String, _ known: [String]) -> Self {
        let best = known.map { (name: $0, distance: editDistance(word, $0)) }.min { $0.distance < $1.distance }
        let hint = best.flatMap { $0.distance <= max(2, word.count / 3) ? "; did you mean \($0.name)?" : nil } ?? ""
        return Self("unknown option \(word)" + hint)
    }

    private static func editDistance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let cost = x == y ? diagonal : 1 + min(diagonal, row[j], row[j + 1])
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
