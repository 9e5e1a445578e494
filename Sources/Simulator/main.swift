// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation

/// A line, at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

/// - Returns: whether all ends as specified.
func simulate(_ options: SimulatorOptions) throws -> Bool {
    let simulation = Simulation(try TabijiConfiguration.shipped())
    let clock = ContinuousClock()
    let began = clock.now
    var told = began
    var schedules = 0
    func rate() -> String {
        let seconds = began.duration(to: clock.now) / .seconds(1)
        return "\(schedules) schedules, \(Int(Double(schedules) / max(seconds, 0.001))) a second"
    }
    for number in options.first..<options.first + options.scenarios {
        let scenario = Scenario(drawn: options.scenarioSeed(number), eventsMax: options.eventsMax)
        for round in 0..<options.rounds {
            let complaints = try simulation.complaints(scenario, seed: options.scheduleSeed(number, round))
            schedules += 1
            if complaints.isEmpty { continue }
            say(scenario.story)
            for complaint in complaints { say("! \(complaint)") }
            say(
                """
                failed after \(rate()); again:
                  Simulator --seed \(options.seed) --events \(options.eventsMax) --first \(number) --scenarios 1 \
                --rounds \(round + 1)
                """
            )
            return false
        }
        if told.duration(to: clock.now) > .seconds(10) {
            told = clock.now
            say("\(number + 1 - options.first) of \(options.scenarios) scenarios, \(rate())")
        }
    }
    say("\(rate()): all end as specified")
    return true
}

do {
    let options = try SimulatorOptions(Array(CommandLine.arguments.dropFirst()))
    if options.wantsHelp {
        say(SimulatorOptions.usage)
    } else if try !simulate(options) {
        exit(1)
    }
} catch {
    FileHandle.standardError.write(Data("simulator: \(error)\n".utf8))
    exit(error is UsageError ? 64 : 70)
}
