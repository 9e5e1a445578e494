// SPDX-License-Identifier: Apache-2.0

/// Terms with what they are worth.
struct Lexicon: Sendable {
    struct Entry: Sendable {
        /// −4 … +4
        var value: Double
        /// Place in the list of emotions; nil: none.
        var emotion: Int?
        var isWished = false
    }

    private(set) var table: TermTable
    private(set) var entries: [Entry] = []
    private var terms: [[UInt8]] = []

    init(capacity: Int = 16) { table = TermTable(capacity: capacity) }

    /// The entry of a hash.
    func entry(_ hash: UInt64) -> Entry? { table.term(hash).map { entries[$0] } }

    /// Adds a file's terms; those that are there get its values, and its emotions where it has one.
    mutating func add(_ file: LexiconFile, emotions: [String], _ problems: inout [SentimentProblem]) {
        var seen: Set<[UInt8]> = []
        /// How many lines name an emotion that there is not, with the first of them.
        var unknown: [String: (line: Int, count: Int)] = [:]
        for line in file.lines {
            guard let value = line.number(0), (-4...4).contains(value) else {
                let found = line.fields.first ?? ""
                problems.append(
                    SentimentProblem(
                        file: file.name,
                        line: line.number,
                        "expected a value between −4 and 4, found “\(found)”"
                    )
                )
                continue
            }
            var emotion: Int?
            if line.fields.count > 1, !line.fields[1].isEmpty {
                emotion = emotions.firstIndex { $0 == line.fields[1] }
                if emotion == nil { unknown[String(line.fields[1]), default: (line.number, 0)].count += 1 }
            }
            let term = line.term.map(Self.lowered)
            let at = table.insert(term: term, entries.count)
            if at == entries.count {
                entries.append(Entry(value: value, emotion: emotion))
                terms.append(term)
            } else if terms[at] == term {
                entries[at] = Entry(value: value, emotion: emotion ?? entries[at].emotion)
            } else {
                problems.append(SentimentProblem(file: file.name, line: line.number, "shares its hash with another"))
            }
            if !seen.insert(term).inserted {
                problems.append(SentimentProblem(file: file.name, line: line.number, "this term was there before"))
            }
        }
        for (name, place) in unknown.sorted(by: { $0.value.line < $1.value.line }) {
            let lines = place.count == 1 ? "" : " in \(place.count) lines"
            let what = "unknown emotion “\(name)”\(lines); known are \(emotions.joined(separator: ", "))"
            problems.append(SentimentProblem(file: file.name, line: place.line, what))
        }
    }

    /// Marks the terms that can be wished.
    mutating func wish(_ words: [String]) {
        for word in words {
            if let at = table.term(TermHash(word).value) { entries[at].isWished = true }
        }
    }

    static func lowered(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
}
