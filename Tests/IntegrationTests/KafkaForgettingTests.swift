// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import KafkaBridge
import TestSupport
import Testing

/// Forgetting, and replays that go on, where events lie in Kafka.
@Suite(
    .serialized,
    .enabled(if: KafkaCluster.isThere, KafkaCluster.missing),
    .enabled(if: TabijiExecutable.isThere, TabijiExecutable.missing)
)
struct KafkaForgettingTests {
    private struct Summary: Decodable {
        var read: Int
        var accepted: Int
        var control: Int
        var forgotten: Int
        var digest: String
    }

    private static func summary(_ installation: Installation, _ name: String) throws -> Summary {
        let file = installation.folder.appendingPathComponent("\(name)/summary.json")
        return try JSONDecoder().decode(Summary.self, from: Data(contentsOf: file))
    }

    private static func view(_ number: Int, _ identifiers: String) -> [UInt8] {
        Array(
            """
            {"id":"e\(number)","type":"page_viewed","time":\(1_770_000_000_000 + number * 60_000),\
            "identifiers":{\(identifiers)}}
            """.utf8
        )
    }

    @Test func `what the command forgets stays forgotten in replays from Kafka`() throws {
        let installation = try Installation(
            "forget",
            inputs: ["web", "control"],
            settings: ["TABIJI_KAFKA_PURGE_INTERVAL": "1s"]
        )
        var isGood = false
        defer { installation.close(keepsFolder: !isGood) }
        for number in 0..<30 {
            let event = Self.view(number, #""user_id":"u\#(number % 3)","anonymous_id":"c\#(number % 3)""#)
            _ = try installation.inputs.send(event, to: Int32(number % 3))
        }
        let daemon = installation.daemon("one")
        try daemon.start()
        _ = try installation.settle(within: .seconds(90), calm: .seconds(1)) { $0.allSatisfy { $0.events == 30 } }
        try installation.run(["identity", "forget", "user_id:u1", "--yes"], as: "one")
        _ = try installation.settle(within: .seconds(90), calm: .seconds(1)) { $0.allSatisfy { $0.events == 20 } }
        #expect(try Self.isPurged(installation), "what is forgotten still stands in the inbox")
        #expect(daemon.stop() == 0)

        // The control topic is no source here: only the forgotten topic tells.
        let web = try #require(installation.inputs.names.first)
        let to = installation.folder.appendingPathComponent("replayed").path
        try installation.run(["replay", "--from", "kafka:\(web)", "--to", to], as: "replay")
        let summary = try Self.summary(installation, "replayed")
        #expect(summary.read == 30 && summary.accepted == 20 && summary.forgotten == 10 && summary.control == 0)
        isGood = true
    }

    /// Whether the inbox loses the first thing of each partition, which its reader has committed, in good time.
    private static func isPurged(_ installation: Installation) throws -> Bool {
        let consumer = try KafkaConsumer(.consumer(bootstrap: KafkaCluster.bootstrap, group: "onlooker"))
        defer { consumer.close() }
        let limit = Date(timeIntervalSinceNow: 60)
        while Date() < limit {
            let marks = try (0..<Int32(4)).map {
                try consumer.watermarks(KafkaPartition("\(installation.prefix)tabiji.inbox", $0), within: .seconds(20))
            }
            if marks.allSatisfy({ $0.high > 0 && $0.low > 0 }) { return true }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return false
    }

    @Test func `a replay from Kafka goes on from its offsets, up to the ends of its start`() throws {
        let installation = try Installation("resume", inputs: ["web"])
        var isGood = false
        defer { installation.close(keepsFolder: !isGood) }
        var numbers = SplitMix(state: 3)
        try installation.inputs.send(InputEvents.generated(customers: 40, events: 2_000), by: &numbers)
        let (whole, to) = (
            installation.folder.appendingPathComponent("whole").path,
            installation.folder.appendingPathComponent("resumed").path
        )
        try installation.run(["replay", "--from", "kafka:", "--to", whole], as: "whole")
        let command = ["replay", "--from", "kafka:", "--to", to, "--resume"]
        let process = try installation.start(command + ["--rate", "50"], as: "resumed")
        let place = installation.folder.appendingPathComponent("resumed/.tabiji")
        let limit = Date(timeIntervalSinceNow: 120)
        func isPlaced() -> Bool {
            ((try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []).contains {
                $0.hasPrefix("place-")
            }
        }
        while process.isRunning, !isPlaced(), Date() < limit { Thread.sleep(forTimeInterval: 0.05) }
        try #require(process.isRunning)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // What comes meanwhile is beyond the ends that it began with.
        _ = try installation.inputs.send(Self.view(1, #""user_id":"later""#), to: 0)
        try installation.run(command, as: "resumed")
        let (a, b) = try (Self.summary(installation, "whole"), Self.summary(installation, "resumed"))
        #expect(a.digest == b.digest && a.read == b.read && a.accepted == b.accepted)
        #expect(!FileManager.default.fileExists(atPath: place.path))
        isGood = true
    }
}
