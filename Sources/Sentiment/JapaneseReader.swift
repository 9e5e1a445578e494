// SPDX-License-Identifier: Apache-2.0
internal import JapaneseWords

/// Reads Japanese texts, sentence by sentence.
///
/// In each sentence: terms of the lexicon (the longest first, over word boundaries as the dictionary has them), each with what
/// stands before and after it: intensifiers, negation, wish, relief, excess. Then what the grammar says without any term (cannot,
/// want, and yet), the weight of the clauses, and questions. A linear classifier's weights of single words and pairs are a small
/// part of the sum: they speak where the lexicon is silent.
struct JapaneseReader {
    /// A word of the text, as the rules see it.
    struct Unit {
        var start: Int
        var end: Int
        var formStart: Int
        var formEnd: Int
        var surface: UInt64
        var form: UInt64
        var kind: Word.Kind
        var role: JapaneseModel.Role
        var factor: Double
        var isCovered = false
        /// A negation that turned a term, and says nothing more.
        var isSpent = false

        func has(_ wanted: JapaneseModel.Role) -> Bool { !role.isDisjoint(with: wanted) }

        var negates: Bool {
            guard has(.negation) else { return false }
            switch kind {
            case .auxiliary, .adjective, .smallAdjective, .noun, .suffix: return true
            default: return false
            }
        }

        /// It means something by itself: what came before it ends here.
        var isContent: Bool {
            switch kind {
            case .noun: !has(.formalNoun)
            case .verb: !has(.lightVerb)
            case .adjective: !has(.negation)
            default: false
            }
        }
    }

    /// A piece of evidence.
    struct Evidence {
        /// The place of its first word.
        var place: Int
        var value: Double
        var emotion: Int?
    }

    let model: JapaneseModel
    private let english: Lexicon
    let topicTable: TermTable

    var units: [Unit] = []
    var evidence: [Evidence] = []
    private(set) var sum = 0.0
    private(set) var size = 0.0
    /// By emotion.
    private(set) var emotions: [Double]
    /// By topic; nil: not named.
    private(set) var topics: [Double?]
    private var topicsHere: [Int] = []
    var asks = false

    init(_ model: SentimentModel) {
        self.model = model.japanese
        english = model.english.words
        topicTable = model.topicTable
        emotions = [Double](repeating: 0, count: model.emotions.count)
        topics = [Double?](repeating: nil, count: model.topics.count)
    }

    /// Reads a text that was split into words.
    mutating func read(_ text: [UInt8], _ list: WordList) {
        (sum, size, asks) = (0, 0, false)
        for index in emotions.indices { emotions[index] = 0 }
        for index in topics.indices { topics[index] = nil }
        gather(text, list)
        var start = 0
        while start < units.count {
            var end = start
            while end < units.count, !units[end].has(.sentenceEnd) { end += 1 }
            end = min(end + 1, units.count)
            readSentence(start..<end, text, list.forms)
            start = end
        }
        readSigns(text)
        let grams = gramScore() * (asks ? JapaneseWeights.gramsAsked : JapaneseWeights.grams)
        sum += grams + (units.isEmpty ? 0 : JapaneseWeights.lean)
        size += grams.magnitude
    }

    private mutating func gather(_ text: [UInt8], _ list: WordList) {
        units.removeAll(keepingCapacity: true)
        for word in list.words {
            let (start, end) = (Int(word.start), Int(word.end))
            let (formStart, formEnd) = (Int(word.formStart), Int(word.formEnd))
            var surface = TermHash()
            surface.add(text, start..<end)
            var form = TermHash()
            form.add(list.forms, formStart..<formEnd)
            var unit = Unit(
                start: start,
                end: end,
                formStart: formStart,
                formEnd: formEnd,
                surface: surface.value,
                form: form.value,
                kind: word.kind,
                role: [],
                factor: 1
            )
            if let function = model.function(form.value) {
                unit.role = function.role
                unit.factor = function.factor
            }
            if surface.value != form.value, let function = model.function(surface.value) {
                unit.role.formUnion(function.role)
                if function.role.contains(.intensifier) { unit.factor = function.factor }
            }
            // Stops come in heaps: ！？, ... A mark is told by how it begins.
            if unit.kind == .stop || beginsWithStop(text, start) { unit.role.insert(.sentenceEnd) }
            units.append(unit)
        }
    }

