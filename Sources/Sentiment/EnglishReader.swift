// SPDX-License-Identifier: Apache-2.0

/// Reads English texts by the rules of VADER (Hutto and Gilbert: VADER: A Parsimonious Rule-based Model for Sentiment Analysis of
/// Social Media Text, ICWSM 2014): punctuation, capitals, degree, contrast, and the three words before a term.
struct EnglishReader {
    /// The constants of the paper, found there by experiments with human raters.
    enum Weights {
        static let shouting = 0.733
        static let negation = -0.74
        static let exclamation = 0.292
        static let exclamationsMax = 4
        static let question = 0.18
        static let questionsMax = 0.96
        static let farther = [1, 0.95, 0.9]
        static let never = 1.25
        static let before = 0.5
        // Ours, not of the paper: chosen by hand.
        /// The paper has 1.5 here, and −0.74 for what is bad, too: what is not bad is little good.
        static let after = 1.25
        static let notBad = -0.35
        static let notDone = -1.5
        static let cannot = -1.2
        static let denied = -0.6
        /// Never without it.
        static let kept = 0.6
        static let wished = 0.3
        static let askedGood = 0.6
        static let asked = -0.2
        static let tooMuch = -1.2
        static let relieved = -0.3
        static let ironic = 0.3
        static let bad = -1.6
    }

    let model: EnglishModel
    let topicTable: TermTable
    private(set) var sum = 0.0
    private(set) var size = 0.0
    /// By emotion.
    private(set) var emotions: [Double]
    private(set) var topics: [Int] = []
    private(set) var asks = false
    private(set) var split = EnglishTokens()

    init(_ model: SentimentModel) {
        self.model = model.english
        topicTable = model.topicTable
        emotions = [Double](repeating: 0, count: model.emotions.count)
    }

    mutating func read(_ text: String) {
        for index in emotions.indices { emotions[index] = 0 }
        topics.removeAll(keepingCapacity: true)
        split.read(text, model)
        let tokens = split.tokens
        let shouted = tokens.count { $0.isShouted }
        let differs = shouted > 0 && shouted < tokens.count
        var values = tokens.indices.map { value(at: $0, tokens, differs) }
        findUndone(tokens, &values)
        weighExcess(tokens, &values)
        weighRelief(tokens, &values)
        weighIrony(tokens, &values)
        weighClauses(tokens, &values)
        weighWishes(tokens, &values)
        weighQuestions(tokens, &values)
        sum = values.reduce(0, +)
        size = values.reduce(0) { $0 + $1.magnitude }
        let emphasis = emphasis(text)
        if sum > 0 { sum += emphasis } else if sum < 0 { sum -= emphasis }
        for (token, value) in zip(tokens, values) {
            if let emotion = model.emotions[token.lower] ?? token.emotion,
                (token.value ?? -1) < 0 ? value <= 0 : value > 0
            {
                emotions[emotion] += max(1, value.magnitude)
            }
        }
        findTopics()
    }

    /// By words, and by pairs of them.
    private mutating func findTopics() {
        var last: TermHash?
        for word in split.words {
            var pair = last
            pair?.add(UInt8(ascii: " "))
            var single = TermHash()
            for byte in word.lower.utf8 {
                single.add(byte)
                pair?.add(byte)
            }
            for hash in [single, pair].compactMap(\.?.value) {
                if let topic = topicTable.term(hash), !topics.contains(topic) { topics.append(topic) }
            }
            last = single
        }
    }

    func negates(_ word: String) -> Bool { model.negations.contains(word) || word.contains("n't") }

    // MARK: values

