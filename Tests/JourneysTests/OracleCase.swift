// SPDX-License-Identifier: Apache-2.0
import Digests
import Journeys
import Touchpoints

/// One case of the executable specification: a customer's events, and what the fold says of them in the same shape.
struct OracleCase {
    var events: [Touchpoint]
    var broadcasts: [Touchpoint]
    var untilMs: Int64
    var textMoods: [Hash128: Double] = [:]

    init(_ value: Value) {
        events = (value["events"]?.items ?? []).map(Self.touchpoint)
        broadcasts = (value["broadcasts"]?.items ?? []).map(Self.touchpoint)
        untilMs = value["until"]?.int ?? 0
        for member in value["text_moods"]?.members ?? [] {
            let score: Double? =
                switch member.value {
                case .int(let number): Double(number)
                case .double(let number): number
                default: nil
                }
            if let key = Hash128(hex: member.name) { textMoods[key] = score }
        }
    }

    private static func touchpoint(_ value: Value) -> Touchpoint {
        var names: [Identifier] = []
        for member in value["identifiers"]?.members ?? [] {
            for item in member.value.items {
                let hash = SHA256.hash128(Array("\(member.name):\(item)".utf8))
                names.append(Identifier(namespace: NamespaceID(member.name), hash: hash, value: item.text))
            }
        }
        return Touchpoint(
            key: value["key"]?.text.flatMap { Hash128(hex: $0) } ?? .zero,
            content: .zero,
            timeMs: value["time"]?.int ?? 0,
            type: value["type"]?.text ?? "",
            channel: value["channel"]?.text ?? "",
            id: value["id"]?.text ?? "",
            names: names,
            properties: PackedProperties(value["properties"]?.members ?? []),
            traits: value["traits"] ?? .object([])
        )
    }

    func fold(_ book: Rulebook) -> FoldResult {
        Fold.run(events, broadcasts: broadcasts, untilMs: untilMs, rulebook: book) { event in
            textMoods[event.key].map { TextMood(score: $0) }
        }
    }
}

extension FoldResult {
    /// In the shape of the executable specification's answers.
    var asAnswer: Value {
        .sortedObject([
            "transitions": .array(transitions.map(\.asAnswer)),
            "alerts": .array(alerts.map(\.asAnswer)),
            "profile": profile.map(\.asAnswer) ?? .null,
            "moods": .sortedObject(moods.map { .init($0.event.hex, $0.mood.map(\.asAnswer) ?? .null) }),
        ])
    }
}

private func optional(_ text: String?) -> Value { text.map(Value.string) ?? .null }
private func optional(_ number: Int64?) -> Value { number.map(Value.int) ?? .null }
private func optional(_ number: Double?) -> Value { number.map(plain) ?? .null }
private func plain(_ number: Double) -> Value { Int64(exactly: number).map(Value.int) ?? .double(number) }

extension Transition {
    fileprivate var asAnswer: Value {
        .sortedObject([
            "model": .string(model), "instance": optional(instance), "cycle": .int(Int64(cycle)),
            "from": optional(from), "to": .string(to), "at": .int(atMs), "cause": .string(cause.hex),
            "channel": .string(channel), "previous_stage_seconds": optional(previousStageSeconds),
            "mood": optional(mood),
        ])
    }
}

extension AlertState {
    fileprivate var asAnswer: Value {
        .sortedObject([
            "rule": .string(rule), "key": optional(key), "state": .string(state.rawValue),
            "severity": .string(severity.rawValue), "cause": .string(cause.hex),
            "evidence": .array(evidence.map { .string($0.event.hex) }), "opened_at": .int(openedAtMs),
            "resolved_at": optional(resolvedAtMs),
        ])
    }
}

extension Mood {
    fileprivate var asAnswer: Value {
        .sortedObject([
            "score": plain(score), "source": .string(source.rawValue), "label": .string(label),
            "confidence": plain(confidence),
        ])
    }
}

extension Profile {
    fileprivate var asAnswer: Value {
        .sortedObject([
            "stages": .sortedObject(
                stages.map { entry in
                    .init(
                        entry.key,
                        .sortedObject([
                            "stage": .string(entry.stage), "cycle": .int(Int64(entry.cycle)),
                            "since": .int(entry.sinceMs),
                        ])
                    )
                }
            ),
            "counters": counters.asAnswer,
            "cart": .sortedObject(cart.map { .init($0.product, $0.quantity.json) }),
            "wishlist": .array(wishlist.map(Value.string)),
            "mood": optional(mood),
            "nps": optional(nps.map { Int64($0) }),
            "traits": .sortedObject(traits),
            "touches": .sortedObject(["channels": told(channels), "campaigns": told(campaigns)]),
            "first_seen": .int(firstSeenMs),
            "last_seen": .int(lastSeenMs),
            "last_contact": lastContact.map(\.asAnswer) ?? .null,
            "references": .array(references.map(Value.string)),
        ])
    }

    private func told(_ entries: [TouchEntry]) -> Value {
        .sortedObject(
            entries.map {
                .init($0.name, .sortedObject(["first": .int($0.span.firstMs), "last": .int($0.span.lastMs)]))
            }
        )
    }
}

extension Profile.Counters {
    fileprivate var asAnswer: Value {
        func amounts(_ all: [Profile.Money]) -> Value {
            .sortedObject(
                all.map { money in
                    let text = money.amount.text
                    return .init(money.currency, text.contains(".") ? .string(text) : JSONText.number(text))
                }
            )
        }
        return .sortedObject([
            "orders": .int(Int64(orders)), "value": amounts(value), "refunded": amounts(refunded),
            "returns": .int(Int64(returns)), "exchanges": .int(Int64(exchanges)), "contacts": .int(Int64(contacts)),
            "abandoned_calls": .int(Int64(abandonedCalls)), "open_cases": .int(Int64(openCases)),
        ])
    }
}

extension LastContact {
    fileprivate var asAnswer: Value {
        .sortedObject([
            "channel": .string(channel), "at": .int(atMs), "text": text ?? .null, "mood": optional(mood),
            "waited_seconds": waitedSeconds?.json ?? .null,
        ])
    }
}
