// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// The mood scores, ready to use.
struct CompiledMood: Sendable {
    struct Scale: Sendable {
        var property: PropertyID
        var max: Number?
    }

    struct Outcome: Sendable {
        var score: Double
        var when: ConditionSet
    }

    var emotions: [MoodScores.Emotion]
    var nps: [Double]
    /// By type.
    var scales: [Scale?]
    var labels: [MoodScores.Label]
    var outcomes: [Outcome]
    var halfLifeMs: Double

    /// Where none of the labels holds.
    static let lowestLabel = "anger"

    init(_ scores: MoodScores, _ compiler: inout ConditionCompiler) {
        emotions = scores.emotions
        nps = scores.nps
        labels = scores.labels
        halfLifeMs = Double(scores.halfLife.ms)
        scales = [Scale?](repeating: nil, count: compiler.types.count)
        for (index, answer) in scores.answers.enumerated() {
            compiler.keep(property: answer.property)
            if let id = compiler.types.id(of: answer.type) {
                scales[id] = Scale(property: PropertyID(answer.property), max: answer.max.flatMap { Number($0) })
            } else {
                compiler.report(
                    "mood.answers[\(index)].type",
                    unknown: "type",
                    answer.type,
                    known: compiler.types.names
                )
            }
        }
        outcomes = []
        let place = ConditionPlace(facts: Fact.beforeMood)
        for (index, outcome) in scores.outcomes.enumerated() {
            let when = compiler.set(outcome.when, at: "mood.outcomes[\(index)].when", in: place)
            outcomes.append(Outcome(score: outcome.score, when: when))
        }
        if nps.count != 11 { compiler.report("mood.nps", "expected eleven scores, from 0 to 10, found \(nps.count)") }
        if scores.halfLife.ms < 1 { compiler.report("mood.half_life", "expected a length of time") }
        let all = emotions.map(\.score) + nps + outcomes.map(\.score)
        for score in all where !(-1...1).contains(score) {
            compiler.report("mood", "a score is between −1 and 1, found \(score)")
        }
    }

    /// The emotion that an event names, in any of its words.
    func emotion(named name: String) -> MoodScores.Emotion? {
        emotions.first { emotion in
            emotion.emotion.hasBytes(of: name) || emotion.also?.all.contains { $0.hasBytes(of: name) } ?? false
        }
    }

    func label(of score: Double) -> String {
        labels.first { label in
            (label.gte.map { score >= $0 } ?? true) && (label.gt.map { score > $0 } ?? true)
        }?.label ?? Self.lowestLabel
    }
}
