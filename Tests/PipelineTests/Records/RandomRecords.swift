// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Touchpoints

@testable import Pipeline

/// Random records of every kind.
enum RandomRecords {
    static func hash(_ chance: inout SplitMix) -> Hash128 { Hash128(high: chance.next(), low: chance.next()) }

    static func text(_ chance: inout SplitMix) -> String {
        chance.one(of: ["", "a", "旅路", "e\u{301}", String(repeating: "x", count: 130)])
    }

    static func timeMs(_ chance: inout SplitMix) -> Int64 { chance.one(of: [0, -1, .min, .max, 1_770_000_000_123]) }

    static func identifier(_ chance: inout SplitMix) -> Identifier {
        let value = text(&chance)
        let namespace = NamespaceID(chance.one(of: ["user_id", "order_id", "gone"]))
        return Identifier(namespace: namespace, hash: hash(&chance), value: value.isEmpty ? nil : value)
    }

    static func value(_ chance: inout SplitMix, depth: Int = 3) -> Value {
        switch chance.number(0..<(depth > 0 ? 7 : 5)) {
        case 0: return .null
        case 1: return .bool(chance.happens(0.5))
        case 2: return .int(timeMs(&chance))
        case 3: return .double(chance.one(of: [0, -0.5, 1e300]))
        case 4: return .string(text(&chance))
        case 5: return .array((0..<chance.number(0..<4)).map { _ in value(&chance, depth: depth - 1) })
        default:
            return .object((0..<chance.number(0..<4)).map { .init("m\($0)", value(&chance, depth: depth - 1)) })
        }
    }

    static func touchpoint(_ chance: inout SplitMix) -> Touchpoint {
        Touchpoint(
            key: hash(&chance),
            content: hash(&chance),
            timeMs: timeMs(&chance),
            realm: chance.one(of: ["default", "other"]),
            type: text(&chance),
            channel: text(&chance),
            id: text(&chance),
            source: text(&chance),
            consent: chance.one(of: [nil, true, false]),
            names: (0..<chance.number(0..<5)).map { _ in identifier(&chance) },
            properties: PackedProperties((0..<chance.number(0..<4)).map { .init("p\($0)", value(&chance)) }),
            rest: value(&chance),
            traits: value(&chance)
        )
    }

    static func held(_ chance: inout SplitMix) -> Held {
        let event = touchpoint(&chance)
        var held = Held(
            event: event,
            position: chance.number(0..<event.names.count + 1),
            version: chance.one(of: [0, 1, .max])
        )
        held.copies = chance.one(of: [1, 3, 100_000])
        held.losers = (0..<chance.number(0..<3)).map { _ in hash(&chance) }
        held.emitted = (0..<chance.number(0..<4)).map { _ in
            let state: Emitted.State = chance.one(of: [.retracted, .unknown, .told(hash(&chance))])
            return Emitted(
                id: hash(&chance),
                kind: chance.one(of: ResultKind.allCases),
                revision: chance.number(0..<300),
                state: state
            )
        }
        return held
    }

    static func record(_ chance: inout SplitMix) -> JourneyRecord {
        switch chance.number(0..<6) {
        case 0:
            let spans = (0..<chance.number(0..<4)).map { _ in
                OwnershipMap.Span(fromMs: timeMs(&chance), customer: chance.happens(0.3) ? nil : hash(&chance))
            }
            let map = OwnershipMap(identifier: identifier(&chance), version: chance.next(), spans: spans)
            return .map(
                map,
                before: (0..<chance.number(0..<3)).map { _ in hash(&chance) },
                owners: (0..<chance.number(0..<3)).map { _ in identifier(&chance) }
            )
        case 1: return .tick(source: text(&chance), timeMs: timeMs(&chance), isLast: chance.happens(0.5))
        case 2: return .forget(identifier(&chance), fromMs: timeMs(&chance), toMs: timeMs(&chance))
        case 3: return .broadcast(touchpoint(&chance))
        default: return .event(held(&chance), customer: hash(&chance))
        }
    }
}
