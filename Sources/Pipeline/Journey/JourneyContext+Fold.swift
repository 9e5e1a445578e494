// SPDX-License-Identifier: Apache-2.0
internal import Digests
package import Journeys
package import Touchpoints

/// The journeys engine with the rules of one configuration.
package struct JourneyFold: Sendable {
    let rulebook: Rulebook
    let emitsAlerts: Bool
    /// What texts say of the customer's mood, in place of what is read in them.
    var scoresText: (@Sendable (Touchpoint) -> TextMood?)?

    /// - Parameter readsText: the mood of an event's text: pure.
    func walk(of customer: Hash128, from base: WalkBase?, readsText: @escaping Fold.TextScorer) -> Walk {
        Walk(customer, rulebook, base: base, scoresText: scoresText ?? readsText)
    }

    /// Puts events into the order of the walk.
    func sort(_ timeline: inout [Held]) {
        if timeline.count < 2 { return }
        let places = timeline.map { rulebook.place(of: $0.event) }
        if zip(places, places.dropFirst()).allSatisfy(<) { return }
        timeline = timeline.indices.sorted { places[$0] < places[$1] }.map { timeline[$0] }
    }

    package func result(_ transition: Transition) -> CausedResult {
        var json = JSONWriter(capacity: 256)
        transition.writeData(&json, revision: 1)
        return CausedResult(id: transition.id, kind: .transition, timeMs: transition.atMs, bytes: json.bytes)
    }

    package func result(_ alert: AlertState) -> CausedResult {
        var json = JSONWriter(capacity: 512)
        alert.writeData(&json, revision: 1)
        return CausedResult(id: alert.id, kind: .alert, timeMs: alert.openedAtMs, bytes: json.bytes)
    }
}

extension JourneyContext {
    /// The `data` of a profile record.
    package func profileData(_ profile: Profile, identifiers: [Identifier], consent: Bool, revision: Int) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        profile.writeData(&json, revision: revision) { json in
            write(identifiers, &json)
        } consent: { json in
            json.beginObject()
            json.member("identity")
            json.bool(consent)
            json.endObject()
        }
        return json.bytes
    }

    /// The `data` of the profile of a customer that is not folded.
    func suspendedData(identifiers: [Identifier]) -> [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.member("identifiers")
        write(identifiers, &json)
        json.member("suspended")
        json.beginObject()
        json.member("reason")
        json.string("max_touchpoints")
        json.member("limit")
        json.int(Int64(settings.touchpointsMax))
        json.endObject()
        json.member("revision")
        json.int(1)
        json.endObject()
        return json.bytes
    }

    /// Values, or their keyed hashes, by namespace.
    private func write(_ identifiers: [Identifier], _ json: inout JSONWriter) {
        var byName: [String: [String]] = [:]
        for identifier in identifiers {
            guard let namespace = rules.namespace(identifier.namespace), !namespace.isReference else { continue }
            let shown = rules.showsPlainIdentifiers ? identifier.value : nil
            byName[namespace.name, default: []].append(shown ?? identifier.hash.hex)
        }
        json.beginObject()
        for (name, values) in byName.sorted(by: { $0.key < $1.key }) {
            json.key(name)
            json.beginArray()
            for value in values.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) { json.string(value) }
            json.endArray()
        }
        json.endObject()
    }
}
