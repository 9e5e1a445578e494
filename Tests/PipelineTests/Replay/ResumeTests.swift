// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import StateStore
import Synchronization
import Testing

@testable import Pipeline

/// Replays that are interrupted and go on.
@Suite struct ResumeTests {
    private static let names = ReplayBench.compared + ["identity", "deadletter"]

    /// Says yes when it is asked for the n-th time.
    private final class Alarm: Sendable {
        private let left: Atomic<Int>

        init(_ asks: Int) { left = Atomic(asks) }

        func rings() -> Bool { left.subtract(1, ordering: .relaxed).newValue == 0 }
    }

    private let records: [[UInt8]]

    init() {
        let blocked = (0..<40).map { number in
            ReplayTests.record(
                "b\(number)",
                "page_viewed",
                at: 1_770_000_000_000 + Int64(number) * 60_000,
                "\"user_id\":\"null\",\"anonymous_id\":\"c\(number % 3)\"",
                ""
            )
        }
        records = blocked[..<20] + SmallShop.records(seed: 11, count: 600) + blocked[20...] + [Array("{".utf8)]
    }

    /// In small chunks. Decisions on the way, which `identity` tells, depend on what is taken at a time.
    private static func slow(_ options: inout ReplayOptions) {
        options.rate = 2_000
        options.trustsFiles = true
    }

    private func options(_ words: [String], _ to: URL, asks: Int?) -> ReplayOptions {
        var options = ReplayOptions(sources: words.map { ReplayOptions.source($0) }, sink: .folder(to.path))
        Self.slow(&options)
        options.resumption = .init(asked: ["--from": words], settings: [:], interval: .zero)
        if let asks {
            let alarm = Alarm(asks)
            options.isInterrupted = { alarm.rings() }
        }
        return options
    }

