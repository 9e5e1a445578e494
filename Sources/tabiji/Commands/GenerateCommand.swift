// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Generator
internal import Touchpoints

extension Command {
    static let generate = Command(
        name: "generate",
        summary: "Write realistic omnichannel traffic as NDJSON on standard output: the same for the same seed.",
        usage: "generate --customers N --events N [--seed S] [--start T] [--late PERCENT] [--duplicates PERCENT]",
        options: [
            Option(name: "--customers", value: "N", help: "people (default 1000)"),
            Option(name: "--events", value: "N", help: "lines to write, repeats included (default 10000)"),
            Option(name: "--seed", value: "S", help: "a whole number (default 1)"),
            Option(
                name: "--start",
                value: "T",
                help: "time of the first event, RFC 3339 (default 2025-01-06T00:00:00+09:00)"
            ),
            Option(name: "--late", value: "PERCENT", help: "events that come out of order (default 5)"),
            Option(name: "--duplicates", value: "PERCENT", help: "events that come twice (default 1)"),
        ],
        run: { arguments in
            var startMs = TrafficSettings.defaultStartMs
            if let start = arguments.one("--start") {
                guard let time = EventTime.parse(start) else {
                    throw UsageError("--start takes a time (2026-01-01T00:00:00Z), not '\(start)'")
                }
                startMs = time
            }
            let settings = TrafficSettings(
                customers: try arguments.number("--customers", least: 1) ?? 1_000,
                events: try arguments.number("--events") ?? 10_000,
                seed: UInt64(try arguments.number("--seed") ?? 1),
                startMs: startMs,
                latePercent: try percent(arguments, "--late", most: 100) ?? 5,
                duplicatePercent: try percent(arguments, "--duplicates", most: 90) ?? 1
            )
            var traffic = Traffic(settings)
            traffic.write { Console.out($0) }
            return .done
        }
    )

    private static func percent(_ arguments: Arguments, _ name: String, most: Double) throws(UsageError) -> Double? {
        guard let text = arguments.one(name) else { return nil }
        guard let number = Double(text), (0...most).contains(number) else {
            throw UsageError("\(name) takes a percentage from 0 to \(Int(most)), not '\(text)'")
        }
        return number
    }
}
