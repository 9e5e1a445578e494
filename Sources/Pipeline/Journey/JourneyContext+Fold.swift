// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// What a fold of one customer came to, keyed by the events that caused it.
struct FoldOutcome {
    var results: [Hash128: [CausedResult]] = [:]
    var moods: [Hash128: Double] = [:]
    /// nil: there is no touchpoint among the events.
    var profile: Profile?
    /// Nothing changes by time alone before it; nil: nothing ever does.
    var nextDeadlineMs: Int64?
    var alertsOpen = 0
}

/// The journeys engine with the rules of one configuration.
struct JourneyFold: Sendable {
    let rulebook: Rulebook
    let emitsAlerts: Bool
    /// What texts say of the customer's mood, in place of what is read in them.
    var scoresText: (@Sendable (Touchpoint) -> TextMood?)?

    /// - Parameter readsText: the mood of an event's text: pure.
    func callAsFunction(
        _ events: [Touchpoint],
        watermarkMs: Int64,
        broadcasts: [Touchpoint],
        readsText: @escaping (Touchpoint) -> TextMood?
    ) -> FoldOutcome {
        let folded = Fold.run(
            events,
            broadcasts: broadcasts,
            untilMs: watermarkMs,
            rulebook: rulebook,
            scoresText: scoresText ?? readsText
        )
        var outcome = FoldOutcome(profile: folded.profile, nextDeadlineMs: emitsAlerts ? folded.nextDeadlineMs : nil)
        for transition in folded.transitions {
            let result = CausedResult(id: transition.id, kind: .transition, timeMs: transition.atMs) { revision in
                var json = JSONWriter(capacity: 256)
                transition.writeData(&json, revision: revision)
                return json.bytes
            }
            outcome.results[transition.cause, default: []].append(result)
        }
        for alert in folded.alerts where emitsAlerts {
            if alert.state == .opened || alert.state == .updated { outcome.alertsOpen += 1 }
            let result = CausedResult(id: alert.id, kind: .alert, timeMs: alert.openedAtMs) { revision in
                var json = JSONWriter(capacity: 384)
                alert.writeData(&json, revision: revision)
                return json.bytes
            }
            outcome.results[alert.cause, default: []].append(result)
        }
        for mood in folded.moods { outcome.moods[mood.event] = mood.mood?.score }
        return outcome
    }
}

extension JourneyContext {
    /// The `data` of a profile record.
    func profileData(_ profile: Profile, identifiers: [Identifier], consent: Bool, revision: Int) -> [UInt8] {
        var byName: [String: [String]] = [:]
        for identifier in identifiers {
            guard let namespace = rules.namespace(identifier.namespace), !namespace.isReference else { continue }
            let shown = rules.showsPlainIdentifiers ? identifier.value : nil
            byName[namespace.name, default: []].append(shown ?? identifier.hash.hex)
        }
        var json = JSONWriter(capacity: 1024)
        profile.writeData(&json, revision: revision) { json in
            json.beginObject()
            for (name, values) in byName.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                json.beginArray()
                for value in values.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) { json.string(value) }
                json.endArray()
            }
            json.endObject()
        } consent: { json in
            json.beginObject()
            json.key("identity")
            json.bool(consent)
            json.endObject()
        }
        return json.bytes
    }
}
