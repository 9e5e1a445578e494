// SPDX-License-Identifier: Apache-2.0
internal import JapaneseWords

/// Lexicons and rules, checked and ready to use. Immutable; shared by all readers.
public final class SentimentModel: Sendable {
    /// The folder of the dictionary of Japanese words; nil: the usual one.
    public let dictionaryFolder: String?
    /// What topics are called.
    public let topics: [SentimentRules.Topic]

    /// To be raised with every change of this module that reads another mood or topic from the same text.
    public static let resultsVersion = 3

    let emotions: [String]
    private let emotionScores: [Double]
    let english: EnglishModel
    let japanese: JapaneseModel
    /// Places in the list of topics, by the hash of a word.
    let topicTable: TermTable
    let bytesMax: Int

    /// - Throws: everything that is wrong, at once.
    public init(_ sources: SentimentSources) throws(InvalidSentiment) {
        var problems: [SentimentProblem] = []
        emotions = sources.emotions.map(\.name)
        emotionScores = sources.emotions.map(\.score)
        english = EnglishModel(sources, &problems)
        japanese = JapaneseModel(sources, &problems)
        topics = sources.rules.topics
        dictionaryFolder = sources.rules.dictionary
        bytesMax = sources.rules.bytesMax ?? 8192
        var table = TermTable(capacity: 1024)
        var names: Set<String> = []
        for (index, topic) in sources.rules.topics.enumerated() {
            if !names.insert(topic.topic).inserted {
                problems.append(SentimentProblem(path: "topics[\(index)].topic", "two topics have this name"))
            }
            for word in topic.words {
                let at = table.insert(term: word.utf8.map(Lexicon.lowered), index)
                if at != index {
                    let other = sources.rules.topics[at].topic
                    problems.append(
                        SentimentProblem(path: "topics[\(index)].words", "“\(word)” belongs to “\(other)” already")
                    )
                }
            }
        }
        topicTable = table
        if !(1...WordSplitter.bytesMax).contains(bytesMax) {
            problems.append(
                SentimentProblem(path: "bytes_max", "expected 1 … \(WordSplitter.bytesMax), found \(bytesMax)")
            )
        }
        guard problems.isEmpty else { throw InvalidSentiment(problems: problems) }
    }

    /// Whether an emotion is a good one; nil: neither good nor bad.
    func isGood(_ emotion: Int) -> Bool? {
        emotionScores[emotion].magnitude < 0.15 ? nil : emotionScores[emotion] > 0
    }
}
