// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Generator
import Pipeline
import Testing
import Touchpoints

/// What replays really write against the schemas of `config/schemas/records`.
@Suite struct RecordSchemaTests {
    static let kinds = [
        ("transition", "transitions"), ("alert", "alerts"), ("profile", "profiles"), ("touchpoint", "timeline"),
        ("identity", "identity"), ("deadletter", "deadletter"),
    ]

    /// The lines of a replay's files, by name.
    private static func replay(keepsHistory: Bool) throws -> [String: [Value]] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("records-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var lines = Data()
        var traffic = Traffic(TrafficSettings(customers: 120, events: 4_000, latePercent: 5, duplicatePercent: 3))
        traffic.write { lines.append(contentsOf: $0) }
        for story in Story.all.prefix(12) {
            // One scene's people are not another's.
            for event in story.events {
                let text = String(decoding: event.line, as: UTF8.self).replacing("\"u1\"", with: "\"\(story.name)\"")
                lines.append(Data((text + "\n").utf8))
            }
        }
        lines.append(Data((odd.joined(separator: "\n") + "\n").utf8))
        lines.append(contentsOf: [0x7b, 0xff, 0xfe, 0x0a])
        let input = folder.appendingPathComponent("in.ndjson")
        try lines.write(to: input)
        let out = folder.appendingPathComponent("out")
        var options = ReplayOptions(sources: [.file(path: input.path, topic: nil)], sink: .folder(out.path))
        options.keepsHistory = keepsHistory
        options.trustsFiles = true
        // In small pieces, so that what comes later corrects what was told.
        options.rate = keepsHistory ? 4_000 : nil
        _ = try ReplayRun.run(try TabijiConfiguration.shipped(), options, nowMs: 1_893_456_000_000) { _ in }
        var found: [String: [Value]] = [:]
        for (_, name) in kinds {
            let text = try String(contentsOf: out.appendingPathComponent("\(name).ndjson"), encoding: .utf8)
            found[name] = text.split(separator: "\n").map { JSONText.read(String($0)) }
        }
        return found
    }

    /// Copies with other content, merges, what is forgotten and unlinked, and records that no format has.
    private static let odd = [
        #"{"id":"x1","type":"page_viewed","time":"2025-02-01T00:00:00Z","identifiers":{"anonymous_id":"z1"}}"#,
        #"{"id":"x1","type":"page_viewed","time":"2025-02-01T00:00:00Z","channel":"app","identifiers":{"anonymous_id":"z1"}}"#,
        #"{"id":"x2","type":"signed_in","time":"2025-02-01T00:05:00Z","identifiers":{"anonymous_id":"z1","user_id":"z2"}}"#,
        #"{"id":"x3","type":"identified","time":"2025-02-01T00:06:00Z","identifiers":{"user_id":"z2","email":"null"}}"#,
        #"{"id":"x4","type":"identified","time":"2025-02-01T00:07:00Z","identifiers":{"user_id":["z2","z3"]}}"#,
        #"{"id":"x5","type":"identity_unlinked","time":"2025-03-01T00:00:00Z","identifiers":{"anonymous_id":"z1","user_id":"z2"}}"#,
        #"{"id":"x6","type":"page_viewed","time":"2025-02-02T00:00:00Z","identifiers":{"user_id":"z9"}}"#,
        #"{"id":"x7","type":"customer_forgotten","time":"2025-03-01T00:00:00Z","identifiers":{"user_id":"z9"}}"#,
        #"{"id":"x8","type":"page_viewed","identifiers":{"user_id":"z9"}}"#, "[]", "{", "{}", "1",
        #"{"id":"x9","type":"page_viewed","time":1,"identifiers":{"user_id":"z9"}}"#,
    ]

    private static let net = Result { try replay(keepsHistory: false) }
    private static let history = Result { try replay(keepsHistory: true) }

    private func schema(_ kind: String) throws -> JSONSchema {
        JSONSchema(try Repository.text("config/schemas/records/\(kind).schema.json"))
    }

    @Test(arguments: kinds)
    func `every record of a replay is as its schema says`(kind: String, file: String) throws {
        let schema = try schema(kind)
        let records = try #require(Self.net.get()[file])
        #expect(records.count >= 5)
        #expect(records.flatMap(schema.faults).prefix(3).isEmpty, "\(records.flatMap(schema.faults).prefix(3))")
    }

    @Test(arguments: kinds)
    func `every record on the way there is too, corrections and what is taken back included`(kind: String, file: String)
        throws
    {
        let schema = try schema(kind)
        let records = try #require(Self.history.get()[file])
        #expect(try records.count >= Self.net.get()[file]?.count ?? 0)
        #expect(records.flatMap(schema.faults).prefix(3).isEmpty, "\(records.flatMap(schema.faults).prefix(3))")
        if ["transition", "alert", "touchpoint"].contains(kind) {
            #expect(records.contains { $0["data"]?["retracted"] == .bool(true) }, "nothing was taken back")
        }
        if kind == "profile" { #expect(records.contains { $0["data"]?["merged_into"] != nil }, "nobody was merged") }
    }

    @Test(arguments: kinds)
    func `a record that lacks a member, or has another, is not`(kind: String, file: String) throws {
        let schema = try schema(kind)
        let record = try #require(Self.net.get()[file]?.first)
        for member in record.members where member.name != "subject" {
            let less = Value.object(record.members.filter { $0.name != member.name })
            #expect(!schema.faults(in: less).isEmpty, "without \(member.name)")
        }
        #expect(!schema.faults(in: .object(record.members + [.init("colour", "red")])).isEmpty)
        let other = record.members.map { $0.name == "type" ? .init("type", "tabiji.other") : $0 }
        #expect(!schema.faults(in: .object(other)).isEmpty)
        let empty = record.members.map { $0.name == "data" ? .init("data", .object([])) : $0 }
        #expect(!schema.faults(in: .object(empty)).isEmpty)
    }

    @Test func `alerts of a replay say something in both languages`() throws {
        let alerts = try #require(Self.net.get()["alerts"])
        #expect(alerts.allSatisfy { $0["data"]?["message"] != nil })
        #expect(Set(alerts.compactMap { $0["data"]?["rule"]?.text }).count >= 10)
    }
}
