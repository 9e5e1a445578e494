// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// What touches are worth, as `config/mood/scores.yaml` has it. Scores are −1 … +1.
public struct MoodScores: Decodable, Sendable, Equatable {
    /// Emotions that people note.
    public var emotions: [Emotion]
    /// Of an NPS answer, from 0 to 10: eleven scores.
    public var nps: [Double]
    /// Answers on a scale from 1 to its top.
    public var answers: [Answer]
    /// By score: the first that holds.
    public var labels: [Label]
    /// What happened to the customer: the first whose condition holds.
    public var outcomes: [Outcome]
    /// How long until a touch counts half.
    public var halfLife: Period

    public struct Emotion: Decodable, Sendable, Equatable {
        public var emotion: String
        /// Other words for it that an event may use.
        public var also: Names?
        public var title: Vocabulary.Title
        public var score: Double
    }

    public struct Answer: Decodable, Sendable, Equatable {
        public var type: String
        /// Where the answer is.
        public var property: String
        /// The top of the scale where the event names none; absent: then there is no answer.
        public var max: Double?
    }

    public struct Label: Decodable, Sendable, Equatable {
        public var label: String
        public var gte: Double?
        public var gt: Double?
    }

    public struct Outcome: Decodable, Sendable, Equatable {
        public var score: Double
        public var when: [Condition]
    }

    /// Nothing has a score, in place of a file that cannot be read.
    public static let none = MoodScores(
        emotions: [],
        nps: [Double](repeating: 0, count: 11),
        answers: [],
        labels: [],
        outcomes: [],
        halfLife: Period(ms: 1)
    )

    private enum CodingKeys: String, CodingKey {
        case emotions, nps, answers, labels, outcomes
        case halfLife = "half_life"
    }
}
