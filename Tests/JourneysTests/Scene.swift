// SPDX-License-Identifier: Apache-2.0
import Digests
import Journeys
public import Touchpoints

/// A timeline in a few words: events at milliseconds after a start, with ids that say type and time.
struct Scene {
    static let startMs: Int64 = 1_772_000_000_000  // 2026-02-25T06:13:20Z
    static let minute: Int64 = 60_000
    static let hour = 60 * minute
    static let day = 24 * hour

    let book: Rulebook

    init() throws { book = try ShippedRules.book() }

    func result(_ events: [Touchpoint], untilMs: Int64? = nil, text: [String: Double] = [:]) -> FoldResult {
        let last = events.map(\.timeMs).max() ?? Self.startMs
        return Fold.run(events, untilMs: untilMs.map { Self.startMs + $0 } ?? last, rulebook: book) { event in
            text[event.type].map { TextMood(score: $0) }
        }
    }

    /// The stages that a journey went through.
    func stages(_ events: [Touchpoint], _ model: String, _ instance: String? = nil) -> [String] {
        result(events).transitions.filter { $0.model == model && $0.instance == instance }.map(\.to)
    }

    func alerts(_ events: [Touchpoint], _ rule: String, untilMs: Int64? = nil) -> [AlertState] {
        result(events, untilMs: untilMs).alerts.filter { $0.rule == rule }
    }
}

/// An event of a scene.
func event(
    _ atMs: Int64,
    _ type: String,
    on channel: String = "web",
    names: [String: String] = [:],
    traits: [Value.Member] = [],
    _ properties: KeyValuePairs<String, Value> = [:]
) -> Touchpoint {
    let id = "\(type)@\(atMs)"
    return Touchpoint(
        key: SHA256.hash128(Array(id.utf8)),
        content: .zero,
        timeMs: Scene.startMs + atMs,
        type: type,
        channel: channel,
        id: id,
        names: names.map { name, value in
            let hash = SHA256.hash128(Array("\(name):\(value)".utf8))
            return Identifier(namespace: NamespaceID(name), hash: hash, value: value)
        },
        properties: PackedProperties(properties.map { Value.Member($0, $1) }),
        traits: .object(traits)
    )
}

func order(_ atMs: Int64, _ name: String = "o1", revenue: Value = .int(1000), on channel: String = "web") -> Touchpoint
{
    event(atMs, "order_completed", on: channel, ["order_id": .string(name), "revenue": revenue, "currency": "JPY"])
}

extension Value: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