    private func beginsWithStop(_ text: [UInt8], _ at: Int) -> Bool {
        if text[at] == UInt8(ascii: "!") || text[at] == UInt8(ascii: "?") { return true }
        guard text[at] == 0xef, at + 2 < text.count, text[at + 1] == 0xbc else { return false }
        return text[at + 2] == 0x81 || text[at + 2] == 0x9f
    }

    private mutating func readSentence(_ sentence: Range<Int>, _ text: [UInt8], _ forms: [UInt8]) {
        evidence.removeAll(keepingCapacity: true)
        topicsHere.removeAll(keepingCapacity: true)
        findTerms(sentence, text, forms)
        findGrammar(sentence, forms)
        weighClauses(sentence)
        weighQuestion(sentence, text)
        // But …: it counts more than what came before.
        if let first = sentence.first, opensReservation(first) { sum *= JapaneseWeights.beforeReservation }
        var sentenceSum = 0.0
        for piece in evidence {
            sentenceSum += piece.value
            size += piece.value.magnitude
            if let emotion = piece.emotion { emotions[emotion] += piece.value.magnitude }
        }
        sum += sentenceSum
        findTopics(sentence, text, forms)
        for topic in topicsHere { topics[topic] = (topics[topic] ?? 0) + sentenceSum }
    }

    // MARK: terms

    private mutating func findTerms(_ sentence: Range<Int>, _ text: [UInt8], _ forms: [UInt8]) {
        var index = sentence.lowerBound
        while index < sentence.upperBound {
            guard let (end, entry) = longestTerm(at: index, in: sentence, text, forms) ?? englishWord(at: index, text)
            else {
                index += 1
                continue
            }
            for covered in index..<end { units[covered].isCovered = true }
            if entry.value != 0 {
                // Filled in when all that is covered is known.
                evidence.append(Evidence(place: index, value: entry.value, emotion: entry.emotion))
                ends.append((end, entry.isWished))
            }
            index = end
        }
        for piece in evidence.indices {
            let term = evidence[piece].place..<ends[piece].end
            let before = evidence[piece].value
            evidence[piece].value = value(before, of: term, isWished: ends[piece].isWished, in: sentence)
            if (evidence[piece].value < 0) != (before < 0) { evidence[piece].emotion = nil }
        }
        weighMockery()
        ends.removeAll(keepingCapacity: true)
    }

    /// What is good of something bad is worse: 感動的な遅さ.
    private mutating func weighMockery() {
        for piece in evidence.indices.dropLast() where evidence[piece].value > 0 && evidence[piece + 1].value < 0 {
            let end = ends[piece].end
            if evidence[piece + 1].place == end + 1, isAttributive(end) {
                evidence[piece].value *= JapaneseWeights.mocked
            }
        }
    }

    /// Of each piece of evidence, while terms are found.
    private var ends: [(end: Int, isWished: Bool)] = []

    private func longestTerm(at start: Int, in sentence: Range<Int>, _ text: [UInt8], _ forms: [UInt8])
        -> (end: Int, entry: Lexicon.Entry)?
    {
        var best: (end: Int, entry: Lexicon.Entry)?
        var begun = TermHash()
        var index = start
        while index < sentence.upperBound, index - start < 8 {
            let unit = units[index]
            var form = begun
            form.add(forms, unit.formStart..<unit.formEnd)
            begun.add(text, unit.start..<unit.end)
            if let entry = model.words.entry(form.value) ?? model.words.entry(begun.value) {
                best = (index + 1, entry)
            }
            if model.words.table[begun.value] == .nothing { break }
            index += 1
        }
        guard let best else { return nil }
        if best.end == start + 1 {
            let unit = units[start]
            if unit.kind == .particle || unit.kind == .conjunctiveParticle || unit.kind == .auxiliary { return nil }
            if unit.has(.intensifier) { return nil }
        }
        return isPartOfKatakana(start..<best.end, in: sentence, text) ? nil : best
    }

