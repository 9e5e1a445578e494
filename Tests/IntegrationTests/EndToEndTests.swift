// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The daemon as it runs for others: processes, restarts, Kafka between them.
@Suite(
    .serialized,
    .enabled(if: KafkaCluster.isThere, KafkaCluster.missing),
    .enabled(if: TabijiExecutable.isThere, TabijiExecutable.missing)
)
struct EndToEndTests {
    @Test func `two daemons that are stopped and killed on the way tell what a replay of the file tells`() throws {
        let installation = try Installation(
            "e2e",
            inputs: ["web", "store", "mail"],
            settings: ["TABIJI_LIMITS_LATENESS": "9000d"]
        )
        var isGood = false
        defer { installation.close(keepsFolder: !isGood) }
        var numbers = SplitMix(state: 5)
        var events = InputEvents.generated(customers: 2_500, events: 50_000)
        events += try InputEvents.recorded()
        events.shuffle(using: &numbers)
        let file = installation.folder.appendingPathComponent("events.ndjson")
        try Data(events.joined(separator: [0x0a])).write(to: file)

        let (first, second) = (installation.daemon("a"), installation.daemon("b"))
        try first.start()
        try second.start()
        let third = events.count / 3
        try installation.inputs.send(events[..<third], by: &numbers)
        Thread.sleep(forTimeInterval: 3)
        #expect(first.stop() == 0, "\(first.story)")
        try installation.inputs.send(events[third..<2 * third], by: &numbers)
        try first.start()
        Thread.sleep(forTimeInterval: 4)
        second.kill()
        try installation.inputs.send(events[(2 * third)...], by: &numbers)
        Thread.sleep(forTimeInterval: 1)
        try second.start()
        let sent = Date().formatted(.iso8601)

        let accepted = try installation.replay(file).accepted
        #expect(accepted > events.count / 2)
        let statuses = try installation.settle(within: .seconds(480), calm: .seconds(8)) { statuses in
            // Once nothing comes, the watermark follows the clock: deadlines have fired, as in the replay.
            statuses.allSatisfy { $0.watermark ?? "" > sent } && statuses.map(\.events).reduce(0, +) == accepted
        }
        let watermark = try #require(statuses.compactMap(\.watermark).min())
        for daemon in [first, second] { #expect(daemon.stop() == 0, "\(daemon.story)") }

        let replayed = try installation.replay(file, until: watermark).folder
        isGood = true
        for name in ["transitions", "alerts", "profiles", "timeline"] {
            let wanted = try NetResults(file: replayed.appendingPathComponent("\(name).ndjson"))
            let told = try NetResults(topic: "\(installation.prefix)journey.\(name)")
            #expect(wanted.results.count > 100, "too few \(name) to mean anything")
            guard let differences = told.differences(from: wanted) else { continue }
            isGood = false
            Issue.record("\(name): \(differences)\n\(installation.folder.path)\n\(installation.story)")
        }
    }
}
