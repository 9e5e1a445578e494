// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import JapaneseWords
internal import Journeys
internal import Sentiment
internal import Synchronization
internal import Touchpoints

/// What texts are read by: shared by all partitions of a process.
final class TextMoodSource: Sendable {
    let model: SentimentModel
    private let opened = Mutex<WordDictionary?>(nil)

    init(_ model: SentimentModel) { self.model = model }

    /// The dictionary of Japanese words, opened when it is first needed: not every command reads texts.
    func dictionary() throws -> WordDictionary {
        try opened.withLock { opened in
            if let opened { return opened }
            let dictionary = try WordDictionary(folder: model.dictionaryFolder)
            opened = dictionary
            return dictionary
        }
    }
}

/// The moods of events' texts, for one owner.
///
/// A fold may come again many times, a reading is pure: what was read is remembered by the event's content, within a bound.
final class TextMoods {
    private static let text = PropertyID("text")

    private let reader: TextReader
    /// When there are as many, all are forgotten at once.
    private let knownMax: Int
    private(set) var use = CacheUse()
    private var known: [Hash128: TextMood?] = [:]

    init(_ source: TextMoodSource, knownMax: Int = 16_384) throws {
        self.knownMax = knownMax
        reader = try TextReader(source.model, source.dictionary())
    }

    /// What the text of an event says; nil: it has none.
    func mood(of event: Touchpoint) -> TextMood? {
        guard case .string(let text)? = event.properties[Self.text] else { return nil }
        let found = known[event.content]
        use.look(found: found != nil)
        if let found { return found }
        let mood = reader.read(text).map {
            TextMood(score: $0.score, label: $0.emotion, confidence: $0.confidence)
        }
        if known.count >= knownMax {
            use.evictions += known.count
            known.removeAll(keepingCapacity: true)
        }
        known[event.content] = .some(mood)
        use.entries = known.count
        return mood
    }
}
