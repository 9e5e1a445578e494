// SPDX-License-Identifier: Apache-2.0
public import Digests

/// What a scorer says of a text.
public struct TextMood: Sendable, Equatable {
    /// −1 … +1.
    public var score: Double
    /// The emotion, if it names one.
    public var label: String?
    /// 0 … 1.
    public var confidence: Double

    public init(score: Double, label: String? = nil, confidence: Double = 0.7) {
        self.score = score
        self.label = label
        self.confidence = confidence
    }
}

/// The mood of one touch.
public struct Mood: Sendable, Equatable {
    /// −1 … +1, three decimals.
    public var score: Double
    public var source: Source
    public var label: String
    /// 0 … 1.
    public var confidence: Double

    /// The evidence, the strongest first.
    public enum Source: String, Sendable { case explicit, text, outcome }
}

/// The mood of one event; nil: it was not scored.
public struct EventMood: Sendable, Equatable {
    public var event: Hash128
    public var mood: Mood?
}
