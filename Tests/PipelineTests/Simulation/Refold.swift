// SPDX-License-Identifier: Apache-2.0
import Digests
import Journeys
import Touchpoints

@testable import Pipeline

/// What a fold of one customer came to, keyed by the events that caused it.
struct FoldOutcome {
    var results: [Hash128: [CausedResult]] = [:]
    var moods: [Hash128: Double] = [:]
    /// nil: there is no touchpoint among the events.
    var profile: Profile?
}

extension JourneyFold {
    /// All of a customer's events in one fold from the start.
    func refold(
        _ events: [Touchpoint],
        watermarkMs: Int64,
        broadcasts: [Touchpoint],
        readsText: @escaping Fold.TextScorer
    ) -> FoldOutcome {
        let folded = Fold.run(
            events,
            broadcasts: broadcasts,
            untilMs: watermarkMs,
            rulebook: rulebook,
            scoresText: scoresText ?? readsText
        )
        var outcome = FoldOutcome(profile: folded.profile)
        for transition in folded.transitions {
            outcome.results[transition.cause, default: []].append(result(transition))
        }
        for alert in folded.alerts where emitsAlerts {
            outcome.results[alert.cause, default: []].append(result(alert))
        }
        for mood in folded.moods { outcome.moods[mood.event] = mood.mood?.score }
        return outcome
    }
}
