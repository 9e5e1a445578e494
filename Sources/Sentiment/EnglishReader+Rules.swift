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
            } else if negates(token.lower), !token.lower.utf8.contains(UInt8(ascii: " ")) {
                let next = tokens[(index + 1)..<min(tokens.count, index + 4)].prefix { $0.sentence == token.sentence }
                let saysMore = next.contains { $0.value != nil || model.expected.contains($0.lower) }
                if !saysMore { values[index] = isIndispensable(index, tokens) ? Weights.kept : Weights.denied }
            }
        }
    }

    /// Never … without it, and the second of these words: two negations praise.
    private func isIndispensable(_ index: Int, _ tokens: [EnglishToken]) -> Bool {
        let sentence = tokens[index].sentence
        if tokens[index].lower == "without" {
            return tokens[max(0, index - 5)..<index].contains { $0.sentence == sentence && negates($0.lower) }
        }
        let next = tokens[(index + 1)..<min(tokens.count, index + 6)].prefix { $0.sentence == sentence }
        return next.contains { $0.lower == "without" }
    }

    /// What comes after “but” counts more than what came before; so does what comes after “although …,”. At the beginning of a
    /// sentence it is the one before that counts less.
    func weighClauses(_ tokens: [EnglishToken], _ values: inout [Double]) {
        var start = 0
        var last = 0..<0
        while start < tokens.count {
            let sentence = tokens[start].sentence
            let end = tokens[start...].firstIndex { $0.sentence != sentence } ?? tokens.count
            let but = tokens[start..<end].firstIndex { model.contrasts.contains($0.lower) }
            if let but = but
                ?? (start + 1..<end).first(where: { tokens[$0].lower == "now" && tokens[$0 - 1].endsClause })
            {
                weigh(but == start ? last : start..<but, (but + 1)..<end, &values)
            } else if model.openings.contains(tokens[start].lower),
                let comma = tokens[start..<end].firstIndex(where: { $0.endsClause })
            {
                weigh(start..<(comma + 1), (comma + 1)..<end, &values)
            }
            last = start..<end
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

    /// Too much of anything is bad; of what is bad, worse.
    func weighExcess(_ tokens: [EnglishToken], _ values: inout [Double]) {
        for index in tokens.indices.dropLast()
        where model.excesses.contains(tokens[index].lower) && !tokens[index].endsClause {
            let next = index + 1
            guard tokens[next].sentence == tokens[index].sentence, tokens[next].value.map({ $0 > 0 }) ?? true else {
                continue
            }
            let isDenied = (1...2).contains { index >= $0 && negates(tokens[index - $0].lower) }
            values[next] = isDenied ? -Weights.tooMuch / 2 : Weights.tooMuch
            for distance in 1...2 where isDenied && index >= distance && negates(tokens[index - distance].lower) {
                values[index - distance] = 0
            }
        }
    }

    /// What is bad, and was mended.
    func weighRelief(_ tokens: [EnglishToken], _ values: inout [Double]) {
        for index in tokens.indices where values[index] < 0 {
            let isRelieved = (1...4).contains { distance in
                index >= distance && tokens[index - distance].sentence == tokens[index].sentence
                    && model.reliefs.contains(tokens[index - distance].lower)
            }
            if isRelieved || isOver(index, tokens) { values[index] *= Weights.relieved }
        }
    }

    /// The leak has stopped.
    private func isOver(_ index: Int, _ tokens: [EnglishToken]) -> Bool {
        let next = tokens[(index + 1)..<min(tokens.count, index + 4)].prefix {
            $0.sentence == tokens[index].sentence && !negates($0.lower)
        }
        return next.contains { model.reliefs.contains($0.lower) }
    }

    /// “Thanks for losing my bag” does not thank.
    func weighIrony(_ tokens: [EnglishToken], _ values: inout [Double]) {
        for index in tokens.indices where values[index] > 0 && model.ironies.contains(tokens[index].lower) {
            let rest =
                (index + 1)..<(tokens[index...].firstIndex { $0.sentence != tokens[index].sentence } ?? tokens.count)
            let sum = rest.reduce(0) { $0 + values[$1] }
            if sum <= Weights.bad { values[index] *= Weights.ironic }
        }
    }

    /// Who asks whether it is good does not say that it is.
    func weighQuestions(_ tokens: [EnglishToken], _ values: inout [Double]) {
        var last: Int?
        for index in tokens.indices where split.questions[tokens[index].sentence] {
            if values[index] > 0 { values[index] *= Weights.askedGood }
            if tokens[index].sentence != last { values[index] += Weights.asked }
            last = tokens[index].sentence
        }
    }
}
