// SPDX-License-Identifier: Apache-2.0

/// What is ours, beside the rules of VADER: customers' texts have more than one sentence, and complain without a bad word.
extension EnglishReader {
    /// What should happen does not, or cannot, and no word of the lexicon says so.
    func findUndone(_ tokens: [EnglishToken], _ values: inout [Double]) {
        for index in tokens.indices where values[index] == 0 && tokens[index].value == nil {
            let token = tokens[index]
            if model.expected.contains(token.lower) {
                let isUndone = (1...3).contains { distance in
                    index >= distance && tokens[index - distance].sentence == token.sentence
                        && negates(tokens[index - distance].lower)
                }
                if isUndone { values[index] = Weights.notDone }
            } else if model.inabilities.contains(token.lower) {
                let next = tokens[(index + 1)..<min(tokens.count, index + 4)].prefix { $0.sentence == token.sentence }
                let saysMore = next.contains { $0.value != nil || model.expected.contains($0.lower) }
                if !next.isEmpty, !saysMore { values[index] = Weights.cannot }
            }
        }
    }

    /// What comes after “but” counts more than what came before; so does what comes after “although …,”.
    func weighClauses(_ tokens: [EnglishToken], _ values: inout [Double]) {
        var start = 0
        while start < tokens.count {
            let sentence = tokens[start].sentence
            let end = tokens[start...].firstIndex { $0.sentence != sentence } ?? tokens.count
            if let but = tokens[start..<end].firstIndex(where: { $0.lower == "but" }) {
                weigh(start..<but, (but + 1)..<end, &values)
            } else if model.openings.contains(tokens[start].lower),
                let comma = tokens[start..<end].firstIndex(where: { $0.endsClause })
            {
                weigh(start..<(comma + 1), (comma + 1)..<end, &values)
            }
            start = end
        }
    }

    private func weigh(_ before: Range<Int>, _ after: Range<Int>, _ values: inout [Double]) {
        for index in before { values[index] *= Weights.before }
        for index in after { values[index] *= Weights.after }
    }

    /// After a wish, what is good is not so.
    func weighWishes(_ tokens: [EnglishToken], _ values: inout [Double]) {
        var wishing: Int?
        for index in tokens.indices {
            if wishing == tokens[index].sentence, values[index] > 0 { values[index] *= Weights.wished }
            if tokens[index].isWish { wishing = tokens[index].sentence }
        }
    }

    /// Who asks whether it is good does not say that it is.
    func weighQuestions(_ tokens: [EnglishToken], _ values: inout [Double]) {
        for index in tokens.indices where values[index] > 0 && split.questions[tokens[index].sentence] {
            values[index] *= Weights.askedGood
        }
    }
}
