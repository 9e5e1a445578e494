// SPDX-License-Identifier: Apache-2.0
internal import JapaneseWords

extension JapaneseReader {
    /// 気, に and なる of “it does not trouble me”.
    private static let mind = TermHash("気").value
    private static let to = TermHash("に").value
    private static let become = TermHash("なる").value
    private static let na = TermHash("な").value
    private static let no = TermHash("の").value
    private static let ka = TermHash("か").value
    private static let noNi = TermHash("のに").value
    private static let think = TermHash("思う").value
    private static let masu = TermHash("ます").value
    private static let ta = TermHash("た").value
    private static let seru = TermHash("せる").value
    private static let saseru = TermHash("させる").value

    /// A term's value with what stands around it.
    mutating func value(_ value: Double, of term: Range<Int>, isWished: Bool, in sentence: Range<Int>) -> Double {
        var value = value
        for index in max(sentence.lowerBound, term.lowerBound - 3)..<term.lowerBound
        where units[index].has(.intensifier) {
            value *= units[index].factor
        }
        let isNegated = isNegated(after: term.upperBound, in: sentence)
        if isNegated { value *= value > 0 ? JapaneseWeights.notGood : JapaneseWeights.notBad }
        if value < 0, !isNegated, isRelieved(after: term.upperBound, in: sentence) { value *= JapaneseWeights.relieved }
        if value > 0, !isNegated, isLost(after: term.upperBound, in: sentence) { value *= JapaneseWeights.notGood }
        if value > 0, !isNegated, isWished, term.lowerBound > sentence.lowerBound,
            units[term.lowerBound - 1].has(.condition), !units[term.lowerBound - 1].isCovered
        {
            value = JapaneseWeights.wished
        } else if value > 0, !isNegated, isWanted(after: term.upperBound, in: sentence) {
            value = JapaneseWeights.wanted
        }
        if term.upperBound < sentence.upperBound, units[term.upperBound].has(.excess) {
            let stays = value >= JapaneseWeights.good || value < 0
            value = stays ? value * JapaneseWeights.tooMuch : JapaneseWeights.tooMuchOfLittle
        }
        return value
    }

    /// It should be so: 丁寧に対応してほしい, きれいにしてください.
    private func isWanted(after end: Int, in sentence: Range<Int>) -> Bool {
        for index in end..<max(end, min(sentence.upperBound - 1, end + 6)) {
            let unit = units[index]
            if unit.kind == .mark || unit.kind == .stop { return false }
            guard unit.kind == .conjunctiveParticle else { continue }
            if !unit.has(.link) { return false }
            if units[index + 1].has(.wish) { return true }
        }
        return false
    }

    /// Negations that follow, up to the next word with a meaning of its own; two make none.
    private mutating func isNegated(after end: Int, in sentence: Range<Int>) -> Bool {
        var isNegated = false
        for index in end..<max(end, min(sentence.upperBound, end + 7)) {
            let unit = units[index]
            if unit.isCovered, !(unit.kind == .adjective && unit.has(.negation)) { break }
            if isSurprise(index, end, in: sentence) { break }
            if unit.negates {
                isNegated.toggle()
                units[index].isSpent = true
            } else if unit.isContent || unit.kind == .mark || unit.kind == .stop {
                break
            } else if unit.kind == .conjunctiveParticle, !unit.has(.link) {
                break
            }
        }
        return isNegated
    }

    /// こんなに早いと思わなかった: it is so, and nobody had thought it.
    private mutating func isSurprise(_ index: Int, _ end: Int, in sentence: Range<Int>) -> Bool {
        guard units[index].form == Self.think,
            units[sentence.lowerBound..<end].contains(where: { $0.has(.extent) }),
            let negation = units[index..<min(sentence.upperBound, index + 4)].firstIndex(where: { $0.negates })
        else { return false }
        units[negation].isSpent = true
        return true
    }

    /// What is bad is less, gone, needed no more, or troubles nobody; so is what it is said of (面倒な登録がいらない).
    private func isRelieved(after end: Int, in sentence: Range<Int>) -> Bool {
        var index = end
        while index < sentence.upperBound, index < end + 3, units[index].has(.topicParticle) { index += 1 }
        guard index < sentence.upperBound else { return false }
        if units[index].has(.relief) || isNeedless(index, in: sentence) { return true }
        if index + 3 < sentence.upperBound, units[index].surface == Self.mind, units[index + 1].surface == Self.to,
            units[index + 2].form == Self.become
        {
            return units[(index + 3)..<min(sentence.upperBound, index + 6)].contains { $0.negates }
        }
        return isThingGone(after: end, in: sentence)
    }

