// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// Bounded replays of files through the whole program, without its command line.
@Suite struct ReplayTests {
    private let records = SmallShop.records(seed: 7, count: 600)

    /// In another order, a tenth twice.
    private func shaken(_ records: [[UInt8]], seed: UInt64) -> [[UInt8]] {
        var chance = SplitMix(seed: seed)
        return (records + records.shuffled(using: &chance).prefix(records.count / 10)).shuffled(using: &chance)
    }

    private func expectSame(_ a: ReplayBench.Outcome, _ b: ReplayBench.Outcome) {
        for name in ReplayBench.compared { #expect(a.files[name] == b.files[name], "\(name) differ") }
        #expect(a.summary.digest == b.summary.digest)
        #expect(a.summary.accepted == b.summary.accepted)
        #expect(a.summary.deadlettersByReason == b.summary.deadlettersByReason)
    }

    @Test func `every record that was read is accounted for`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let outcome = try bench.run(shaken(records, seed: 3))
        let summary = outcome.summary
        #expect(summary.addsUp)
        #expect(summary.read == records.count + records.count / 10)
        #expect(summary.accepted == 600)
        #expect(summary.deadlettersByReason == ["conflicting_duplicate": records.count - 600])
        #expect(outcome.lines("deadletter").count == summary.deadletters)
        #expect(outcome.lines("transitions").count == summary.transitions)
        #expect(outcome.lines("alerts").count == summary.alerts)
        #expect(outcome.lines("profiles").count == summary.customers)
        let broadcasts = records.filter { String(decoding: $0, as: UTF8.self).contains("stock_changed") }.count
        #expect(outcome.lines("timeline").count > 500 && outcome.lines("timeline").count >= 600 - broadcasts)
    }

