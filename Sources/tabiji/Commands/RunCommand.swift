// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline
internal import Telemetry

extension Command {
    static let run = Command(
        name: "run",
        summary: "The daemon: stitch the input topics (or the embedded log) into journeys until told to stop.",
        usage: "run [--config DIR] [--roles intake,identity,journey] [--bootstrap HOST:PORT,…] [--data DIR] [--from -]",
        options: [
            .config,
            Option(name: "--roles", value: "ROLES", help: "which roles this process runs (default: all)"),
            Option(name: "--bootstrap", value: "HOST:PORT,…", help: "Kafka's brokers; the transport is then kafka"),
            Option(name: "--data", value: "DIR", help: "where local state lies (default: the configuration's)"),
            Option(name: "--from", value: "-", help: "read NDJSON from standard input too (embedded transport)"),
        ],
        run: { arguments in
            if let from = arguments.one("--from"), from != "-" {
                throw UsageError("--from takes - (standard input); for files there is tabiji replay")
            }
            let configuration = try Configured.load(arguments, overrides: overrides(arguments))
            return try DaemonProcess(configuration).run(readsStandardInput: arguments.one("--from") == "-")
        }
    )

    /// What the command line sets is set as the environment would.
    private static func overrides(_ arguments: Arguments) -> [String: String] {
        var found: [String: String] = [:]
        if let roles = arguments.one("--roles") { found["TABIJI_ROLES"] = roles }
        if let data = arguments.one("--data") { found["TABIJI_DATA"] = data }
        if let bootstrap = arguments.one("--bootstrap") {
            found["TABIJI_KAFKA_BOOTSTRAP"] = bootstrap
            found["TABIJI_TRANSPORT"] = "kafka"
        }
        return found
    }
}
