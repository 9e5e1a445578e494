// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

extension Fold {
    /// The touch's mood, explicit before text before outcome, and with it the customer's.
    mutating func score(_ step: Step, _ facts: Facts, _ scoresText: TextScorer) {
        let scale = answer(step)
        if let (n, top) = scale, step.kind == .productReviewed { facts.stars = n * 5 / top }
        if let (n, top) = scale, step.kind == .csatAnswered { facts.csat = n / top }
        facts.nps = nps(step)
        let emotion = emotion(step)
        let text = facts.isByCustomer ? scoresText(step.event) : nil
        facts.textMood = text.map { MoodCurve.rounded($0.score) }
        let mood = mood(step, facts, emotion, scale, text)
        moods.append(EventMood(event: step.event.key, mood: mood))
        if let mood {
            facts.mood = mood.score
            state.curve.add(mood.score, atMs: step.timeMs, halfLifeMs: book.mood.halfLifeMs)
            if mood.score.magnitude >= 0.5 {
                facts.strongTurn = state.lastStrongIsGood != (mood.score > 0)
                state.lastStrongIsGood = mood.score > 0
            }
        }
        facts.customerMood = state.curve.mood(atMs: step.timeMs, halfLifeMs: book.mood.halfLifeMs)
    }

    private func mood(
        _ step: Step,
        _ facts: Facts,
        _ emotion: MoodScores.Emotion?,
        _ scale: (n: Double, top: Double)?,
        _ text: TextMood?
    ) -> Mood? {
        func mood(_ raw: Double, _ source: Mood.Source, _ confidence: Double, _ label: String? = nil) -> Mood {
            let score = MoodCurve.rounded(raw)
            let name = emotion?.emotion ?? label ?? book.mood.label(of: score)
            return Mood(score: score, source: source, label: name, confidence: confidence)
        }
        if facts.isByCustomer {
            if let emotion { return mood(emotion.score, .explicit, 1) }
            if let nps = facts.nps { return mood(book.mood.nps[nps], .explicit, 1) }
            if let (n, top) = scale { return mood((n - (1 + top) / 2) / ((top - 1) / 2), .explicit, 1) }
            if let text { return mood(text.score, .text, text.confidence, text.label) }
        }
        let outcomes = book.mood.outcomesByType[step.type.id]
        if outcomes.isEmpty { return nil }
        facts.bits = facts.bitsNow
        let outcome = outcomes.first { meets($0.when, step, facts) }
        return outcome.map { mood($0.score, .outcome, 0.5) }
    }

    /// An answer on a scale from 1 to its top.
    private func answer(_ step: Step) -> (n: Double, top: Double)? {
        guard let scale = book.mood.scales[step.type.id], let n = Number(step[scale.property]) else { return nil }
        guard let top = step[P.max] == nil ? scale.max : Number(step[P.max]) else { return nil }
        guard !(n < .int(1)), !(top < n), .int(1) < top else { return nil }
        return (n.double, top.double)
    }

    private func nps(_ step: Step) -> Int? {
        guard step.kind == .npsAnswered, case .int(let n)? = Number(step[P.score]) else { return nil }
        return (0...10).contains(n) ? Int(n) : nil
    }

    private func emotion(_ step: Step) -> MoodScores.Emotion? {
        guard step.kind == .emotionNoted, case .string(let name)? = step[P.emotion] else { return nil }
        return book.mood.emotion(named: name)
    }
}