    @Test func `the same events in another order, and some of them twice, give the same bytes`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let plain = try bench.run(records)
        #expect(plain.summary.customers > 10 && plain.summary.transitions > 50 && plain.summary.alerts > 3)
        for seed in 1...3 { expectSame(plain, try bench.run(shaken(records, seed: UInt64(seed)))) }
    }

    @Test func `events in several files give the same bytes as in one`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let plain = try bench.run(records)
        let first = try bench.file("first.ndjson", Array(records[200...]))
        let second = try bench.file("second.ndjson", Array(records[..<200]))
        expectSame(plain, try bench.run(first, "\(second)@touchpoints.web"))
    }

    @Test func `copies of nobody's event in another order give the same bytes`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let atMs: Int64 = 1_770_000_000_000
        let people = (0..<21).map { person in
            let names = "\"user_id\":\"u\(person)\",\"anonymous_id\":\"kiosk\""
            return Self.record("s\(person)", "signed_in", at: atMs, names, "")
        }
        // More people than a cookie may have: it is a hub, and what names it alone is nobody's.
        let copies = (1...4).map { copy in
            let text = """
                {"id":"v","type":"page_viewed","channel":"shop_\(copy)","time":\(atMs + 1),\
                "identifiers":{"anonymous_id":"kiosk"}}
                """
            return Array(text.utf8)
        }
        let first = try bench.file("people.ndjson", people)
        let files = try copies.enumerated().map { try bench.file("copy-\($0).ndjson", [$1]) }
        // What one file says is known before the next is read: the first copy to come is told at once.
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]]
        let outcomes = try orders.map { order in
            try bench.run(first, files[order[0]], files[order[1]], files[order[2]], files[order[3]])
        }
        let hubs = outcomes[0].lines("timeline").filter { ($0["data"] as? [String: Any])?["hub"] as? Bool == true }
        #expect(hubs.count == 1)
        for outcome in outcomes.dropFirst() { expectSame(outcomes[0], outcome) }
    }

    @Test func `the history reduces to the net result`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let net = try bench.run(records)
        let history = try bench.run(shaken(records, seed: 9)) { $0.keepsHistory = true }
        #expect(net.summary.digest == history.summary.digest)
        #expect(net.summary.transitions == history.summary.transitions)
        #expect(net.summary.alerts == history.summary.alerts)
        #expect(net.summary.deadletters == history.summary.deadletters)
        for name in ReplayBench.compared {
            #expect(try reduced(history.lines(name)) == reduced(net.lines(name)), "\(name) differ")
        }
    }

    /// The highest revision of each id, its number apart; of profiles the last record under the key.
    private func reduced(_ lines: [[String: Any]]) throws -> [String: Data] {
        var newest: [String: (revision: Int, line: [String: Any])] = [:]
        for line in lines {
            let id = try #require(line["id"] as? String)
            let data = line["data"] as? [String: Any] ?? ["retracted": true]
            let revision = (data["revision"] as? NSNumber)?.intValue ?? (newest[id]?.revision ?? 0)
            if let known = newest[id], known.revision > revision { continue }
            var line = line
            line["data"] = data.filter { $0.key != "revision" }
            newest[id] = (revision, line)
        }
        return try newest.compactMapValues { entry in
            let data = entry.line["data"] as? [String: Any] ?? [:]
            if data["retracted"] as? Bool == true || data["merged_into"] != nil { return nil }
            return try JSONSerialization.data(withJSONObject: entry.line, options: [.sortedKeys])
        }
    }

    @Test func `until sets the watermark and leaves out nothing`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let plain = try bench.run(records)
        let early = try bench.run(records) { $0.untilMs = 1_770_000_000_000 + 20 * 86_400_000 }
        let late = try bench.run(records) { $0.untilMs = 1_770_000_000_000 + 200 * 86_400_000 }
        #expect(early.summary.watermarkMs == 1_771_728_000_000)
        #expect(late.summary.accepted == plain.summary.accepted)
        #expect(late.files["transitions"] == plain.files["transitions"])
        #expect(late.summary.alerts > plain.summary.alerts)
        // Without a timestamp of its own a record may not lie beyond `until`.
        #expect(early.summary.deadlettersByReason["time_in_future"] ?? 0 > 100)
        #expect(early.summary.addsUp)
        let after = try bench.run(shaken(records, seed: 4)) {
            $0.untilMs = 1_770_000_000_000 + 20 * 86_400_000
            $0.keepsHistory = true
        }
        #expect(after.summary.digest == early.summary.digest)
    }

    @Test func `since leaves out earlier events, but no consent and no control records`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let sinceMs: Int64 = 1_770_000_000_000 + 20 * 86_400_000
        let said = [
            Self.record(
                "k1",
                "consent_changed",
                at: sinceMs - 5000,
                "\"user_id\":\"u1\"",
                "\"consent\":{\"identity\":false}"
            ),
            Self.record("k2", "customer_forgotten", at: sinceMs - 5000, "\"user_id\":\"u2\"", ""),
        ]
        let outcome = try bench.run(records + said) {
            $0.sinceMs = sinceMs
            $0.trustsFiles = true
        }
        let summary = outcome.summary
        #expect(summary.skipped > 100 && summary.accepted > 100)
        #expect(summary.addsUp)
        #expect(summary.read + summary.skipped == records.count + 2)
        #expect(summary.control == 1)
        let early = outcome.lines("timeline").filter { ($0["time"] as? String ?? "") < "2026-02-22T02:40:00" }
        #expect(early.count == 1)
        #expect((early.first?["data"] as? [String: Any])?["type"] as? String == "consent_changed")
    }

    @Test func `what control records forget leaves no trace, wherever they stand`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let forget = Self.record("f", "customer_forgotten", at: 1_780_000_000_000, "\"user_id\":\"u3\"", "")
        let trusted = try bench.run([forget] + records) { $0.trustsFiles = true }
        #expect(trusted.summary.control == 1 && trusted.summary.forgotten > 5)
        #expect(trusted.summary.addsUp)
        expectSame(trusted, try bench.run(shaken(records, seed: 5) + [forget, forget]) { $0.trustsFiles = true })
        let control = try bench.file("control.ndjson", [forget])
        expectSame(trusted, try bench.run(bench.file("all.ndjson", records), "\(control)@touchpoints.control"))
        expectSame(trusted, try bench.run(records) { $0.forgottenFile = control })
        let refused = try bench.run(records + [forget])
        #expect(refused.summary.deadlettersByReason["not_allowed"] == 1)
        #expect(refused.summary.forgotten == 0 && refused.summary.addsUp)
        let letters = try bench.run(shaken(records, seed: 6) + [forget]) { $0.trustsFiles = true }
        #expect(letters.lines("deadletter").count == letters.summary.deadletters)
    }

    @Test(.enabled(if: Specification.shared != nil, "real purchase histories are not beside the project"))
    func `real orders give the same bytes in any order, and all of them are on somebody's timeline`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let shared = try #require(Specification.shared)
        let file = shared.appendingPathComponent("data/gift-shop.ndjson.gz").path
        let plain = try bench.run(file)
        #expect(plain.summary.addsUp && plain.summary.read == 1061 && plain.summary.customers == 182)
        #expect(plain.lines("timeline").count == plain.summary.accepted)
        #expect(plain.lines("timeline").allSatisfy { $0["subject"] is String })
        let unzip = try Specification.python(
            ["-c", "import gzip,sys;sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())", file],
            in: bench.folder.path
        )
        let records = unzip.split(separator: 10).map { Array($0) }
        expectSame(plain, try bench.run(shaken(records, seed: 1)))
    }

    static func record(_ id: String, _ type: String, at timeMs: Int64, _ identifiers: String, _ properties: String)
        -> [UInt8]
    {
        Array(
            """
            {"id":"\(id)","type":"\(type)","time":\(timeMs),"identifiers":{\(identifiers)},"properties":{\(properties)}}
            """.utf8
        )
    }
}
