// SPDX-License-Identifier: Apache-2.0
import Foundation
import Touchpoints
import YAML

/// A scene of `Scenes/`: what a customer did and what became of it, as people would tell it.
///
/// ```yaml
/// scene: {en: …, ja: …}
/// who: {user_id: u1}                  # where an event says nothing else
/// events:
///   - {name: hung up, at: 2026-03-05 10:31, type: call_abandoned, with: {waited_seconds: 1620}}
///   - {name: wrote, at: 2026-03-05 10:33, type: message_received, says: もう待てません, mood: -0.8}
/// until: 2026-03-06 00:00
/// alerts:                             # every alert of the scene, in the order of their opening
///   - {rule: angry_channel_hop, at: 2026-03-05 10:33, state: opened, because: [hung up, wrote]}
/// journeys: {journey-7: [awareness, …]}
/// moods: {wrote: negative}
/// profile: {counters: {contacts: 2}}  # what of it the scene is about
/// ```
struct Story {
    let name: String
    let told: Value
    let events: [StoryEvent]
    let untilMs: Int64

    struct Unreadable: Error { var what: String }

    static let all: [Story] = {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Scenes")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder?.path ?? "")) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { file in
            let bytes = folder.flatMap { try? Data(contentsOf: $0.appendingPathComponent(file)) } ?? Data()
            return try? Story(name: String(file.dropLast(5)), bytes: [UInt8](bytes))
        }
    }()

    /// How many files there are, read or not.
    static let files: Int = {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Scenes")
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder?.path ?? "")) ?? []).count
    }()

    init(name: String, bytes: [UInt8]) throws {
        self.name = name
        told = Value(try YAMLDocument(parsing: bytes, source: name).root)
        let who = told["who"] ?? .object([])
        events = try (told["events"]?.items ?? []).enumerated().map { try StoryEvent($1, number: $0 + 1, who) }
        untilMs = try Self.moment(told["until"]) ?? events.map(\.timeMs).max() ?? 0
    }

    /// `2026-03-05 10:33`, `…:20` or `…:20.999`, Japan's time.
    static func moment(_ value: Value?) throws -> Int64? {
        guard let text = value?.text else { return nil }
        let parts = text.split { "- :.".contains($0) }.compactMap { Int64($0) }
        guard parts.count >= 5 else { throw Unreadable(what: text) }
        // Howard Hinnant's `days_from_civil`.
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let dayOfYear = (153 * (parts[1] + (parts[1] > 2 ? -3 : 9)) + 2) / 5 + parts[2] - 1
        let days = year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
        let seconds = parts.count > 5 ? parts[5] * 1000 + (parts.count > 6 ? parts[6] : 0) : 0
        return ((days * 24 + parts[3] - 9) * 60 + parts[4]) * 60_000 + seconds
    }

    /// What texts sound like, by the event that says them.
    var moods: [String: Double] {
        Dictionary(events.compactMap { event in event.mood.map { (event.name, $0) } }) { first, _ in first }
    }

    func event(_ name: String) -> StoryEvent? { events.first { $0.name == name } }
}

/// One event of a scene.
struct StoryEvent {
    let name: String
    let timeMs: Int64
    let type: String
    let mood: Double?
    /// The record as a sender would send it.
    let line: [UInt8]

    init(_ value: Value, number: Int, _ who: Value) throws {
        guard let type = value["type"]?.text, let timeMs = try Story.moment(value["at"]) else {
            throw Story.Unreadable(what: value.json)
        }
        name = value["name"]?.text ?? "\(type) \(number)"
        self.type = type
        self.timeMs = timeMs
        mood = value["mood"]?.number
        var members: [Value.Member] = [
            .init("id", .string(name)), .init("type", .string(type)), .init("time", .int(timeMs)),
            .init("identifiers", value["who"] ?? who),
        ]
        if let channel = value["on"] { members.append(.init("channel", channel)) }
        var properties = value["with"]?.members ?? []
        if let text = value["says"] { properties.append(.init("text", text)) }
        if type == "stock_changed" { members.removeAll { $0.name == "identifiers" } }
        members.append(.init("properties", .sortedObject(properties)))
        line = Array(Value.sortedObject(members).json.utf8)
    }
}

extension Value {
    /// A YAML value as JSON has it.
    init(_ node: YAMLNode) {
        switch node.content {
        case .mapping(let entries): self = .sortedObject(entries.map { .init($0.key, Value($0.value)) })
        case .sequence(let elements): self = .array(elements.map { Value($0) })
        case .scalar(let scalar):
            if scalar.isNull {
                self = .null
            } else if let flag = scalar.bool {
                self = .bool(flag)
            } else if let number = scalar.integer(Int64.self) {
                self = .int(number)
            } else if let number = scalar.double {
                self = .double(number)
            } else {
                self = .string(scalar.text)
            }
        }
    }

    var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