    /// な, between a property and what has it.
    func isAttributive(_ index: Int) -> Bool { units[index].surface == Self.na }

    /// 信頼を失った
    private func isLost(after end: Int, in sentence: Range<Int>) -> Bool {
        guard end + 1 < sentence.upperBound, units[end].has(.topicParticle) else { return false }
        return units[end + 1].has(.loss)
    }

    /// いらない, 必要ない
    private func isNeedless(_ index: Int, in sentence: Range<Int>) -> Bool {
        guard units[index].has(.need) else { return false }
        var next = index + 1
        while next < sentence.upperBound, next < index + 3, units[next].has(.topicParticle) || units[next].has(.ending)
        {
            next += 1
        }
        return next < sentence.upperBound && units[next].negates
    }

    /// A noun follows, and it is not there, or not needed.
    private func isThingGone(after end: Int, in sentence: Range<Int>) -> Bool {
        var index = end
        if index < sentence.upperBound, units[index].surface == Self.na || units[index].surface == Self.no {
            index += 1
        }
        let first = index
        while index < sentence.upperBound, index < first + 3, units[index].kind == .noun || units[index].kind == .suffix
        {
            index += 1
        }
        guard index > first, index < sentence.upperBound, units[index].has(.topicParticle) else { return false }
        while index < sentence.upperBound, units[index].has(.topicParticle) { index += 1 }
        guard index < sentence.upperBound else { return false }
        return units[index].has(.relief) || isNeedless(index, in: sentence)
            || (units[index].negates && units[index].kind == .adjective)
    }

    /// What the grammar says where no term does.
    mutating func findGrammar(_ sentence: Range<Int>, _ forms: [UInt8]) {
        for index in sentence where !units[index].isCovered {
            if units[index].kind == .verb || units[index].kind == .smallVerb {
                findUndone(index, sentence, forms)
                findFavour(index, sentence)
            } else if units[index].has(.desire), units[index].kind == .auxiliary {
                let asks = index > sentence.lowerBound && units[index - 1].has(.request)
                let after = (index + 1)..<max(index + 1, min(sentence.upperBound, index + 4))
                let isNot = units[after].contains { $0.negates }
                let value =
                    isNot
                    ? JapaneseWeights.undesired : asks ? JapaneseWeights.request : JapaneseWeights.desire
                evidence.append(Evidence(place: index, value: value, emotion: nil))
            } else if units[index].has(.unwanted), index > sentence.lowerBound, !units[index - 1].isCovered {
                evidence.append(Evidence(place: index, value: JapaneseWeights.unwanted, emotion: nil))
            } else if units[index].negates, !units[index].isSpent, units[index].kind == .adjective,
                index > sentence.lowerBound,
                units[index - 1].has(.topicParticle), !units[index - 1].isCovered
            {
                let before = index - 2
                if before >= sentence.lowerBound, units[before].kind == .noun, !units[before].isCovered {
                    evidence.append(Evidence(place: index, value: JapaneseWeights.notThere, emotion: nil))
                }
            }
        }
        weighTail(sentence)
        if let first = sentence.first, opensReservation(first) {
            evidence.append(Evidence(place: first, value: JapaneseWeights.reservation, emotion: nil))
        }
    }

    /// A sentence that ends in が or けど says the rest between the lines.
    private mutating func weighTail(_ sentence: Range<Int>) {
        guard let last = sentence.last(where: { units[$0].kind != .stop && units[$0].kind != .mark }),
            last > sentence.lowerBound, units[last].has(.contrast), !units[last].isCovered,
            units[last].kind == .conjunctiveParticle || units[last].kind == .particle, !units[last].has(.regret)
        else { return }
        for piece in evidence.indices where evidence[piece].value > 0 {
            evidence[piece].value *= JapaneseWeights.beforeNothing
        }
        evidence.append(Evidence(place: last, value: JapaneseWeights.unsaid, emotion: nil))
    }

