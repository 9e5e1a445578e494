// SPDX-License-Identifier: Apache-2.0

/// What English texts are read by, ready to use. Keys are words in lower case.
struct EnglishModel: Sendable {
    var words: Lexicon
    var negations: Set<String>
    var boosters: [String: Double]
    var idioms: [String: Double]
    var openings: Set<String>
    var expected: Set<String>
    var inabilities: Set<String>
    var contrasts: Set<String>
    var excesses: Set<String>
    var reliefs: Set<String>
    var ironies: Set<String>
    /// Negations as they should be written, by how they are without the apostrophe.
    var contractions: [String: String] = [:]
    /// Place in the list of emotions, by word.
    var emotions: [String: Int] = [:]
    /// Names of emoji, which are read as words; those of which we know what they say stand for themselves.
    var emoji: [UInt32: String] = [:]

    init(_ sources: SentimentSources, _ problems: inout [SentimentProblem]) {
        let rules = sources.rules.english
        words = Lexicon(capacity: 40_000)
        words.add(
            sources.file("lexicons/english-words.tsv", columns: ["term", "value"], &problems),
            emotions: [],
            &problems
        )
        words.add(
            sources.file(
                "lexicons/english-service.tsv",
                columns: ["term", "value", "emotion"],
                optional: 1,
                &problems
            ),
            emotions: sources.emotions.map(\.name),
            &problems
        )
        words.wish(rules.wishes)
        openings = Set(rules.openings)
        expected = Set(rules.expected)
        inabilities = Set(rules.inabilities)
        contrasts = Set(rules.contrasts)
        excesses = Set(rules.excesses)
        reliefs = Set(rules.reliefs)
        ironies = Set(rules.ironies)
        negations = Set(rules.negations)
        for word in rules.negations where word.contains("n't") {
            contractions[word.split(separator: "'").joined()] = word
        }
        boosters = rules.boosters
        idioms = rules.idioms
        for (emotion, words) in rules.emotions.sorted(by: { $0.key < $1.key }) {
            guard let place = sources.emotions.firstIndex(where: { $0.name == emotion }) else {
                problems.append(
                    SentimentProblem(
                        path: "english.emotions.\(emotion)",
                        "unknown emotion; known are \(sources.emotions.map(\.name).joined(separator: ", "))"
                    )
                )
                continue
            }
            for word in words { emotions[word] = place }
        }
        for line in sources.file("lexicons/emoji-names.tsv", columns: ["sign", "name"], &problems).lines {
            let scalars = String(decoding: line.term, as: UTF8.self).unicodeScalars
            if scalars.count == 1, let scalar = scalars.first { emoji[scalar.value] = String(line.fields[0]) }
        }
        var told: [SentimentProblem] = []  // The other reader tells what is wrong with this file.
        let signs = sources.file("lexicons/signs.tsv", columns: ["sign", "value", "emotion"], optional: 1, &told)
        words.add(signs, emotions: sources.emotions.map(\.name), &told)
        for line in signs.lines {
            let sign = String(decoding: line.term, as: UTF8.self)
            if sign.unicodeScalars.count == 1, let scalar = sign.unicodeScalars.first { emoji[scalar.value] = sign }
        }
        for (word, value) in boosters where !(-4...4).contains(value) {
            problems.append(SentimentProblem(path: "english.boosters.\(word)", "expected a value between −4 and 4"))
        }
        for (word, value) in idioms where !(-4...4).contains(value) {
            problems.append(SentimentProblem(path: "english.idioms.\(word)", "expected a value between −4 and 4"))
        }
    }
}
