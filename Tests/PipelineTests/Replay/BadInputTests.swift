// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// Bad input: each record a dead letter with its reason and place, and the others go on.
@Suite struct BadInputTests {
    /// A bad record, and what it is refused for.
    struct Bad: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var reason: String

        init(_ name: String, _ text: String, _ reason: String) {
            testDescription = name
            bytes = Array(text.utf8)
            self.reason = reason
        }
    }

    static let time = "\"time\":\"2026-03-01T00:00:00Z\""

    static var kinds: [Bad] {
        let head = "{\"id\":\"x\",\"type\":\"page_viewed\",\(time)"
        var invalid = Bad("invalid UTF-8", "\(head),\"identifiers\":{\"user_id\":\"", "malformed_json")
        invalid.bytes += [0xff, 0xc0] + Array("\"}}".utf8)
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        return [
            Bad("2 MiB", "\(head),\"rest\":\"\(String(repeating: "x", count: 2 << 20))\"}", "too_large"),
            Bad("truncated JSON", "\(head),\"identifiers\":{\"user_id\":", "malformed_json"),
            Bad("deep nesting", "\(head),\"properties\":{\"a\":\(deep)}}", "malformed_json"),
            invalid,
            Bad("two values in a row", "\(head)} {}", "malformed_json"),
            Bad("no object", "[1,2]", "not_an_object"),
            Bad("unknown format", "{\"id\":\"x\",\(time)}", "unknown_format"),
            Bad("no id", "{\"type\":\"page_viewed\",\(time),\"identifiers\":{\"user_id\":\"u\"}}", "missing_field"),
            Bad(
                "no time",
                "{\"id\":\"x\",\"type\":\"page_viewed\",\"identifiers\":{\"user_id\":\"u\"}}",
                "missing_field"
            ),
            Bad(
                "wrong type of properties",
                "\(head),\"identifiers\":{\"user_id\":\"u\"},\"properties\":3}",
                "bad_field"
            ),
            Bad("wrong type of an identifier", "\(head),\"identifiers\":{\"user_id\":{\"a\":1}}}", "bad_field"),
            Bad(
                "another version",
                "{\"specversion\":\"0.3\",\"id\":\"x\",\"type\":\"page_viewed\",\(time)}",
                "bad_field"
            ),
            Bad(
                "control",
                "{\"id\":\"x\",\"type\":\"customer_forgotten\",\(time),\"identifiers\":{\"user_id\":\"u\"}}",
                "not_allowed"
            ),
            Bad(
                "epoch seconds",
                "{\"id\":\"x\",\"type\":\"page_viewed\",\"time\":1772325000,\"identifiers\":{\"user_id\":\"u\"}}",
                "bad_time"
            ),
            Bad(
                "the future",
                head.replacingOccurrences(of: "2026", with: "2027") + ",\"identifiers\":{\"user_id\":\"u\"}}",
                "time_in_future"
            ),
            Bad("no identifier", "\(head)}", "no_identifier"),
            Bad("no identifier that is known", "\(head),\"identifiers\":{\"nickname\":\"n\"}}", "no_identifier"),
            Bad(
                "blocked identifier",
                "\(head),\"identifiers\":{\"user_id\":\"null\",\"anonymous_id\":\"0000\"}}",
                "blocked_identifier"
            ),
            Bad("empty identifier", "\(head),\"identifiers\":{\"user_id\":\" \"}}", "blocked_identifier"),
            Bad(
                "two values of a unique namespace",
                "\(head),\"identifiers\":{\"user_id\":[\"a\",\"b\"]}}",
                "ambiguous_identifiers"
            ),
            Bad(
                "unknown realm",
                "\(head),\"realm\":\"elsewhere\",\"identifiers\":{\"user_id\":\"u\"}}",
                "unknown_realm"
            ),
        ]
    }

    @Test func `each bad record is a dead letter with its reason and line, and the others go on`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let good = SmallShop.records(seed: 1, count: 50)
        var chance = SplitMix(seed: 5)
        var mixed: [(bytes: [UInt8], reason: String?)] =
            good.map { ($0, nil) } + Self.kinds.map { ($0.bytes, $0.reason) }
        mixed.shuffle(using: &chance)
        mixed.insert(([], nil), at: 20)  // a blank line is nothing
        let outcome = try bench.run(mixed.map(\.bytes))
        let alone = try bench.run(good)
        for name in ReplayBench.compared { #expect(outcome.files[name] == alone.files[name], "\(name) differ") }
        #expect(outcome.summary.addsUp)
        #expect(outcome.summary.read == good.count + Self.kinds.count)
        var found: [Int: String] = [:]
        for letter in outcome.lines("deadletter") {
            let data = try #require(letter["data"] as? [String: Any])
            guard let input = data["input"] as? [String: Any] else { continue }
            found[try #require(input["line"] as? Int)] = data["reason"] as? String
        }
        let wanted = mixed.enumerated().compactMap { line in line.element.reason.map { (line.offset + 1, $0) } }
        #expect(found == Dictionary(uniqueKeysWithValues: wanted))
    }

    @Test func `a dead letter holds the payload as it came, cut or in base64 where it must be`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        for bad in Self.kinds {
            let letters = try bench.run([bad.bytes]).lines("deadletter")
            let data = try #require(letters.first?["data"] as? [String: Any])
            let payload = try #require(data["payload"] as? String)
            #expect(letters.count == 1)
            #expect(data["reason"] as? String == bad.reason, "\(bad.testDescription)")
            let came = Array(bad.bytes.prefix(64 << 10))
            if data["payload_encoding"] as? String == "base64" {
                #expect(bad.testDescription == "invalid UTF-8")
                #expect(Data(base64Encoded: payload) == Data(came))
            } else {
                #expect(Array(payload.utf8) == came, "\(bad.testDescription)")
            }
        }
    }

    @Test func `payloads are cut at a character`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        for shift in 0..<4 {
            let text = "[\"" + String(repeating: "x", count: shift) + String(repeating: "旅", count: 30_000) + "\"]"
            let letters = try bench.run([Array(text.utf8)]).lines("deadletter")
            let payload = try #require((letters.first?["data"] as? [String: Any])?["payload"] as? String)
            #expect(text.hasPrefix(payload))
            #expect((65_533...65_536).contains(payload.utf8.count))
        }
    }

    @Test func `empty records of a topic are counted and nothing else`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        let file = try bench.file("in.ndjson", [[], Array("  ".utf8), Array("{}".utf8)])
        let summary = try bench.run("\(file)@touchpoints.web").summary
        #expect(summary.tombstones == 2)
        #expect(summary.read == 1 && summary.deadlettersByReason == ["unknown_format": 1])
    }

    @Test func `damaged records never stop a replay`() throws {
        let bench = try ReplayBench()
        defer { bench.remove() }
        var chance = SplitMix(seed: 77)
        let good = SmallShop.records(seed: 2, count: 400)
        let damaged = good.map { record in
            var record = record
            for _ in 0..<chance.number(0..<4) where !record.isEmpty {
                let place = chance.number(0..<record.count)
                switch chance.number(0..<3) {
                case 0: record[place] = UInt8(chance.number(0..<256))
                case 1: record.removeSubrange(place...)
                default: record.insert(UInt8(chance.number(0..<256)), at: place)
                }
            }
            return record.filter { $0 != 10 && $0 != 13 }
        }
        let summary = try bench.run(damaged).summary
        #expect(summary.addsUp && summary.deadletters > 50 && summary.accepted > 50)
        #expect(summary.read == damaged.filter { !$0.allSatisfy { $0 == 32 || $0 == 9 } }.count)
    }
}
