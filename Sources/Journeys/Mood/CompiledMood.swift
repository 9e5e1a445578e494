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
    /// By type, those whose conditions its events may meet.
    var outcomesByType: [[(score: Double, when: Conditions)]]
    var halfLifeMs: Double

    /// Where none of the labels holds.
    static let lowestLabel = "anger"

    init(_ scores: MoodScores, _ compiler: inout ConditionCompiler) {
        compiler.file = .mood
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
                    "answers[\(index)].type",
                    unknown: "type of touchpoint",
                    answer.type,
                    known: compiler.types.names
                )
            }
        }
        outcomes = []
        let place = ConditionPlace(facts: Fact.beforeMood)
        for (index, outcome) in scores.outcomes.enumerated() {
            let when = compiler.set(outcome.when, at: "outcomes[\(index)].when", in: place)
            outcomes.append(Outcome(score: outcome.score, when: when))
        }
        outcomesByType = (0..<compiler.types.count).map { [outcomes] type in
            outcomes.filter { !$0.when.isEmpty(for: type) }.map { ($0.score, $0.when.conditions(type)) }
        }
        if nps.count != 11 { compiler.report("nps", "expected eleven scores, from 0 to 10, found \(nps.count)") }
        if scores.halfLife.ms < 1 { compiler.report("half_life", "expected a length of time") }
        for (index, emotion) in emotions.enumerated() {
            compiler.check(title: emotion.title, at: "emotions[\(index)].title")
            let before = emotions[..<index].flatMap { [$0.emotion] + ($0.also?.all ?? []) }[...]
            compiler.check(name: emotion.emotion, among: before, of: "emotion", at: "emotions[\(index)].emotion")
            for word in emotion.also?.all ?? [] {
                compiler.check(name: word, among: before, of: "emotion", at: "emotions[\(index)].also")
            }
        }
        let all =
            emotions.enumerated().map { ("emotions[\($0)].score", $1.score) }
            + nps.enumerated().map { ("nps[\($0)]", $1) }
            + outcomes.enumerated().map { ("outcomes[\($0)].score", $1.score) }
        for (path, score) in all where !(-1...1).contains(score) {
            compiler.report(path, "expected a score between −1 and 1, found \(score)")
        }
        for (index, label) in labels.enumerated() where (label.gte ?? -1) > 1 || (label.gt ?? -1) >= 1 {
            compiler.report("labels[\(index)]", "can never match: no score is above 1")
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