    /// Among Japanese words, an English one of three letters or more that says much.
    private func englishWord(at index: Int, _ text: [UInt8]) -> (end: Int, entry: Lexicon.Entry)? {
        let unit = units[index]
        guard unit.end - unit.start > 2, (97...122).contains(text[unit.start]), let entry = english.entry(unit.surface),
            entry.value.magnitude >= JapaneseWeights.englishMin
        else { return nil }
        return (index + 1, entry)
    }

    /// イヤ of イヤホン says nothing.
    private func isPartOfKatakana(_ term: Range<Int>, in sentence: Range<Int>, _ text: [UInt8]) -> Bool {
        guard isKatakana(text, units[term.lowerBound].start), isKatakana(text, units[term.upperBound - 1].end - 3)
        else {
            return false
        }
        if term.lowerBound > sentence.lowerBound {
            let last = units[term.lowerBound - 1]
            if last.end == units[term.lowerBound].start, isKatakana(text, last.end - 3) { return true }
        }
        return term.upperBound < sentence.upperBound && isKatakana(text, units[term.upperBound].start)
    }

    /// A letter, not the dot between words.
    private func isKatakana(_ text: [UInt8], _ at: Int) -> Bool {
        guard at >= 0, at + 2 < text.count, text[at] == 0xe3 else { return false }
        if text[at + 1] == 0x82 { return text[at + 2] >= 0xa0 }
        return text[at + 1] == 0x83 && text[at + 2] != 0xbb
    }

    // MARK: signs, words and pairs

    private mutating func readSigns(_ text: [UInt8]) {
        var total = 0.0
        var index = 0
        while index < text.count {
            guard model.signStarts[Int(text[index])] else {
                index += 1
                continue
            }
            var hash = TermHash()
            var best: (end: Int, entry: Lexicon.Entry)?
            var cursor = index
            search: while cursor < text.count {
                hash.add(text[cursor])
                cursor += 1
                if cursor < text.count, text[cursor] & 0xc0 == 0x80 { continue }
                switch model.signs.table[hash.value] {
                case .nothing: break search
                case .beginning: break
                case .term(let at): best = (cursor, model.signs.entries[at])
                }
            }
            guard let best else {
                index += 1
                continue
            }
            total += best.entry.value
            if let emotion = best.entry.emotion { emotions[emotion] += best.entry.value.magnitude }
            index = best.end
        }
        let bounded = min(JapaneseWeights.signsMax, max(-JapaneseWeights.signsMax, total))
        sum += bounded
        size += bounded.magnitude
    }

    private func gramScore() -> Double {
        var square = 0.0
        var product = 0.0
        var last: UInt64?
        for unit in units {
            // It said what it had to: 蒸れない.
            guard !unit.isSpent else {
                last = nil
                continue
            }
            if let at = model.gramTable.term(unit.surface) {
                square += model.grams[at].idf * model.grams[at].idf
                product += model.grams[at].product
            }
            if let last, let at = model.gramTable.term(TermHash.pair(last, unit.surface)) {
                square += model.grams[at].idf * model.grams[at].idf
                product += model.grams[at].product
            }
            last = unit.surface
        }
        return product / (square + JapaneseWeights.gramsLeast).squareRoot()
    }

    // MARK: topics

    private mutating func findTopics(_ sentence: Range<Int>, _ text: [UInt8], _ forms: [UInt8]) {
        for start in sentence {
            var begun = TermHash()
            var index = start
            while index < sentence.upperBound, index - start < 4 {
                let unit = units[index]
                var form = begun
                form.add(forms, unit.formStart..<unit.formEnd)
                begun.add(text, unit.start..<unit.end)
                if let topic = topicTable.term(form.value) ?? topicTable.term(begun.value) {
                    if !topicsHere.contains(topic) { topicsHere.append(topic) }
                }
                if topicTable[begun.value] == .nothing { break }
                index += 1
            }
        }
    }
}
