// SPDX-License-Identifier: Apache-2.0
import Configuration
import Simulator
import Testing

@Suite struct SimulatorOptionsTests {
    @Test func `options are read with a blank or an equals sign`() throws {
        let options = try SimulatorOptions(["--scenarios", "3", "--seed=7", "--rounds", "2", "--first=5", "--events=9"])
        #expect(options.scenarios == 3 && options.seed == 7 && options.rounds == 2)
        #expect(options.first == 5 && options.eventsMax == 9 && !options.wantsHelp)
        #expect(try SimulatorOptions(["--help"]).wantsHelp)
        #expect(try SimulatorOptions([]).scenarios == 200)
    }

    @Test(arguments: [
        (["--scenario", "3"], "unknown option --scenario; did you mean --scenarios?"),
        (["--xyz"], "unknown option --xyz"),
        (["--seed"], "--seed needs a value: S"),
        (["--rounds", "0"], "--rounds takes a whole number from 1 to 1000000000, not '0'"),
        (["--seed", "one"], "--seed takes a whole number from 0 to 1000000000, not 'one'"),
    ])
    func `what is wrong with a command line is said`(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try SimulatorOptions(arguments) }
        #expect(error?.description == message)
    }

    @Test func `another number or another seed is another schedule`() throws {
        let (one, two) = (try SimulatorOptions([]), try SimulatorOptions(["--seed", "2"]))
        let seeds = (0..<100).flatMap { [one.scenarioSeed($0), two.scenarioSeed($0)] }
        #expect(Set(seeds).count == 200)
        #expect(Set((0..<50).map { one.scheduleSeed(3, $0) }).count == 50)
    }
}
