// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline
internal import Synchronization
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
            Option(
                name: "--resume",
                arity: .flag,
                help: "keep the place in DIR/.tabiji, and go on from there when interrupted"
            ),
            Option(name: "--rate", value: "N", help: "at most N records a second"),
        ],
        run: { arguments in
            let configuration = try Configured.load(arguments)
            let nowMs = Int64(Date().timeIntervalSince1970 * 1000)
            var options = try options(arguments, nowMs: nowMs)
            if case .kafka(let prefix) = options.sink, prefix.isEmpty || prefix == configuration.service.prefix {
                throw UsageError("--to kafka:PREFIX: shadow topics need a prefix that is not the installation's own")
            }
            let stop = StopFlag()
            options.isInterrupted = { stop.isSet }
            let signals = StopSignals { _ in stop.set() }
            defer { signals.cancel() }
            let bar = ProgressBar("replay")
            defer { bar.clear() }
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
        guard !sources.isEmpty, !arguments.all("--from").contains("") else {
            throw UsageError("--from is missing: which events?")
        }
        guard let to = arguments.one("--to"), !to.isEmpty else {
            throw UsageError("--to is missing: a folder, kafka:PREFIX, input or none")
        }
        var options = ReplayOptions(sources: sources, sink: ReplayOptions.sink(to))
        options.sinceMs = try time(arguments, "--since", nowMs)
        options.untilMs = try time(arguments, "--until", nowMs)
        options.keepsHistory = arguments.has("--history")
        options.trustsFiles = arguments.has("--control")
        options.forgottenFile = arguments.one("--forgotten")
        options.rate = try arguments.number("--rate", least: 1)
        if arguments.has("--resume") { options.resumption = try resumption(arguments, options) }
        return options
    }

    /// A replay can go on where all that it has done lies in its folder, and its sources can be read again.
    private static func resumption(
        _ arguments: Arguments,
        _ options: ReplayOptions
    ) throws(UsageError) -> ReplayOptions.Resumption {
        guard case .folder = options.sink else {
            throw UsageError("--resume keeps its place in the folder of --to, which is no folder here")
        }
        if options.keepsHistory {
            throw UsageError("--resume gives the net result; the order of --history is that of one run")
        }
        if arguments.all("--from").contains("-") || options.forgottenFile == "-" {
            throw UsageError("--resume must be able to read its sources again; standard input cannot be")
        }
        var asked: [String: [String]] = [:]
        for name in ["--from", "--since", "--until", "--forgotten"] where !arguments.all(name).isEmpty {
            asked[name] = arguments.all(name)
        }
        if options.trustsFiles { asked["--control"] = ["given"] }
        return ReplayOptions.Resumption(asked: asked, settings: ProcessInfo.processInfo.environment)
    }

    /// RFC 3339, or a duration back from now.
    private static func time(_ arguments: Arguments, _ name: String, _ nowMs: Int64) throws(UsageError) -> Int64? {
        guard let text = arguments.one(name) else { return nil }
        if let at = EventTime.parse(text) { return at }
        if let back = DurationText(text) { return nowMs - back.duration.wholeMilliseconds }
        throw UsageError("\(name) takes a time (2026-03-01T00:00:00Z) or a duration back from now (7d), not '\(text)'")
    }
}

/// Set once, when a signal asks the command to stop.
private final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}

extension Option {
    static let config = Option(name: "--config", value: "DIR", help: "the configuration folder (default: config)")
}