    /// しかし, ただ
    func opensReservation(_ first: Int) -> Bool {
        guard units[first].has(.reservation) else { return false }
        switch units[first].kind {
        case .conjunction, .particle, .conjunctiveParticle, .adverb: return true
        default: return false
        }
    }

    private mutating func findUndone(_ index: Int, _ sentence: Range<Int>, _ forms: [UInt8]) {
        var next = index + 1
        while next < sentence.upperBound, units[next].has(.ending) { next += 1 }
        guard next < sentence.upperBound, !units[next].isCovered, !units[next].isSpent, units[next].kind == .auxiliary,
            units[next].negates
        else { return }
        let unit = units[index]
        let form = forms[unit.formStart..<unit.formEnd]
        let isAbility = unit.has(.ability) || model.abilityEndings.contains { Self.ends(form, with: $0) }
        let value = JapaneseWeights.notDone * (isAbility ? JapaneseWeights.cannot : 1)
        evidence.append(Evidence(place: index, value: value, emotion: nil))
    }

    /// Somebody did it for the writer: 教えてくれました. 購入させていただきました is only polite.
    private mutating func findFavour(_ index: Int, _ sentence: Range<Int>) {
        guard units[index].has(.favour), index > sentence.lowerBound + 1, units[index - 1].has(.link),
            units[index - 2].form != Self.seru, units[index - 2].form != Self.saseru
        else { return }
        var next = index + 1
        if next < sentence.upperBound, units[next].form == Self.masu { next += 1 }
        guard next < sentence.upperBound, units[next].surface == Self.ta else { return }
        evidence.append(Evidence(place: index, value: JapaneseWeights.favour, emotion: nil))
    }

    private static func ends(_ form: ArraySlice<UInt8>, with ending: [UInt8]) -> Bool {
        guard form.count >= ending.count else { return false }
        for offset in ending.indices where form[form.endIndex - ending.count + offset] != ending[offset] {
            return false
        }
        return true
    }

    /// What comes after が, けど and のに counts more than what came before.
    mutating func weighClauses(_ sentence: Range<Int>) {
        let lastContent = sentence.last { units[$0].isContent } ?? sentence.lowerBound
        for index in sentence where index < lastContent {
            let unit = units[index]
            guard unit.kind == .conjunctiveParticle, unit.has(.contrast), !unit.isCovered else { continue }
            let regrets = unit.has(.regret)
            for piece in evidence.indices {
                if evidence[piece].place < index {
                    let isHope = regrets && evidence[piece].value > 0
                    evidence[piece].value *= isHope ? JapaneseWeights.beforeRegret : JapaneseWeights.beforeContrast
                } else {
                    evidence[piece].value *= JapaneseWeights.afterContrast
                }
            }
            if regrets {
                // Not when it came out well: 閉店間際なのに、対応してくれた.
                let after = evidence.reduce(0) { $1.place > index ? $0 + $1.value : $0 }
                if after <= 0 {
                    evidence.append(Evidence(place: index, value: JapaneseWeights.regret, emotion: nil))
                }
            }
        }
        let end = sentence.upperBound
        if sentence.suffix(2).contains(where: { units[$0].surface == Self.noNi && $0 >= lastContent }) {
            evidence.append(Evidence(place: end - 1, value: JapaneseWeights.lastRegret, emotion: nil))
        }
    }

    /// Who asks whether it is good does not say that it is.
    mutating func weighQuestion(_ sentence: Range<Int>, _ text: [UInt8]) {
        let isQuestion =
            sentence.contains { isQuestionMark(text, units[$0].start) }
            || sentence.suffix(2).contains { units[$0].surface == Self.ka }
        guard isQuestion, let last = sentence.last else { return }
        asks = true
        for piece in evidence.indices {
            evidence[piece].value *= evidence[piece].value > 0 ? JapaneseWeights.askedGood : JapaneseWeights.askedBad
        }
        evidence.append(Evidence(place: last, value: JapaneseWeights.question, emotion: nil))
    }

    private func isQuestionMark(_ text: [UInt8], _ at: Int) -> Bool {
        if text[at] == UInt8(ascii: "?") { return true }
        return text[at] == 0xef && at + 2 < text.count && text[at + 1] == 0xbc && text[at + 2] == 0x9f
    }
}
