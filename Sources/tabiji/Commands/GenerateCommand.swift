// SPDX-License-Identifier: Apache-2.0
internal import Generator
internal import Touchpoints

extension Command {
    static let generate = Command(
        name: "generate",
        summary: "Write realistic omnichannel traffic as NDJSON on standard output: the same for the same seed.",
        usage: "generate --customers N --events N [--seed S] [--start T] [--late PERCENT] [--duplicates PERCENT]",
        options: [
            Option(name: "--customers", value: "N", help: "people (default 1000)"),
            Option(name: "--events", value: "N", help: "events, duplicates apart (default 10000)"),
            Option(name: "--seed", value: "S", help: "a whole number (default 1)"),
            Option(name: "--start", value: "T", help: "time of the first event, RFC 3339 (default 2026-01-01T00:00:00Z)"),
            Option(name: "--late", value: "PERCENT", help: "events that come out of order (default 5)"),
            Option(name: "--duplicates", value: "PERCENT", help: "events that come twice (default 1)"),
        ],
        run: { arguments in
            var settings = GeneratorSettings()
            settings.customers = try arguments.number("--customers", least: 1) ?? 1_000
            settings.events = try arguments.number("--events") ?? 10_000
            settings.seed = UInt64(try arguments.number("--seed") ?? 1)
            settings.latePercent = try percent(arguments, "--late") ?? 5
            settings.duplicatesPercent = try percent(arguments, "--duplicates") ?? 1
            if let start = arguments.one("--start") {
                guard let startMs = EventTime.parse(start) else {
                    throw UsageError("--start takes a time (2026-01-01T00:00:00Z), not '\(start)'")
                }
                settings.startMs = startMs
            }
            TrafficGenerator(settings).write { Console.out(Array($0)) }
            return .done
        }
    )

    private static func percent(_ arguments: Arguments, _ name: String) throws(UsageError) -> Double? {
        guard let text = arguments.one(name) else { return nil }
        guard let number = Double(text), (0...100).contains(number) else {
            throw UsageError("\(name) takes a percentage from 0 to 100, not '\(text)'")
        }
        return number
    }
}
