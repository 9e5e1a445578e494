// SPDX-License-Identifier: Apache-2.0

/// How texts are read, as `mood/text.yaml` has it; the words' values are in the lexicons beside it.
public struct SentimentRules: Decodable, Sendable, Equatable {
    /// The folder of MeCab's dictionary; nil: where Debian and others put it.
    public var dictionary: String?
    /// Of a longer text only the beginning is read.
    ///
    /// **Units** bytes. **Default** 8192. **Range** 1 … 32,767.
    public var bytesMax: Int?
    public var english: English
    public var japanese: Japanese
    /// What texts may be about, for the reason of a mood.
    public var topics: [Topic]

    public struct English: Decodable, Sendable, Equatable {
        /// They turn the words after them: not, never, n't.
        public var negations: [String]
        /// They strengthen what comes after them; below zero, weaken.
        public var boosters: [String: Double]
        /// Expressions that mean something else than their words.
        public var idioms: [String: Double]
        /// With one of these at the beginning of a sentence, what comes after the comma counts more.
        public var openings: [String]
        /// Terms of the lexicon after which what is good is only wished.
        public var wishes: [String]
        /// What should happen: without a value of its own, bad after a negation.
        public var expected: [String]
        /// They say that something cannot be done.
        public var inabilities: [String]
        /// What comes after them counts more than what came before: but.
        public var contrasts: [String]
        /// Too much of what they precede.
        public var excesses: [String]
        /// Beside them, what is bad was mended.
        public var reliefs: [String]
        /// Thanks and praise that are not meant so when something bad follows.
        public var ironies: [String]
        /// Words by the emotion that they tell of.
        public var emotions: [String: [String]]
    }

    /// Words by what they do to others, in their dictionary form or as they are written.
    public struct Japanese: Decodable, Sendable, Equatable {
        public var negations: [String]
        /// Factors.
        public var intensifiers: [String: Double]
        /// They join two clauses of which the later counts more.
        public var contrasts: [String]
        /// Those of them after which comes what should not be.
        public var regrets: [String]
        /// At the beginning of a sentence: a reservation follows.
        public var reservations: [String]
        /// Too much of anything.
        public var excesses: [String]
        /// With one of these before it, what is good is only wished.
        public var conditions: [String]
        /// What is wished with a condition.
        public var wished: [String]
        /// Asking for something, politely.
        public var requests: [String]
        /// What is bad is bad no more.
        public var reliefs: [String]
        /// Verbs that say nothing by themselves.
        public var lightVerbs: [String]
        /// Verbs that say what can be done, whole or by their ending.
        public var abilities: [String]
        public var abilityEndings: [String]

        private enum CodingKeys: String, CodingKey {
            case negations, intensifiers, contrasts, regrets, reservations, excesses, conditions, wished, requests
            case reliefs, abilities
            case lightVerbs = "light_verbs"
            case abilityEndings = "ability_endings"
        }
    }

    public struct Topic: Decodable, Sendable, Equatable {
        public var topic: String
        public var title: Title
        /// In either language; Japanese ones in their dictionary form, or as they are written.
        public var words: [String]

        public struct Title: Decodable, Sendable, Equatable {
            public var en: String
            public var ja: String
        }
    }

    private enum CodingKeys: String, CodingKey {
        case dictionary, english, japanese, topics
        case bytesMax = "bytes_max"
    }
}

/// All that texts are read by, as it was read from files.
public struct SentimentSources: Sendable {
    /// Beside the lexicons' folder.
    public static let rulesFile = "text.yaml"
    /// What must be there, by name under the folder of `text.yaml`.
    public static let lexicons = [
        "lexicons/english-words.tsv", "lexicons/english-service.tsv", "lexicons/emoji-names.tsv",
        "lexicons/japanese-emotions.tsv", "lexicons/japanese-words.tsv", "lexicons/japanese-service.tsv",
        "lexicons/japanese-ngrams.tsv", "lexicons/japanese-signs.tsv", "lexicons/signs.tsv",
    ]

    public var rules: SentimentRules
    /// By name.
    public var files: [String: [UInt8]]
    /// The emotions that there are, with what they are worth: −1 … +1.
    public var emotions: [(name: String, score: Double)]

    public init(rules: SentimentRules, files: [String: [UInt8]], emotions: [(name: String, score: Double)]) {
        self.rules = rules
        self.files = files
        self.emotions = emotions
    }
}
