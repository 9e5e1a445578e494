// SPDX-License-Identifier: Apache-2.0
public import JapaneseWords

/// Reads texts: the same text, the same lexicons and the same dictionary give the same reading, always.
///
/// Each worker has its own, for it uses its memory again; the model and the dictionary are shared.
public final class TextReader {
    private let model: SentimentModel
    private let splitter: WordSplitter
    private var english: EnglishReader
    private var japanese: JapaneseReader
    private var words = WordList()
    private var bytes: [UInt8] = []
    private var source: [UInt8] = []

    /// - Throws: when the dictionary cannot be used.
    public init(_ model: SentimentModel, _ dictionary: WordDictionary) throws(WordDictionaryError) {
        self.model = model
        splitter = try WordSplitter(dictionary)
        english = EnglishReader(model)
        japanese = JapaneseReader(model)
    }

    /// What a text says of its writer's mood; nil when there is nothing in it to read.
    ///
    /// - Complexity: linear up to `bytes_max`; about 0.5 µs for each Japanese character.
    public func read(_ text: String) -> TextReading? {
        var isJapanese = false
        var hasWords = false
        take(text, &isJapanese, &hasWords)
        guard hasWords else { return nil }
        if isJapanese {
            splitter.split(bytes, into: &words)
            japanese.read(bytes, words)
            return reading(
                japanese.sum,
                japanese.size,
                japanese.emotions,
                asks: japanese.asks,
                topics: japanese.topics.enumerated().compactMap { index, sum in
                    sum.map { (model.topics[index].topic, $0) }
                }
            )
        }
        english.read(cut(text))
        return reading(
            english.sum,
            english.size,
            english.emotions,
            asks: english.asks,
            topics: english.topics.map { (model.topics[$0].topic, english.sum) }
        )
    }

    /// Copies the text's beginning: in lower case, half-width kana as whole ones, its lines as sentences, without addresses.
    private func take(_ text: String, _ isJapanese: inout Bool, _ hasWords: inout Bool) {
        source.removeAll(keepingCapacity: true)
        source.append(contentsOf: text.utf8.prefix(model.bytesMax))
        let source = source
        // Out of the object while it grows.
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        defer { swap(&taken, &bytes) }
        taken.removeAll(keepingCapacity: true)
        var script = Script()
        var index = 0
        while index < source.count {
            let byte = source[index]
            switch byte {
            case 0x0a, 0x0d:
                // A full stop, unless the line is empty.
                if taken.count >= 3, taken[taken.count - 1] != 0x82 || taken[taken.count - 2] != 0x80 {
                    taken.append(contentsOf: [0xe3, 0x80, 0x82])
                }
            case 0..<0x21: taken.append(0x20)
            case 0x21..<0x80:
                hasWords = true
                if let end = Address.end(source, index) {
                    taken.append(0x20)
                    index = end
                    continue
                }
                taken.append(Lexicon.lowered(byte))
            default:
                hasWords = true
                script.add(source, index)
                if let end = HalfWidth.append(source, index, to: &taken) ?? Drawl.end(source, index, after: taken) {
                    index = end
                    continue
                }
                taken.append(byte)
            }
            index += 1
        }
        isJapanese = script.isJapanese
        while let last = taken.last, taken.count + 4 > model.bytesMax, last & 0xc0 == 0x80 || last >= 0xc0 {
            taken.removeLast()
            if last >= 0xc0 { break }
        }
    }

    private func cut(_ text: String) -> String {
        text.utf8.count <= model.bytesMax ? text : String(decoding: text.utf8.prefix(model.bytesMax), as: UTF8.self)
    }

    private func reading(
        _ sum: Double,
        _ size: Double,
        _ emotions: [Double],
        asks: Bool,
        topics: [(topic: String, sum: Double)]
    ) -> TextReading {
        let score = Scale.rounded(Scale.normal(sum))
        var strongest: (emotion: Int, weight: Double)?
        for (index, weight) in emotions.enumerated() where weight > (strongest?.weight ?? 0.5) {
            // Joy does not explain a bad mood.
            guard model.isGood(index).map({ $0 == (score > 0) }) ?? true else { continue }
            strongest = (index, weight)
        }
        var readTopics = topics.map {
            TextReading.Topic(topic: $0.topic, score: Scale.rounded(Scale.normal($0.sum)))
        }
        readTopics.sort { a, b in
            a.score.magnitude != b.score.magnitude ? a.score.magnitude > b.score.magnitude : a.topic < b.topic
        }
        return TextReading(
            score: score,
            emotion: score.magnitude < 0.2 ? nil : strongest.map { model.emotions[$0.emotion] },
            confidence: Scale.confidence(sum, of: size),
            topics: readTopics
        )
    }
}
