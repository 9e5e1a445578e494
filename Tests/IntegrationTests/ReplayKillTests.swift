// SPDX-License-Identifier: Apache-2.0
import Foundation
import Generator
import Glibc
import Testing

/// `tabiji replay --resume` in processes that end before their time.
@Suite(.enabled(if: TabijiExecutable.isThere, TabijiExecutable.missing)) struct ReplayKillTests {
    private static let settings = ["TABIJI_IDENTIFIER_KEY": "tabiji"]

    @Test(arguments: [SIGKILL, SIGINT])
    func `a replay that a signal ended goes on with the same command and ends with the same bytes`(
        signal: Int32
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tabiji-kill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let events = folder.appendingPathComponent("events.ndjson")
        var lines = Data()
        var traffic = Traffic(TrafficSettings(customers: 60, events: 3_000, seed: 5))
        traffic.write { lines.append(contentsOf: $0) }
        try lines.write(to: events)
        let (whole, resumed) = (folder.appendingPathComponent("whole"), folder.appendingPathComponent("resumed"))
        let log = folder.appendingPathComponent("log")
        try TabijiExecutable.run(
            ["replay", "--from", events.path, "--to", whole.path],
            settings: Self.settings,
            log: log
        )
        let command = ["replay", "--from", events.path, "--to", resumed.path, "--resume"]
        // Slow enough that it is surely under way when the first place is there.
        let process = try TabijiExecutable.start(command + ["--rate", "100"], settings: Self.settings, log: log)
        let place = resumed.appendingPathComponent(".tabiji")
        let limit = Date(timeIntervalSinceNow: 120)
        if signal == SIGKILL {
            while process.isRunning, Date() < limit, !Self.names(place).contains(where: { $0.hasPrefix("place-") }) {
                Thread.sleep(forTimeInterval: 0.05)
            }
        } else {
            while process.isRunning, Date() < limit, !Self.names(place).contains("live") {
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        try #require(process.isRunning, "it ended too soon: \((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationStatus == (signal == SIGINT ? 75 : SIGKILL))
        #expect(Self.names(place).contains { $0.hasPrefix("place-") })
        #expect(!Self.names(resumed).contains("summary.json"))

        try TabijiExecutable.run(command, settings: Self.settings, log: log)
        // Not `identity`, which tells decisions on the way: it depends on what is taken at a time, and so on the rate.
        for name in ["transitions", "alerts", "profiles", "timeline", "deadletter"] {
            let (a, b) = try (Self.bytes(whole, name), Self.bytes(resumed, name))
            #expect(a == b, "\(name) differ")
        }
        #expect(try Self.counts(whole) == Self.counts(resumed))
        #expect(!Self.names(resumed).contains(".tabiji"))
    }

    private static func names(_ folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    }

    private static func bytes(_ folder: URL, _ name: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent("\(name).ndjson"))
    }

    /// The summary, what was measured apart.
    private static func counts(_ folder: URL) throws -> String {
        let text = try String(contentsOf: folder.appendingPathComponent("summary.json"), encoding: .utf8)
        let measured = ["seconds", "events_per_second", "cpu_seconds", "peak_memory_bytes"]
        return text.split(separator: "\n").filter { line in !measured.contains { line.contains("\"\($0)\"") } }
            .joined(separator: "\n")
    }
}
