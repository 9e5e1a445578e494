// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What senders get wrong, on the running daemon.
@Suite(
    .serialized,
    .enabled(if: KafkaCluster.isThere, KafkaCluster.missing),
    .enabled(if: TabijiExecutable.isThere, TabijiExecutable.missing)
)
struct BadInputTests {
    private struct Letter: Decodable {
        struct Input: Decodable, Hashable {
            var topic: String
            var partition: Int32
            var offset: Int64
        }

        var reason: String
        var input: Input
        var payload: String
        var payload_encoding: String
    }

    private static let nowMs = Int64(Date().timeIntervalSince1970 * 1000) - 60_000

    /// An event with other members in place of its own; empty ones are left out.
    private static func event(_ id: String, _ changed: [String: String] = [:]) -> [UInt8] {
        let members = [
            "id": "\"\(id)\"", "type": "\"page_viewed\"", "time": "\(nowMs)",
            "identifiers": "{\"user_id\":\"\(id)\"}",
        ].merging(changed) { $1 }
        let text = members.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }.map { "\"\($0.key)\":\($0.value)" }
        return Array("{\(text.joined(separator: ","))}".utf8)
    }

    private static let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)

    private static let bad: [(value: [UInt8], reason: String)] = [
        (Array(event("truncated").dropLast(9)), "malformed_json"),
        (Array("no JSON".utf8), "malformed_json"),
        ([UInt8](repeating: 0x5b, count: 100_000), "malformed_json"),
        (event("deep", ["properties": "{\"a\":" + deep + "}"]), "malformed_json"),
        (event("utf") + [0xff, 0xfe, 0xc3], "malformed_json"),
        (Array("{\"id\":\"\u{e9}".utf8.dropLast()) + Array("\",\"type\":\"page_viewed\"}".utf8), "malformed_json"),
        (Array("[1,2]".utf8), "not_an_object"),
        (Array("\"text\"".utf8), "not_an_object"),
        (event("huge", ["properties": "{\"text\":\"\(String(repeating: "x", count: 2 << 20))\"}"]), "too_large"),
        (Array("{\"hello\":1}".utf8), "unknown_format"),
        (Array("{}".utf8), "unknown_format"),
        (event("x", ["id": ""]), "missing_field"),
        (event("x", ["time": ""]), "missing_field"),
        (event("x", ["id": "{\"a\":1}"]), "bad_field"),
        (event("x", ["type": "5"]), "bad_field"),
        (event("x", ["identifiers": "{\"user_id\":{\"a\":1}}"]), "bad_field"),
        (event("x", ["type": "\"customer_forgotten\""]), "not_allowed"),
        (event("x", ["time": "\"yesterday\""]), "bad_time"),
        (event("x", ["time": "1700000000"]), "bad_time"),
        (event("x", ["time": "\(nowMs + 86_400_000)"]), "time_in_future"),
        (event("x", ["identifiers": "{}"]), "no_identifier"),
        (event("x", ["identifiers": "{\"user_id\":\"guest\"}"]), "blocked_identifier"),
        (event("x", ["identifiers": "{\"user_id\":\"\"}"]), "blocked_identifier"),
        (event("x", ["identifiers": "{\"user_id\":[\"one\",\"two\"]}"]), "ambiguous_identifiers"),
    ]

    @Test func `bad records become dead letters with their reasons and places, and the daemon goes on`() throws {
        let installation = try Installation("bad", inputs: ["web"])
        var isGood = false
        defer { installation.close(keepsFolder: !isGood) }
        let topic = installation.inputs.names[0]
        let daemon = installation.daemon("a")
        try daemon.start()
        var wanted: [Letter.Input: (value: [UInt8], reason: String)] = [:]
        var good: Set<String> = []
        for (number, bad) in Self.bad.enumerated() {
            let partition = Int32(number) % InputTopics.partitions
            let offset = try installation.inputs.send(bad.value, to: partition)
            wanted[.init(topic: topic, partition: partition, offset: offset)] = bad
            good.insert("good\(number)")
            _ = try installation.inputs.send(Self.event("good\(number)"), to: partition)
            // Empty records are no mistake: they are counted and passed over.
            _ = try installation.inputs.send(number.isMultiple(of: 2) ? [] : Array(" \n".utf8), to: partition)
        }
        let statuses = try installation.settle(within: .seconds(120), calm: .seconds(1)) { statuses in
            statuses.allSatisfy { $0.events == good.count && $0.roles["intake"]?.records == 3 * wanted.count }
        }
        #expect(statuses[0].read == 2 * wanted.count)
        #expect(statuses[0].deadletters == wanted.values.reduce(into: [:]) { $0[$1.reason, default: 0] += 1 })
        #expect(daemon.stop() == 0, "\(daemon.story)")

        var letters: [Letter] = []
        try NetResults.readAll("\(installation.prefix)journey.deadletter") { record in
            letters.append(try JSONDecoder().decode(Letter.self, from: Data(record.value ?? [])))
        }
        #expect(letters.count == wanted.count)
        for letter in letters {
            let bad = try #require(wanted[letter.input], "a letter about what was good: \(letter)")
            #expect(letter.reason == bad.reason, "\(String(decoding: bad.value.prefix(200), as: UTF8.self))")
            let kept =
                letter.payload_encoding == "utf-8"
                ? Array(letter.payload.utf8) : Array(Data(base64Encoded: letter.payload) ?? Data())
            #expect(kept == Array(bad.value.prefix(64 << 10)), "\(bad.reason): \(letter.payload.prefix(100))")
        }
        var told: Set<String> = []
        struct Touchpoint: Decodable { var event: String }
        try NetResults.readAll("\(installation.prefix)journey.timeline") { record in
            told.insert(try JSONDecoder().decode(Touchpoint.self, from: Data(record.value ?? [])).event)
        }
        #expect(told == good)
        isGood = true
    }
}
