// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Touchpoints

/// What a decoder makes of a case, beside what the model says.
struct DecodeComparison {
    let decoders = CaseDecoders()

    /// What differs; empty when nothing does.
    func differences(_ one: DecodeCase) -> [String] {
        guard let decoder = decoders[one.config] else { return ["no such configuration: \(one.config)"] }
        let bytes = [UInt8](one.payload)
        let decoded = decoder.decode(
            bytes,
            0..<bytes.count,
            headers: one.headers.map { ($0.key, $0.value) },
            timestampMs: one.timestamp,
            topic: one.topic
        )
        let (expected, event) = (one.expected, one.expected.event)
        switch decoded {
        case .tombstone: return compare("kind", "tombstone", expected.kind)
        case .deadletter(let reason, _, _):
            return compare("kind", "deadletter", expected.kind) + compare("reason", reason.rawValue, expected.reason)
        case .accepted(let accepted):
            guard let event, expected.kind == "accepted" else { return mismatch("accepted", expected) }
            return differences(accepted, event, isBroadcast: false)
        case .broadcast(let accepted):
            guard let event, expected.kind == "broadcast" else { return mismatch("broadcast", expected) }
            return differences(accepted, event, isBroadcast: true)
        case .control(let control):
            guard let event, expected.kind == "control" else { return mismatch("control", expected) }
            return compare("key", control.key.hex, event.key) + compare("type", control.type, event.type)
                + compare("realm", control.realm, event.realm) + compare("time", control.timeMs, event.time)
                + compare("facts", Set(control.facts.map(text)), controlFacts(event))
        }
    }

    private func mismatch(_ kind: String, _ expected: DecodeCase.Expected) -> [String] {
        ["\(kind), expected \(expected.kind) \(expected.reason ?? "")"]
    }

    private func compare<T: Equatable>(_ what: String, _ found: T, _ expected: T) -> [String] {
        let isSame: Bool
        if let found = found as? String, let expected = expected as? String {
            isSame = found.utf8.elementsEqual(expected.utf8)
        } else {
            isSame = found == expected
        }
        return isSame ? [] : ["\(what): \(found), expected \(expected)"]
    }

    private func differences(
        _ found: DecodedRecord.Accepted,
        _ event: DecodeCase.Event,
        isBroadcast: Bool
    ) -> [String] {
        let touch = found.touchpoint
        let realm = event.realm
        let names = Set(names(event.identifiers, realm) + names(event.references, realm))
        let blocked = Set(event.blocked.map { "\($0[0]) \(hash(realm, $0[0], $0[1]))" })
        var differences = compare("key", touch.key.hex, event.key)
        differences += compare("content", touch.content.hex, event.content)
        differences += compare("id", touch.id, event.id) + compare("source", touch.source, event.source)
        differences += compare("type", touch.type, event.type) + compare("channel", touch.channel, event.channel)
        differences += compare("time", touch.timeMs, event.time) + compare("realm", touch.realm, realm)
        differences += compare("consent", touch.consent, event.consent)
        differences += compare("names", Set(touch.names.map(text)), names)
        differences += compare("count of names", touch.names.count, names.count)
        differences += compare("blocked", Set(found.blocked.map { "\($0.namespace) \($0.hash.hex)" }), blocked)
        differences += compare("ignored", found.ignored, event.ignored)
        differences += compare("unknown", found.unknown, event.unknown)
        differences += compare("properties", properties(touch), event.properties)
        differences += compare("traits", CanonicalText.of(touch.traits), event.traits)
        differences += compare("facts", Set(found.consentFacts.map(text)), consentFacts(event))
        let replaces = found.observation?.replaces.map { [$0.new.hash.hex, $0.old.hash.hex] }
        if isBroadcast {
            differences += compare("observation", found.observation, nil)
        } else {
            differences += compare("replaces", replaces, event.replaces.map { $0.map { hash(realm, "order_id", $0) } })
            differences += compare("signs out", found.observation?.signsOut ?? false, event.logout)
            let counts = names.count > 1 || event.logout || event.replaces != nil
            differences += compare("observed", found.observation != nil, counts)
        }
        return differences
    }

    private func hash(_ realm: String, _ namespace: String, _ value: String) -> String {
        CaseDecoders.hasher.identifier(realm: realm, namespace: namespace, value: value).hex
    }

    private func names(_ values: [String: [String]], _ realm: String) -> [String] {
        values.flatMap { namespace, values in
            values.map { "\(NamespaceID(namespace).raw) \(hash(realm, namespace, $0))" }
        }
    }

    private func text(_ name: Identifier) -> String { "\(name.namespace.raw) \(name.hash.hex)" }

    private func text(_ fact: IdentityFact) -> String {
        switch fact {
        case .forgotten(let name, let from, let to): "forgotten \(text(name)) \(from) \(to)"
        case .unlinked(let a, let b): "unlinked \([text(a), text(b)].sorted())"
        case .consent(let name, let time, let given): "consent \(text(name)) \(time) \(given)"
        }
    }

    private func controlFacts(_ event: DecodeCase.Event) -> Set<String> {
        if let spans = event.spans {
            return Set(
                spans.map {
                    let name = "\(NamespaceID($0.namespace).raw) \(hash(event.realm, $0.namespace, $0.form))"
                    return "forgotten \(name) \($0.from) \($0.to)"
                }
            )
        }
        let pair = names(event.identifiers, event.realm) + names(event.references, event.realm)
        return ["unlinked \(pair.sorted())"]
    }

    private func consentFacts(_ event: DecodeCase.Event) -> Set<String> {
        guard let change = event.change else { return [] }
        return Set(
            change.concerns.map {
                "consent \(NamespaceID($0[0]).raw) \(hash(event.realm, $0[0], $0[1])) \(event.time) \(change.given)"
            }
        )
    }

    private func properties(_ touch: Touchpoint) -> String {
        var members: [Value.Member] = []
        if case .object(let rest) = touch.rest { members = rest }
        for name in CaseDecoders.kept {
            if let value = touch.properties[PropertyID(name)] { members.append(.init(name, value)) }
        }
        return CanonicalText.of(.object(members))
    }
}

/// RFC 8785 of a value.
enum CanonicalText {
    static func of(_ value: Value) -> String {
        var writer = JSONWriter()
        writer.canonical(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
