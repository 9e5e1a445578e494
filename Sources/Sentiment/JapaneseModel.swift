// SPDX-License-Identifier: Apache-2.0

/// What Japanese texts are read by, ready to use.
struct JapaneseModel: Sendable {
    /// What a word does to others.
    struct Role: OptionSet, Sendable {
        let rawValue: UInt32

        static let negation = Role(rawValue: 1)
        static let contrast = Role(rawValue: 2)
        static let regret = Role(rawValue: 4)
        static let reservation = Role(rawValue: 8)
        static let excess = Role(rawValue: 16)
        static let condition = Role(rawValue: 32)
        static let request = Role(rawValue: 64)
        static let relief = Role(rawValue: 128)
        static let lightVerb = Role(rawValue: 256)
        static let ability = Role(rawValue: 512)
        static let intensifier = Role(rawValue: 1024)
        /// A particle between a thing and what is said of it.
        static let topicParticle = Role(rawValue: 2048)
        /// Joins a word to the negation that follows.
        static let link = Role(rawValue: 4096)
        /// The verb endings ます, れる, られる …, which come between a verb and its negation.
        static let ending = Role(rawValue: 8192)
        /// たい
        static let desire = Role(rawValue: 16384)
        static let sentenceEnd = Role(rawValue: 32768)
        /// What can be needed, or not.
        static let need = Role(rawValue: 65536)
        /// Nouns that stand for what is said before them, as こと does: 壊れる気配がない.
        static let formalNoun = Role(rawValue: 1 << 17)
        /// After て: somebody else should do it.
        static let wish = Role(rawValue: 1 << 18)
        /// しまう
        static let unwanted = Role(rawValue: 1 << 19)
        /// After て: somebody did it for the writer.
        static let favour = Role(rawValue: 1 << 20)
        /// What was good before it is gone: 信頼を失う.
        static let loss = Role(rawValue: 1 << 21)
        /// こんなに
        static let extent = Role(rawValue: 1 << 22)
    }

    struct Function: Sendable {
        var role: Role
        var factor: Double
    }

    struct Gram: Sendable {
        /// How rare it is.
        var idf: Double
        /// idf × the weight of a linear classifier.
        var product: Double
    }

    var words: Lexicon
    var signs: Lexicon
    /// Bytes that signs begin with.
    var signStarts = [Bool](repeating: false, count: 256)
    var functions = TermTable()
    var roles: [Function] = []
    var grams: [Gram] = []
    var gramTable = TermTable(capacity: 16_384)
    var abilityEndings: [[UInt8]]

    init(_ sources: SentimentSources, _ problems: inout [SentimentProblem]) {
        let rules = sources.rules.japanese
        words = Lexicon(capacity: 120_000)
        signs = Lexicon(capacity: 1024)
        abilityEndings = rules.abilityEndings.map { Array($0.utf8) }
        for name in ["emotions", "words", "service"] {
            let columns = name == "words" ? ["term", "value"] : ["term", "value", "emotion"]
            let file = sources.file("lexicons/japanese-\(name).tsv", columns: columns, optional: 1, &problems)
            words.add(file, emotions: sources.emotions.map(\.name), &problems)
        }
        words.wish(rules.wished)
        for name in ["japanese-signs", "signs"] {
            let columns = ["sign", "value", "emotion"]
            let file = sources.file("lexicons/\(name).tsv", columns: columns, optional: 1, &problems)
            signs.add(file, emotions: sources.emotions.map(\.name), &problems)
            for line in file.lines { signStarts[Int(Lexicon.lowered(line.term[0]))] = true }
        }
        addGrams(
            sources.file("lexicons/japanese-ngrams.tsv", columns: ["ngram", "idf", "weight"], &problems),
            &problems
        )
        addFunctions(rules)
    }

    private mutating func addGrams(_ file: LexiconFile, _ problems: inout [SentimentProblem]) {
        for line in file.lines {
            guard let idf = line.number(0), let weight = line.number(1), idf > 0 else {
                problems.append(
                    SentimentProblem(file: file.name, line: line.number, "expected two numbers, idf and weight")
                )
                continue
            }
            let parts = line.term.map(Lexicon.lowered).split(separator: UInt8(ascii: " "))
            var hash: UInt64?
            for part in parts {
                var next = TermHash()
                for byte in part { next.add(byte) }
                hash = hash.map { TermHash.pair($0, next.value) } ?? next.value
            }
            guard let hash, parts.count <= 2 else {
                problems.append(SentimentProblem(file: file.name, line: line.number, "expected one or two words"))
                continue
            }
            if gramTable.insert(hash, grams.count) == grams.count {
                grams.append(Gram(idf: idf, product: idf * weight))
            }
        }
    }

    private mutating func addFunctions(_ rules: SentimentRules.Japanese) {
        add(rules.negations, .negation)
        for (word, factor) in rules.intensifiers.sorted(by: { $0.key < $1.key }) { add([word], .intensifier, factor) }
        add(rules.contrasts, .contrast)
        add(rules.regrets, .regret)
        add(rules.reservations, .reservation)
        add(rules.excesses, .excess)
        add(rules.conditions, .condition)
        add(rules.requests, .request)
        add(rules.reliefs, .relief)
        add(rules.lightVerbs, .lightVerb)
        add(rules.abilities, .ability)
        // Grammar, not opinion: the same for everybody.
        add(["が", "も", "は", "を", "の", "に"], .topicParticle)
        add(["て", "で", "ちゃ", "ば"], .link)
        add(["ます", "れる", "られる", "せる", "て", "いる", "は", "も"], .ending)
        add(["たい"], .desire)
        add(["いる", "要る", "必要"], .need)
        add(["気配", "様子", "要素", "感じ", "気", "恐れ", "おそれ", "兆候", "兆し", "印象"], .formalNoun)
        add(["欲しい", "ほしい", "ください", "下さい"], .wish)
        add(["しまう", "ちゃう", "じゃう"], .unwanted)
        add(["くれる", "くださる", "下さる", "いただく", "頂く", "もらえる", "いただける", "頂ける"], .favour)
        add(["なくす", "無くす", "失くす", "失う", "欠く", "欠ける", "損なう", "損ねる", "疑う"], .loss)
        add(["こんなに", "これほど", "ここまで", "そこまで"], .extent)
        add(["。", "！", "？", "!", "?", "♪", "☆", "★", "…"], .sentenceEnd)
    }

    private mutating func add(_ words: [String], _ role: Role, _ factor: Double = 1) {
        for word in words {
            let at = functions.insert(TermHash(word).value, roles.count)
            if at == roles.count { roles.append(Function(role: [], factor: 1)) }
            roles[at].role.insert(role)
            if role == .intensifier { roles[at].factor = factor }
        }
    }

    func function(_ hash: UInt64) -> Function? { functions.term(hash).map { roles[$0] } }
}

extension SentimentSources {
    /// A lexicon's lines; none when it is absent.
    func file(
        _ name: String,
        columns: [String],
        optional: Int = 0,
        _ problems: inout [SentimentProblem]
    ) -> LexiconFile {
        LexiconFile(name, files[name] ?? [], columns: columns, optional: optional, &problems)
    }
}