    private func files(_ folder: URL) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in Self.names { found[name] = try Data(contentsOf: folder.appendingPathComponent("\(name).ndjson")) }
        return found
    }

    @Test(arguments: [1, 2, 3])
    func `a replay that is interrupted again and again ends with the same bytes`(asks: Int) throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let first = try bench.file("first.ndjson", Array(records[..<350]))
        let forget = ReplayTests.record("f", "customer_forgotten", at: 1_780_000_000_000, "\"user_id\":\"u3\"", "")
        let second = try bench.file("second.ndjson", Array(records[350...]) + [forget])
        let whole = try bench.run(first, second) { Self.slow(&$0) }
        let to = bench.folder.appendingPathComponent("resumed")
        var interruptions = 0
        var summary: ReplaySummary?
        while summary == nil {
            // One time of each three it is the last work, at the end, that is interrupted.
            let options = options([first, second], to, asks: interruptions == 9 ? nil : asks + interruptions / 3)
            do {
                summary = try ReplayRun.run(bench.configuration, options, nowMs: ReplayBench.nowMs) { _ in }
            } catch let interrupted as ReplayInterrupted {
                #expect(interrupted.place != nil)
                interruptions += 1
            }
        }
        #expect(interruptions >= 3)
        for (name, bytes) in try files(to) { #expect(bytes == whole.files[name], "\(name) differ") }
        #expect(!FileManager.default.fileExists(atPath: to.appendingPathComponent(".tabiji").path))
        let done = try #require(summary)
        #expect(done.addsUp && done.forgotten > 0)
        #expect(done.digest == whole.summary.digest)
        #expect(done.read == whole.summary.read && done.accepted == whole.summary.accepted)
        #expect(done.deadlettersByReason == whole.summary.deadlettersByReason)
        #expect(done.watermarkMs == whole.summary.watermarkMs)
    }

    @Test func `with other sources or another configuration it does not go on, and says what differs`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let file = try bench.file("in.ndjson", records)
        let to = bench.folder.appendingPathComponent("resumed")
        func run(_ options: ReplayOptions) throws -> ReplaySummary {
            try ReplayRun.run(bench.configuration, options, nowMs: ReplayBench.nowMs) { _ in }
        }
        #expect(throws: ReplayInterrupted.self) { try run(options([file], to, asks: 1)) }

        let other = try bench.file("other.ndjson", records)
        let elsewhere = #expect(throws: ReplayPlaceError.self) { try run(options([other], to, asks: nil)) }
        #expect(elsewhere?.exitCode == 64)
        #expect(try #require(elsewhere).description.contains("--from was \(file)"))

        var set = options([file], to, asks: nil)
        set.resumption?.settings = ["TABIJI_LIMITS_EARLIEST_TIME": "2001-01-01T00:00:00Z", "TABIJI_LOG_LEVEL": "debug"]
        let configured = #expect(throws: ReplayPlaceError.self) { try run(set) }
        #expect(configured?.exitCode == 78)
        let said = try #require(configured).description
        #expect(said.contains("TABIJI_LIMITS_EARLIEST_TIME") && !said.contains("LOG_LEVEL"))

        var key = bench.configuration
        key.identifierKey = "another"
        let keyed = #expect(throws: ReplayPlaceError.self) {
            try ReplayRun.run(key, options([file], to, asks: nil), nowMs: ReplayBench.nowMs) { _ in }
        }
        #expect(try #require(keyed).description.contains("privacy.key"))

        _ = try bench.file("in.ndjson", records + [Array("{}".utf8)])
        let grown = #expect(throws: ReplayPlaceError.self) { try run(options([file], to, asks: nil)) }
        #expect(try #require(grown).description.contains("bytes"))
    }

    @Test func `two replays do not work in one folder`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let first = try ReplayPlace(in: bench.folder.path)
        #expect(throws: ReplayPlaceError.self) { try ReplayPlace(in: bench.folder.path) }
        try first.remove()
    }

    @Test func `a place that was not finished does not count`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let file = try bench.file("in.ndjson", records)
        let to = bench.folder.appendingPathComponent("resumed")
        let whole = try bench.run(file) { Self.slow(&$0) }
        #expect(throws: ReplayInterrupted.self) {
            try ReplayRun.run(bench.configuration, options([file], to, asks: 2), nowMs: ReplayBench.nowMs) { _ in }
        }
        // As a kill leaves it: stores that were being written, and a place in the making.
        let place = to.appendingPathComponent(".tabiji")
        try FileManager.default.createDirectory(
            at: place.appendingPathComponent("fresh/state"),
            withIntermediateDirectories: true
        )
        try Data("no table".utf8).write(to: place.appendingPathComponent("live/state/CURRENT"))
        let kept = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.hasPrefix("place-") }
        #expect(kept.count == 1)
        _ = try ReplayRun.run(bench.configuration, options([file], to, asks: nil), nowMs: ReplayBench.nowMs) { _ in }
        for (name, bytes) in try files(to) { #expect(bytes == whole.files[name], "\(name) differ") }
    }

    @Test func `what an installation has forgotten is gone from a replay that is told first`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let forget = ReplayTests.record("f", "customer_forgotten", at: 1_780_000_000_000, "\"user_id\":\"u3\"", "")
        let control = try bench.file("control.ndjson", [forget])
        let file = try bench.file("in.ndjson", records)
        let wanted = try bench.run(file) { $0.forgottenFile = control }
        // What the identity role writes for ever, packed and read again.
        let lasting = try Self.lasting(bench, "\(control)@touchpoints.control")
        #expect(!lasting.isEmpty && lasting.allSatisfy { $0.realm == "default" })
        let read = try lasting.map { try ForgottenRecord(packed: $0.packed) }
        #expect(read == lasting)
        let digest = try Self.digest(bench, file, read)
        #expect(digest == wanted.summary.digest)
        #expect(try Self.digest(bench, file, []) != digest)
    }

    private static func plan(_ bench: ReplayBench, _ word: String) throws -> (plan: RolePlan, path: String) {
        guard case .file(let path, let topic) = ReplayOptions.source(word) else { throw OutputError("no file") }
        var plan = RolePlan(bench.configuration, partitions: 4)
        plan.journey.latenessMs = nil
        plan.journey.foldsAtEnd = true
        plan.journey.emitsTimeline = true
        plan.files["in"] = InputSource(topic: topic, file: path, boundMs: ReplayBench.nowMs)
        return (plan, path)
    }

    private static func digest(_ bench: ReplayBench, _ word: String, _ forgotten: [ForgottenRecord]) throws -> String {
        let (plan, path) = try plan(bench, word)
        let replay = try Replay(plan: plan, store: MemoryStore(), sink: EmptySink()) { _ in }
        try replay.forget(forgotten)
        var feed = try FileFeed(path: path, name: "in", eventBytesMax: 1 << 20)
        while let batch = try feed.next(bytesMax: 1 << 20, recordsMax: 1000) { try replay.feed(batch) }
        return try replay.finish().digest
    }

    /// What the three roles append to the forgotten topic.
    private static func lasting(_ bench: ReplayBench, _ word: String) throws -> [ForgottenRecord] {
        let (plan, path) = try plan(bench, word)
        var found: [ForgottenRecord] = []
        let log = MemoryEventLog(store: MemoryStore(), partitions: 4) { topic, _, _, data in
            if topic == .forgotten, let data { found.append(try ForgottenRecord(packed: data)) }
        }
        var settings = plan.worker
        settings.commitsWhenIdle = true
        let engines: [(Role, any RoleEngine)] = [
            (.intake, IntakeEngine(context: plan.intakeContext)),
            (.identity, IdentityRole(plan, owners: nil)),
        ]
        var feed = try FileFeed(path: path, name: "in", eventBytesMax: 1 << 20)
        while let batch = try feed.next(bytesMax: 1 << 20, recordsMax: 1000) { try log.feed(batch) }
        for (role, engine) in engines {
            let worker = Worker(
                role: role,
                engine: engine,
                session: log.session(role, worker: 0),
                settings: settings,
                clock: { 0 },
                observe: { _ in }
            )
            _ = try worker.step(waitMs: 0)  // takes its partitions
            while try worker.step(waitMs: 0) {}
        }
        return found
    }
}
