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

    /// Copies the text's beginning: in lower case, its lines as sentences.
    private func take(_ text: String, _ isJapanese: inout Bool, _ hasWords: inout Bool) {
        bytes.removeAll(keepingCapacity: true)
        var lead: UInt8 = 0
        for byte in text.utf8.prefix(model.bytesMax) {
            switch byte {
            case 0x0a, 0x0d:
                // A full stop, unless the line is empty.
                if bytes.count >= 3, bytes[bytes.count - 1] != 0x82 || bytes[bytes.count - 2] != 0x80 {
                    bytes.append(contentsOf: [0xe3, 0x80, 0x82])
                }
            case 0..<0x21: bytes.append(0x20)
            default:
                hasWords = true
                bytes.append(Lexicon.lowered(byte))
            }
            // Kana and Han: what no other language writes in this world's shops.
            if lead == 0xe3, byte >= 0x81 { isJapanese = true }
            if (0xe4...0xe9).contains(byte) { isJapanese = true }
            lead = byte
        }
        while let last = bytes.last, bytes.count + 4 > model.bytesMax, last & 0xc0 == 0x80 || last >= 0xc0 {
            bytes.removeLast()
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
