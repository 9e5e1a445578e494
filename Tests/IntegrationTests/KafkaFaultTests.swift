// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import KafkaBridge
import StateStore
import Synchronization
import Testing

@testable import Pipeline

/// Brokers that freeze and die, on a cluster of this suite's own.
@Suite(.enabled(if: FaultyKafka.isThere, "left out: KAFKA_SCRIPT names no script that starts a Kafka"))
struct KafkaFaultTests {
    @Test func `while the broker freezes and dies, every record counts once`() throws {
        let kafka = try FaultyKafka()
        defer { kafka.wipe() }
        var settings = KafkaLogSettings(
            bootstrap: kafka.bootstrap,
            prefix: "fault.",
            instance: "one",
            inputs: ["^fault\\.touchpoints.+"]
        )
        settings.partitions = 4
        settings.outputPartitions = 2
        settings.commitTimeoutMs = 2_000
        settings.transactionTimeoutMs = 5_000
        _ = try KafkaTopics(settings).create()
        let log = KafkaEventLog(settings, store: MemoryStore())
        let count = 3_000
        let intake = try log.session(.intake, worker: 9)
        var feed = Transaction()
        for number in 0..<count {
            feed.append(.inbox, partition: Int32(number % 4), key: [7], value: Array("v\(number)".utf8))
        }
        #expect(try intake.commit(feed) == .committed)
        try intake.close()

        let faults = Thread { for _ in 0..<3 { kafka.disturb() } }
        var worker = try TallyWorker(log)
        try worker.run { !$0.partitions.isEmpty }
        faults.start()
        var outcomes: [String: Int] = [:]
        let end = ContinuousClock.now + .seconds(240)
        while try worker.storedTotal() < count || !faults.isFinished, ContinuousClock.now < end {
            do {
                try worker.step(maxRecords: 20)
                switch try worker.commit() {
                case .committed: outcomes["committed", default: 0] += 1
                case .aborted:
                    outcomes["aborted", default: 0] += 1
                    try worker.startOver()
                case .lost: outcomes["lost", default: 0] += 1
                }
            } catch let error as KafkaLogError where error.exitCode == 75 || error.exitCode == 69 {
                // What a supervisor does.
                outcomes["restarted", default: 0] += 1
                (worker.session as? KafkaSession)?.abandon()
                worker = try restarted(log)
            }
        }
        #expect(try worker.storedTotal() == count)
        try worker.session.close()
        let values = try KafkaConsumer.visible(
            in: "fault.journey.transitions",
            partitions: 2,
            bootstrap: kafka.bootstrap
        ).map(\.text)
        #expect(values.count == count)
        #expect(Set(values).count == count)
        #expect(outcomes["committed", default: 0] > 100, "\(outcomes)")

        // From the changelog alone the state is the same.
        let fresh = try TallyWorker(KafkaEventLog(settings, store: MemoryStore()))
        try fresh.run { $0.isCaughtUp }
        #expect(try fresh.storedTotal() == count)
        #expect(try fresh.rows().count == count)
        try fresh.session.close()
    }
}

extension KafkaFaultTests {
    private func restarted(_ log: KafkaEventLog) throws -> TallyWorker {
        let end = ContinuousClock.now + .seconds(120)
        while true {
            do {
                return try TallyWorker(log)
            } catch let error as KafkaLogError where .now < end && (error.exitCode == 75 || error.exitCode == 69) {
                continue
            }
        }
    }
}

/// A broker that the tests may hurt, started by `KAFKA_SCRIPT` in a folder and on a port of its own.
final class FaultyKafka: Sendable {
    static let script = ProcessInfo.processInfo.environment["KAFKA_SCRIPT"] ?? ""
    static var isThere: Bool { !script.isEmpty }

    let bootstrap: String
    private let folder: String
    private let port: Int

    init() throws {
        folder = NSTemporaryDirectory() + "tabiji-faults-\(UInt32.random(in: 0...UInt32.max))"
        // Below the ports that connections take for themselves, which a broker that comes back may find taken.
        port = 20_000 + Int.random(in: 0..<1_000) * 4
        bootstrap = "127.0.0.1:\(port)"
        try Self.run(["start"], folder, port)
    }

    /// A second of peace, then the broker is frozen for seconds or killed and started again.
    func disturb() {
        Thread.sleep(forTimeInterval: 1.5)
        #expect(throws: Never.self) {
            try Self.run(["pause", "1"], folder, port)
            Thread.sleep(forTimeInterval: .random(in: 2.2...4))
            try Self.run(["resume", "1"], folder, port)
            Thread.sleep(forTimeInterval: 1.5)
            try Self.run(["kill", "1"], folder, port)
            Thread.sleep(forTimeInterval: 1)
            try Self.run(["restart", "1"], folder, port)
        }
    }

    func wipe() { try? Self.run(["wipe"], folder, port) }

    /// Not Foundation's Process: it waits for the broker too, which outlives the script.
    private static func run(_ arguments: [String], _ folder: String, _ port: Int) throws {
        let command =
            "KAFKA_DATA='\(folder)' KAFKA_PORT=\(port) '\(script)' \(arguments.joined(separator: " ")) >/dev/null 2>&1"
        #expect(system(command) == 0, "\(script) \(arguments)")
    }
}
