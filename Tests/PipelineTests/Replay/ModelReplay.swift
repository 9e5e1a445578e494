// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import StateStore
import TestSupport
import Testing
import Touchpoints

@testable import Pipeline

/// Takes everything a replay puts out.
final class CollectingSink: OutputSink {
    private(set) var records: [Topic: [Hash128: OutputRecord]] = [:]

    func take(_ record: OutputRecord) {
        let isGone = record.attributes.isRetraction || record.data == nil
        // A result of an event may move to another key: what was told under the old one is taken back there.
        if isGone, let known = records[record.topic]?[record.attributes.id],
            known.attributes.subject != record.attributes.subject
        {
            return
        }
        records[record.topic, default: [:]][record.attributes.id] = isGone ? nil : record
    }

    func finish() {}
}

/// One case of the executable specification of intake, and what the whole of an in-memory replay says otherwise.
struct ModelReplay {
    let records: [[String: Any]]
    let untilMs: Int64
    let answer: [String: Any]

    init(_ said: [String: Any], _ answer: [String: Any]) throws {
        records = try #require(said["records"] as? [[String: Any]])
        untilMs = try #require(said["until"] as? NSNumber).int64Value
        self.answer = answer
    }

    private struct Input {
        var file: String
        var bytes: [UInt8]
        var headers: [RecordBatch.Header]
    }

    private var inputs: [Input] {
        records.map { record in
            let headers = (record["headers"] as? [String: String] ?? [:]).map { RecordBatch.Header($0.key, $0.value) }
            return Input(
                file: record["topic"] as? String ?? "none",
                bytes: Array(Data(base64Encoded: record["payload"] as? String ?? "") ?? Data()),
                headers: headers.sorted { $0.name < $1.name }
            )
        }
    }

    func differences(_ base: RolePlan, _ chance: inout SplitMix) throws -> [String] {
        let sink = CollectingSink()
        var plan = base
        plan.rules.showsPlainIdentifiers = true
        plan.untilMs = untilMs
        plan.owners = OwnerView(entriesMax: 1000)
        plan.journey.latenessMs = nil
        plan.journey.foldsAtEnd = true
        plan.journey.emitsTimeline = true
        for topic in ["none", "touchpoints.web", "touchpoints.control"] {
            let source = InputSource(topic: topic == "none" ? nil : topic, file: topic, boundMs: untilMs)
            plan.files[topic] = source
        }
        let replay = try Replay(plan: plan, store: MemoryStore(), sink: sink) { _ in }
        var left = inputs.enumerated().shuffled(using: &chance)[...]
        while !left.isEmpty {
            var batch = RecordBatch()
            for (line, input) in left.prefix(chance.number(1..<6)) {
                batch.append(topic: input.file, offset: Int64(line + 1), value: input.bytes, headers: input.headers)
            }
            left = left.dropFirst(batch.records.count)
            try replay.feed(batch)
        }
        let summary = try replay.finish()
        return counts(summary) + letters(sink) + events(sink) + profiles(sink)
    }

    private func counts(_ summary: ReplaySummary) -> [String] {
        let counts = answer["counts"] as? [String: Int] ?? [:]
        let mine = [
            "read": summary.read, "accepted": summary.accepted, "control": summary.control,
            "duplicates": summary.duplicates,
            "forgotten": summary.forgotten, "deadletters": summary.deadletters, "skipped": summary.skipped,
            "tombstones": summary.tombstones, "customers": summary.customers,
        ]
        return mine.filter { counts[$0.key] != $0.value }.map {
            "\($0.key): \($0.value) instead of \(counts[$0.key] ?? -1)"
        }
            + (summary.addsUp ? [] : ["the counts do not add up"])
    }

    private func letters(_ sink: CollectingSink) -> [String] {
        let mine = (sink.records[.deadletter] ?? [:]).values.compactMap { record in
            Self.object(record.data)["reason"] as? String
        }
        let theirs = answer["deadletters"] as? [String] ?? []
        return mine.sorted() == theirs.sorted() ? [] : ["dead letters \(mine.sorted()) instead of \(theirs.sorted())"]
    }

    /// Whose each event is, with its type, channel, time and realm.
    private func events(_ sink: CollectingSink) -> [String] {
        var found: [String] = []
        var left = sink.records[.timeline] ?? [:]
        for event in answer["events"] as? [[String: Any]] ?? [] {
            let key = Hash128(hex: event["key"] as? String ?? "") ?? .zero
            let type = event["type"] as? String ?? ""
            if type == "stock_changed" || type == "campaign_cost_reported" { continue }
            guard let told = left.removeValue(forKey: SHA256.hash128(Array("touchpoint".utf8) + key.bytes)) else {
                found.append("no touchpoint of \(event["id"] ?? "")")
                continue
            }
            let data = Self.object(told.data)
            let same =
                told.attributes.subject?.hex == event["customer"] as? String
                && data["event"] as? String == event["id"] as? String
                && data["type"] as? String == type && data["channel"] as? String == event["channel"] as? String
                && told.attributes.timeMs == (event["time"] as? NSNumber)?.int64Value
                && told.attributes.realm == event["realm"] as? String
            if !same { found.append("\(told.attributes) \(data) instead of \(event)") }
        }
        return found + left.values.map { "a touchpoint that should not be: \($0.attributes)" }
    }

    private func profiles(_ sink: CollectingSink) -> [String] {
        var mine: [String: [String: [String]]] = [:]
        for (customer, record) in sink.records[.profiles] ?? [:] {
            mine[customer.hex] = Self.object(record.data)["identifiers"] as? [String: [String]]
        }
        var theirs = answer["profiles"] as? [String: [String: [String]]] ?? [:]
        // Those that only references name are held too, and have no identifiers.
        for customer in mine.keys where mine[customer]?.isEmpty == true && theirs[customer] == nil {
            theirs[customer] = [:]
        }
        return mine == theirs ? [] : ["profiles \(mine) instead of \(theirs)"]
    }

    private static func object(_ data: [UInt8]?) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(data ?? []))) as? [String: Any] ?? [:]
    }
}
