// SPDX-License-Identifier: Apache-2.0

/// A word of an English text, or a phrase that means something as a whole.
struct EnglishToken {
    /// In lower case; of a phrase, its words with spaces between.
    var lower: String
    var isShouted: Bool
    /// Of the lexicon; nil: not in it, or worth nothing.
    var value: Double?
    /// Place in the list of emotions.
    var emotion: Int?
    /// Counted from the text's beginning.
    var sentence: Int
    /// A comma follows.
    var endsClause = false
    /// What follows is only wished.
    var isWish = false
}

/// Splits English texts: into words by VADER's rules, then words into phrases, the longest first.
struct EnglishTokens {
    /// The longest phrase, in words.
    private static let phraseMax = 7

    /// Not yet looked up in the lexicon.
    private(set) var words: [EnglishToken] = []
    private(set) var tokens: [EnglishToken] = []
    /// Of the sentences: whether each is a question.
    private(set) var questions: [Bool] = []

    mutating func read(_ text: String, _ model: EnglishModel) {
        words.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
        questions.removeAll(keepingCapacity: true)
        splitWords(Self.parted(Self.spelledOut(text, model.emoji)), model)
        joinPhrases(model)
    }

    /// Emoji as their names; one kind of apostrophe.
    private static func spelledOut(_ text: String, _ emoji: [UInt32: String]) -> String {
        guard text.utf8.contains(where: { $0 > 0x7f }) else { return text }
        var out = String.UnicodeScalarView()
        var isAfterSpace = true
        for scalar in text.unicodeScalars {
            if let name = emoji[scalar.value] {
                if !isAfterSpace { out.append(" ") }
                out.append(contentsOf: name.unicodeScalars)
                out.append(" ")
                isAfterSpace = true
            } else if scalar.value == 0xfe0f {
                // Says how an emoji is drawn.
                continue
            } else {
                out.append(scalar.value == 0x2019 || scalar.value == 0x2018 ? "'" : scalar)
                isAfterSpace = scalar == " "
            }
        }
        return String(out)
    }

    /// With a space after marks between letters (good!Thanks, hold...really), and without addresses.
    private static func parted(_ text: String) -> String {
        let source = Array(text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count + 16)
        var (mark, run) = (UInt8(0), 0)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if let end = Address.end(source, index) {
                index = end
                run = 0
                continue
            }
            index += 1
            let isMark = byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: ",")
            if isMark || byte == UInt8(ascii: ".") {
                mark = byte
                run += 1
            } else {
                let isLetter = (97...122).contains(Lexicon.lowered(byte))
                if run > (mark == UInt8(ascii: ".") ? 1 : 0), isLetter, bytes.count > run,
                    isWord(bytes[bytes.count - run - 1])
                {
                    bytes.append(0x20)
                }
                run = 0
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Letters that are drawn out, said twice or once: gooood, sooo.
    private static func shortened(_ word: String, _ model: EnglishModel) -> String {
        var (last, run, longest) = (UInt8(0), 0, 0)
        for byte in word.utf8 {
            run = byte == last ? run + 1 : 1
            last = byte
            if (97...122).contains(byte) { longest = max(longest, run) }
        }
        guard longest > 2 else { return word }
        for times in [2, 1] {
            var out: [UInt8] = []
            for byte in word.utf8 where !(out.count >= times && out.suffix(times).allSatisfy({ $0 == byte })) {
                out.append(byte)
            }
            let short = String(decoding: out, as: UTF8.self)
            if model.words.entry(TermHash(short).value) != nil || model.boosters[short] != nil { return short }
        }
        return word
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (97...122).contains(Lexicon.lowered(byte)) || (48...57).contains(byte)
    }

    private mutating func splitWords(_ text: String, _ model: EnglishModel) {
        var isNew = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if isNew {
                questions.append(false)
                isNew = false
            }
            var bare = word
            while let first = bare.utf8.first, Self.isPunctuation(first) { bare.removeFirst() }
            var comma = false
            while let last = bare.utf8.last, Self.isPunctuation(last) {
                switch last {
                case UInt8(ascii: "?"):
                    questions[questions.count - 1] = true
                    isNew = true
                case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: ";"): isNew = true
                case UInt8(ascii: ","): comma = true
                default: break
                }
                bare.removeLast()
            }
            // What is left of an emoticon is no word.
            let kept = String(bare.unicodeScalars.count <= 2 && !isNew && !comma ? word : bare)
            let text = bare.isEmpty ? String(word) : kept
            let written = text.lowercased()
            let lower = model.contractions[written] ?? Self.shortened(written, model)
            words.append(
                EnglishToken(
                    lower: lower,
                    isShouted: written != text && text.uppercased() == text,
                    sentence: questions.count - 1,
                    endsClause: comma
                )
            )
        }
    }

    private mutating func joinPhrases(_ model: EnglishModel) {
        var index = 0
        while index < words.count {
            var hash = TermHash()
            var best: (end: Int, entry: Lexicon.Entry)?
            var cursor = index
            while cursor < words.count, cursor - index < Self.phraseMax,
                words[cursor].sentence == words[index].sentence
            {
                if cursor > index { hash.add(UInt8(ascii: " ")) }
                for byte in words[cursor].lower.utf8 { hash.add(byte) }
                let found = model.words.table[hash.value]
                if found == .nothing { break }
                if case .term(let at) = found { best = (cursor + 1, model.words.entries[at]) }
                cursor += 1
            }
            append(index..<(best?.end ?? index + 1), best?.entry)
            index = best?.end ?? index + 1
        }
    }

    private mutating func append(_ range: Range<Int>, _ entry: Lexicon.Entry?) {
        var token = words[range.lowerBound]
        if range.count > 1 {
            token.lower = words[range].map(\.lower).joined(separator: " ")
            token.isShouted = words[range].allSatisfy { $0.isShouted }
            token.endsClause = words[range.upperBound - 1].endsClause
        }
        token.value = entry.flatMap { $0.value == 0 ? nil : $0.value }
        token.emotion = entry?.emotion
        token.isWish = entry?.isWished ?? false
        tokens.append(token)
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        (33...47).contains(byte) || (58...64).contains(byte) || (91...96).contains(byte) || (123...126).contains(byte)
    }
}