    private func value(at index: Int, _ tokens: [EnglishToken], _ differs: Bool) -> Double {
        let token = tokens[index]
        if model.boosters[token.lower] != nil, index + 1 < tokens.count, tokens[index + 1].value != nil { return 0 }
        if token.lower == "kind", index + 1 < tokens.count, tokens[index + 1].lower == "of" { return 0 }
        guard let own = token.value else { return 0 }
        var value = valueBesideNo(own, index, tokens)
        if token.isShouted, differs { value += value > 0 ? Weights.shouting : -Weights.shouting }
        for distance in 0..<3 where index > distance {
            guard tokens[index - distance - 1].sentence == token.sentence else { break }
            let before = tokens[index - distance - 1]
            guard before.value == nil else { continue }
            value += Weights.farther[distance] * boost(of: before, value, differs)
            value = valueAfterNegation(value, distance, index, tokens)
            if distance == 2 { value = valueOfIdiom(value, index, tokens) }
        }
        return valueOfLeast(value, index, tokens)
    }

    /// “No” denies the word after it and says nothing by itself then.
    private func valueBesideNo(_ own: Double, _ index: Int, _ tokens: [EnglishToken]) -> Double {
        var value = own
        if tokens[index].lower == "no", index + 1 < tokens.count, tokens[index + 1].value != nil { value = 0 }
        func word(_ distance: Int) -> String { index >= distance ? tokens[index - distance].lower : "" }
        if word(1) == "no" || word(2) == "no" || (word(3) == "no" && ["or", "nor"].contains(word(1))) {
            value = negated(own)
        }
        return value
    }

    private func boost(of word: EnglishToken, _ value: Double, _ differs: Bool) -> Double {
        guard var boost = model.boosters[word.lower] else { return 0 }
        if value < 0 { boost = -boost }
        if word.isShouted, differs { boost += value > 0 ? Weights.shouting : -Weights.shouting }
        return boost
    }

    private func valueAfterNegation(_ value: Double, _ distance: Int, _ index: Int, _ tokens: [EnglishToken]) -> Double
    {
        let word = tokens[index - distance - 1].lower
        if distance > 0 {
            let between = (1...distance).map { tokens[index - $0].lower }
            if word == "never", between.contains(where: { $0 == "so" || $0 == "this" }) { return value * Weights.never }
            if word == "without", between.contains("doubt") { return value }
        }
        return negates(word) ? negated(value) : value
    }

    private func negated(_ value: Double) -> Double { value * (value > 0 ? Weights.negation : Weights.notBad) }

    private func valueOfIdiom(_ value: Double, _ index: Int, _ tokens: [EnglishToken]) -> Double {
        func phrase(_ from: Int, _ through: Int) -> String? {
            guard index + through < tokens.count else { return nil }
            return tokens[(index + from)...(index + through)].map(\.lower).joined(separator: " ")
        }
        var value = value
        for (from, through) in [(-1, 0), (-2, 0), (-2, -1), (-3, -1), (-3, -2)] {
            if let idiom = phrase(from, through).flatMap({ model.idioms[$0] }) {
                value = idiom
                break
            }
        }
        for (from, through) in [(0, 1), (0, 2)] {
            if let idiom = phrase(from, through).flatMap({ model.idioms[$0] }) { value = idiom }
        }
        for (from, through) in [(-3, -1), (-3, -2), (-2, -1)] {
            if let boost = phrase(from, through).flatMap({ model.boosters[$0] }) { value += boost }
        }
        return value
    }

    private func valueOfLeast(_ value: Double, _ index: Int, _ tokens: [EnglishToken]) -> Double {
        guard index > 0, tokens[index - 1].lower == "least", tokens[index - 1].value == nil else { return value }
        if index > 1, ["at", "very"].contains(tokens[index - 2].lower) { return value }
        return value * Weights.negation
    }

    /// Of exclamation and question marks.
    private mutating func emphasis(_ text: String) -> Double {
        let exclamations = text.utf8.count { $0 == UInt8(ascii: "!") }
        let questions = text.utf8.count { $0 == UInt8(ascii: "?") }
        asks = questions > 0
        let asked = questions <= 1 ? 0 : questions <= 3 ? Double(questions) * Weights.question : Weights.questionsMax
        return Double(min(exclamations, Weights.exclamationsMax)) * Weights.exclamation + asked
    }
}
