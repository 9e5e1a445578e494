// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation

extension Command {
    static let check = Command(
        name: "check",
        summary: "Read the whole configuration and report every mistake.",
        usage: "check [--config DIR]",
        options: [.config],
        run: { arguments in
            let environment = ProcessInfo.processInfo.environment
            let directory = try ConfigurationDirectory.find(asked: arguments.one("--config"), environment: environment)
            let mistakes = TabijiConfiguration.check(directory: directory, environment: environment)
            if mistakes.isEmpty {
                Console.out("\(directory): no mistakes\n")
                return .done
            }
            for mistake in mistakes { Console.out("\(mistake)\n") }
            Console.error("tabiji check: \(mistakes.count) mistake\(mistakes.count == 1 ? "" : "s")\n")
            return .configuration
        }
    )
}
