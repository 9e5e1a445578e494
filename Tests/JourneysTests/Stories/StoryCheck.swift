// SPDX-License-Identifier: Apache-2.0
import Touchpoints

@testable import Pipeline

/// What a scene says became of it, against what stands in the end.
struct StoryCheck {
    let story: Story
    let net: NetRecords
    /// Where texts were read, moods only have the sign that is told.
    var readsTexts = false

    var complaints: [String] { onePerson + alerts + journeys + moods + profile }

    /// All that happened is one person's, unless the scene says how many there are.
    private var onePerson: [String] {
        let customers = Set(net[.timeline].map(\.subject)).count
        let told = story.told["customers"]?.int ?? 1
        return customers == Int(told) ? [] : ["\(customers) customers instead of \(told)"]
    }

    // MARK: alerts

    private var alerts: [String] {
        let told = story.told["alerts"]?.items ?? []
        let found = net[.alerts].map(\.data).sorted {
            let (a, b) = ($0["opened_at"]?.text ?? "", $1["opened_at"]?.text ?? "")
            if a != b { return a < b }
            let (x, y) = ($0["rule"]?.text ?? "", $1["rule"]?.text ?? "")
            return x != y
                ? x < y
                : ($0["key"]?.text ?? "", $0["cause"]?.text ?? "") < ($1["key"]?.text ?? "", $1["cause"]?.text ?? "")
        }
        var complaints: [String] = []
        for (alert, wanted) in zip(found, told) {
            let differences = wanted.members.compactMap { difference(alert, $0) }
            if !differences.isEmpty { complaints.append("\(Self.text(alert)): \(differences.joined(separator: "; "))") }
        }
        if found.count != told.count || !complaints.isEmpty {
            complaints.append(
                "\(told.count) alerts are told; there are\n" + found.map(Self.text).joined(separator: "\n")
            )
        }
        return complaints
    }

    private func difference(_ alert: Value, _ wanted: Value.Member) -> String? {
        func expect(_ name: String, _ value: Value?) -> String? {
            let found = alert[name] ?? .null
            return found == value ?? .null ? nil : "\(name) \(found.json), not \((value ?? .null).json)"
        }
        switch wanted.name {
        case "at": return expect("opened_at", Self.moment(wanted.value))
        case "resolved": return expect("resolved_at", Self.moment(wanted.value))
        case "because": return expect("evidence", wanted.value)
        case "says": return expect("message", wanted.value)
        default: return expect(wanted.name, wanted.value)
        }
    }

    private static func moment(_ value: Value) -> Value? {
        (try? Story.moment(value)).flatMap { $0 }.map { .string(EventTime.format($0)) }
    }

    /// An alert as a scene would tell it.
    private static func text(_ alert: Value) -> String {
        func local(_ name: String) -> String {
            // Nine hours east, for people to read.
            guard let text = alert[name]?.text, let timeMs = EventTime.parse(text) else { return "-" }
            let local = EventTime.format(timeMs + 9 * 3_600_000).replacing("T", with: " ").dropLast()
            return String(local.hasSuffix(":00.000") ? local.dropLast(7) : local)
        }
        let key = alert["key"]?.text.map { ", key: \"\($0)\"" } ?? ""
        let resolved = alert["resolved_at"] == .null ? "" : ", resolved: \(local("resolved_at"))"
        let because = (alert["evidence"]?.items ?? []).compactMap(\.text).joined(separator: ", ")
        return
            "  - {rule: \(alert["rule"]?.text ?? ""), at: \(local("opened_at")), state: \(alert["state"]?.text ?? ""), "
            + "severity: \(alert["severity"]?.text ?? "")\(key)\(resolved), because: [\(because)]}"
            + "  # \(alert["message"]?["en"]?.text ?? "") / \(alert["message"]?["ja"]?.text ?? "")"
    }

    // MARK: journeys

    /// `MODEL` or `MODEL INSTANCE`: its stages in order, a new cycle as `↻`.
    private var journeys: [String] {
        var found: [String: [String]] = [:]
        var cycles: [String: Int64] = [:]
        for record in net[.transitions] {
            let name = [record.data["model"], record.data["instance"]].compactMap { $0?.text }.joined(separator: " ")
            let cycle = record.data["cycle"]?.int ?? 1
            if cycle > cycles[name] ?? 1 { found[name, default: []].append("↻") }
            cycles[name] = cycle
            found[name, default: []].append(record.data["to"]?.text ?? "")
        }
        return (story.told["journeys"]?.members ?? []).compactMap { member in
            let told = member.value.items.compactMap(\.text)
            return found[member.name] == told ? nil : "\(member.name): \(found[member.name] ?? []), not \(told)"
        }
    }

    // MARK: moods

    private var moods: [String] {
        (story.told["moods"]?.members ?? []).compactMap { member in
            let touch = net[.timeline].first { $0.data["event"]?.text == member.name }
            let mood = touch?.data["mood"]?.number
            let isRight =
                switch member.value.text {
                case "negative": (mood ?? 0) <= -0.2
                case "positive": (mood ?? 0) >= 0.2
                case "neutral": mood.map { abs($0) < 0.2 } ?? false
                default: mood == member.value.number
                }
            return isRight
                ? nil : "the mood of “\(member.name)” is \(mood.map { "\($0)" } ?? "none"), not \(member.value.json)"
        }
    }

    // MARK: profile

    private var profile: [String] {
        guard let told = story.told["profile"] else { return [] }
        guard let found = net[.profiles].first?.data else { return ["there is no profile"] }
        return differences(found, told, "profile")
    }

    /// What is told must be so; what is not told may be anything.
    private func differences(_ found: Value?, _ told: Value, _ path: String) -> [String] {
        if readsTexts, path.hasSuffix(".mood"), let told = told.number, let found = found?.number, told * found > 0 {
            return []
        }
        if case .object(let members) = told, !members.isEmpty {
            return members.flatMap { differences(found?[$0.name], $0.value, "\(path).\($0.name)") }
        }
        if let text = told.text, let timeMs = (try? Story.moment(told)).flatMap({ $0 }), text.count >= 16 {
            if found?.text == EventTime.format(timeMs) { return [] }
        }
        return found ?? .null == told ? [] : ["\(path): \((found ?? .null).json), not \(told.json)"]
    }
}
