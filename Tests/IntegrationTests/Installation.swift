// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Topics with a prefix of their own, a temporary folder, and the daemons that work there.
final class Installation {
    let prefix: String
    let folder: URL
    let inputs: InputTopics
    private(set) var daemons: [Daemon] = []
    private let settings: [String: String]

    /// Creates the folder and all topics.
    init(_ name: String, inputs: [String], settings extra: [String: String] = [:]) throws {
        prefix = KafkaCluster.freshPrefix(name)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tabiji-\(prefix)folder")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let topics = inputs.map { [prefix] in "\(prefix)touchpoints.\($0)" }
        self.inputs = try InputTopics(topics)
        settings = [
            "TABIJI_IDENTIFIER_KEY": "tabiji",
            "TABIJI_TRANSPORT": "kafka",
            "TABIJI_KAFKA_BOOTSTRAP": KafkaCluster.bootstrap,
            "TABIJI_PREFIX": prefix,
            "TABIJI_KAFKA_PARTITIONS": "4",
            "TABIJI_KAFKA_INPUT_TOPICS": topics.joined(separator: ","),
            "TABIJI_CONTROL_TOPICS": "\(prefix)touchpoints.control",
            "TABIJI_OUTPUTS_TIMELINE": "true",
            "TABIJI_LIMITS_IDLE_AFTER": "5s",
        ].merging(extra) { $1 }
        try run(["topics", "create"], as: "creator")
    }

    /// A daemon that has not started yet.
    func daemon(_ instance: String) -> Daemon {
        let daemon = Daemon(instance, folder: folder, settings: settings)
        daemons.append(daemon)
        return daemon
    }

    /// Runs another command to its end.
    func run(_ arguments: [String], as instance: String, settings changed: [String: String] = [:]) throws {
        let settings = settings.merging(["TABIJI_INSTANCE": instance]) { $1 }.merging(changed) { $1 }
        try TabijiExecutable.run(arguments, settings: settings, log: folder.appendingPathComponent("\(instance).log"))
    }

    /// Starts another command.
    func start(_ arguments: [String], as instance: String) throws -> Process {
        let settings = settings.merging(["TABIJI_INSTANCE": instance]) { $1 }
        let log = folder.appendingPathComponent("\(instance)-started.log")
        return try TabijiExecutable.start(arguments, settings: settings, log: log)
    }

    /// Replays a file into a folder, which it returns with what the summary counts as accepted.
    func replay(_ events: URL, until: String? = nil) throws -> (folder: URL, accepted: Int) {
        struct Summary: Decodable { var accepted: Int }
        let name = until == nil ? "replayed-first" : "replayed"
        let results = folder.appendingPathComponent(name)
        let end = until.map { ["--until", $0] } ?? []
        try run(
            ["replay", "--from", events.path, "--to", results.path] + end,
            as: name,
            settings: ["TABIJI_TRANSPORT": "embedded"]
        )
        let summary = try Data(contentsOf: results.appendingPathComponent("summary.json"))
        return (results, try JSONDecoder().decode(Summary.self, from: summary).accepted)
    }

    /// Waits until all daemons answer, have told the same for `calm`, have read everything, and the condition holds.
    ///
    /// Ticks come all the time, so that a daemon is caught up at one moment and not at the next.
    ///
    /// **Throws** with the daemons' logs, when that takes longer than the limit or one of them ended.
    func settle(
        within limit: Duration,
        calm: Duration,
        _ isDone: ([DaemonStatus]) -> Bool
    ) throws -> [DaemonStatus] {
        let end = ContinuousClock.now + limit
        var (last, since) = ([String](), ContinuousClock.now)
        while true {
            let found = daemons.map { $0.status() }
            let told = found.map { status in
                guard let status else { return "no answer" }
                return "\(status.events) events, \(status.customers) customers, digest \(status.digest), "
                    + "dead letters \(status.deadletters.values.reduce(0, +))"
            }
            if told != last { (last, since) = (told, ContinuousClock.now) }
            let statuses = found.compactMap { $0 }
            let isCalm =
                statuses.count == daemons.count && statuses.allSatisfy(\.isCaughtUp)
                && ContinuousClock.now - since >= calm
            if isCalm, isDone(statuses) { return statuses }
            try #require(ContinuousClock.now < end, "not settled: \(found)\n\(story)")
            let areRunning = daemons.allSatisfy(\.isRunning)
            try #require(areRunning, "ended of its own will\n\(story)")
            Thread.sleep(forTimeInterval: 0.5)
        }
    }

    var story: String { daemons.map(\.story).joined(separator: "\n") }

    /// Ends what still runs, and removes the folder; not after a failure.
    func close(keepsFolder: Bool) {
        for daemon in daemons { daemon.kill() }
        inputs.close()
        if !keepsFolder { try? FileManager.default.removeItem(at: folder) }
    }
}
