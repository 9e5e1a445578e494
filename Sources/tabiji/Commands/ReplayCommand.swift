// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline
internal import Touchpoints

extension Command {
    static let replay = Command(
        name: "replay",
        summary: "Run recorded events once, from files or Kafka to a folder, shadow topics or nowhere.",
        usage: "replay --from SOURCE… --to SINK [options]",
        options: [
            Option(
                name: "--from",
                value: "SOURCE…",
                arity: .many,
                help:
                    "NDJSON files (.gz too, - is standard input, FILE@TOPIC reads as that topic's), kafka: or kafka:TOPIC,TOPIC"
            ),
            Option(name: "--to", value: "SINK", help: "a folder, kafka:PREFIX, input, or none (only the summary)"),
            .config,
            Option(name: "--since", value: "T", help: "leave out earlier event times: RFC 3339, or back from now (7d)"),
            Option(name: "--until", value: "T", help: "where the watermark ends (default: the newest accepted event)"),
            Option(name: "--history", arity: .flag, help: "every record in order of emission, not the net result"),
            Option(name: "--strict", arity: .flag, help: "exit 65 when any record was refused"),
            Option(name: "--control", arity: .flag, help: "control records of plain files count"),
            Option(name: "--forgotten", value: "FILE", help: "control records that are read first"),
            Option(name: "--rate", value: "N", help: "at most N records a second"),
        ],
        run: { arguments in
            let configuration = try Configured.load(arguments)
            let nowMs = Int64(Date().timeIntervalSince1970 * 1000)
            let options = try options(arguments, nowMs: nowMs)
            let bar = ProgressBar("replay")
            let summary = try ReplayRun.run(configuration, options, nowMs: nowMs) { progress in
                bar.show("\(progress.records) records, \(progress.accepted) accepted")
            }
            bar.clear()
            Console.out(summary.json)
            return arguments.has("--strict") && summary.deadletters > 0 ? .refusedInput : .done
        }
    )

    private static func options(_ arguments: Arguments, nowMs: Int64) throws(UsageError) -> ReplayOptions {
        let sources = arguments.all("--from").map { ReplayOptions.source($0) }
        guard !sources.isEmpty else { throw UsageError("--from is missing: which events?") }
        guard let to = arguments.one("--to") else {
            throw UsageError("--to is missing: a folder, kafka:PREFIX, input or none")
        }
        var options = ReplayOptions(sources: sources, sink: ReplayOptions.sink(to))
        options.sinceMs = try time(arguments, "--since", nowMs)
        options.untilMs = try time(arguments, "--until", nowMs)
        options.keepsHistory = arguments.has("--history")
        options.trustsFiles = arguments.has("--control")
        options.forgottenFile = arguments.one("--forgotten")
        options.rate = try arguments.number("--rate", least: 1)
        return options
    }

    /// RFC 3339, or a duration back from now.
    private static func time(_ arguments: Arguments, _ name: String, _ nowMs: Int64) throws(UsageError) -> Int64? {
        guard let text = arguments.one(name) else { return nil }
        if let at = EventTime.parse(text) { return at }
        if let back = DurationText(text) { return nowMs - back.duration.wholeMilliseconds }
        throw UsageError("\(name) takes a time (2026-03-01T00:00:00Z) or a duration back from now (7d), not '\(text)'")
    }
}

extension Option {
    static let config = Option(name: "--config", value: "DIR", help: "the configuration folder (default: config)")
}
