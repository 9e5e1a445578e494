// SPDX-License-Identifier: Apache-2.0

/// What a text says of its writer's mood.
public struct TextReading: Sendable, Equatable {
    /// −1 … +1, three decimals.
    public var score: Double
    /// The emotion that the words tell of; nil: the score must tell.
    public var emotion: String?
    /// How much the evidence is, and how much of it points one way: 0 … 1, two decimals.
    public var confidence: Double
    /// What it is about, the strongest feeling first.
    public var topics: [Topic]

    public struct Topic: Sendable, Equatable {
        public var topic: String
        /// What is said in the sentences that name it: −1 … +1, three decimals.
        public var score: Double
    }
}

/// Sums of evidence, and what becomes of them.
enum Scale {
    /// Makes −1 … +1 of a sum (Hutto and Gilbert 2014): it approaches its ends as evidence piles up.
    static func normal(_ sum: Double) -> Double {
        let score = sum / (sum * sum + 15).squareRoot()
        return min(1, max(-1, score))
    }

    /// To three decimals, halves away from zero.
    static func rounded(_ x: Double) -> Double {
        (x > 0 ? 1 : -1) * (x.magnitude * 1000 + 0.5).rounded(.down) / 1000 + 0
    }

    /// - Parameters:
    ///   - sum: of evidence.
    ///   - size: of the same evidence without signs.
    static func confidence(_ sum: Double, of size: Double) -> Double {
        (min(1, sum.magnitude / (max(size, sum.magnitude) + 1.5)) * 100).rounded() / 100
    }
}
