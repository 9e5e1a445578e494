// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `tabiji run` over state that other rules made.
@Suite(.enabled(if: TabijiExecutable.isThere, TabijiExecutable.missing)) struct RulesChangeTests {
    private static let rules = ["TABIJI_IDENTIFIER_KEY": "tabiji"]

    /// A daemon's start over the folder's state, what is done with it, and its end.
    private func run(
        _ folder: URL,
        _ more: [String: String] = [:],
        _ body: (Daemon, String) throws -> Void
    ) throws {
        let daemon = Daemon("shop", folder: folder, settings: Self.rules.merging(more) { $1 })
        try daemon.start()
        defer { daemon.kill() }
        try body(daemon, daemon.url(within: .seconds(120)))
        #expect(daemon.stop() == 0)
    }

    private func write(_ events: [String], _ name: String, _ folder: URL) throws -> URL {
        let file = folder.appendingPathComponent(name)
        try Data((events.joined(separator: "\n") + "\n").utf8).write(to: file)
        return file
    }

    @Test(arguments: [
        (["TABIJI_IDENTITY_BLOCKED_PATTERNS": "^ken@"], "'blocked_patterns'"),
        (["TABIJI_IDENTIFIER_KEY": "another"], "'privacy'"),
        (["TABIJI_IDENTITY_OBSERVATION_BUCKET": "1h"], "'observation_bucket'"),
    ])
    func `what reads otherwise ends the process with 78, and what waits is read by the old rules`(
        other: [String: String],
        changed: String
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tabiji-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try write(
            [
                #"{"id":"a","type":"signed_in","time":"2026-03-01T09:00:00Z","identifiers":{"user_id":"u1","anonymous_id":"c1"}}"#
            ],
            "first.ndjson",
            folder
        )
        let second = try write(
            [
                #"{"id":"b","type":"identified","time":"2026-03-02T09:00:00Z","identifiers":{"user_id":"u2","email":"ken@example.com"}}"#
            ],
            "second.ndjson",
            folder
        )
        try run(folder) { daemon, url in
            #expect(try daemon.post(first, to: url) == 202)
            try wait(daemon) { $0.events == 1 && $0.isCaughtUp }
        }
        // Nobody reads it yet.
        try run(folder, ["TABIJI_ROLES": "journey"]) { daemon, url in
            let status = try daemon.post(second, to: url)
            #expect(status == 202)
        }
        for _ in 1...3 {
            let daemon = Daemon("shop", folder: folder, settings: Self.rules.merging(other) { $1 })
            try daemon.start()
            defer { daemon.kill() }
            #expect(daemon.end() == 78)
            #expect(daemon.story.contains("identity.yaml: expected \(changed) as when the state here was made"))
        }
        try run(folder) { daemon, url in
            try wait(daemon) { $0.events == 2 && $0.isCaughtUp }
            let told = try CommandRun(["identity", "explain", "email:ken@example.com", "--url", url])
            #expect(told.output.contains("is customer f12bb0998138bf9e4c8c6b724767bea6's"), "\(told.errors)")
        }
    }

    private func wait(_ daemon: Daemon, until isDone: (DaemonStatus) -> Bool) throws {
        let end = Date(timeIntervalSinceNow: 120)
        // What it was once is enough: with the next tick it may be catching up again.
        var status = daemon.status()
        while !(status.map(isDone) ?? false), Date() < end {
            Thread.sleep(forTimeInterval: 0.05)
            status = daemon.status()
        }
        let last = try #require(status, "\(daemon.story)")
        #expect(isDone(last), "\(last)")
    }
}
