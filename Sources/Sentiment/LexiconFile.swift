// SPDX-License-Identifier: Apache-2.0

/// The lines of a lexicon: fields between tabs, after comments (`#`) and one line of column names.
struct LexiconFile {
    /// One term.
    struct Line {
        var number: Int
        var term: [UInt8]
        /// Of the columns after the term.
        var fields: [Substring]

        func number(_ column: Int) -> Double? {
            column < fields.count ? Double(fields[column]).flatMap { $0.isFinite ? $0 : nil } : nil
        }
    }

    let name: String
    private(set) var lines: [Line] = []

    /// - Parameters:
    ///   - name: of the file, for problems.
    ///   - columns: the names that the columns must have.
    ///   - optional: how many of the last may be absent.
    init(
        _ name: String,
        _ bytes: [UInt8],
        columns: [String],
        optional: Int = 0,
        _ problems: inout [SentimentProblem]
    ) {
        self.name = name
        var number = 0
        var hasNames = false
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty || (!hasNames && line.first == UInt8(ascii: "#")) { continue }
            if !hasNames {
                hasNames = true
                let names = String(decoding: line, as: UTF8.self).split(separator: "\t").map(String.init)
                if names != columns {
                    let wanted = columns.joined(separator: ", ")
                    problems.append(SentimentProblem(file: name, line: number, "expected the columns \(wanted)"))
                    return
                }
                continue
            }
            guard let tab = line.firstIndex(of: UInt8(ascii: "\t")), tab > line.startIndex else {
                problems.append(SentimentProblem(file: name, line: number, "expected a term, a tab and a value"))
                continue
            }
            let rest = String(decoding: line[(tab + 1)...], as: UTF8.self)
            let fields = rest.split(separator: "\t", omittingEmptySubsequences: false)
            if fields.count + 1 < columns.count - optional || fields.count + 1 > columns.count {
                let wanted = "expected \(columns.count) fields, found \(fields.count + 1)"
                problems.append(SentimentProblem(file: name, line: number, wanted))
                continue
            }
            lines.append(Line(number: number, term: Array(line[..<tab]), fields: fields))
        }
        if !hasNames { problems.append(SentimentProblem(file: name, line: 1, "expected lines of terms, found none")) }
    }
}

/// Something wrong with what texts are read by.
public struct SentimentProblem: Sendable, Equatable {
    /// `text.yaml`, `lexicons/english-words.tsv`
    public var file: String
    /// In a lexicon.
    public var line: Int?
    /// Of a key in `text.yaml`, as it is written: `topics[2].topic`.
    public var path: String?
    /// What was expected, and what was found.
    public var message: String

    init(file: String, line: Int, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    init(path: String, _ message: String) {
        file = SentimentSources.rulesFile
        self.path = path
        self.message = message
    }
}

/// Everything that is wrong, at once.
public struct InvalidSentiment: Error, Sendable {
    public var problems: [SentimentProblem]
}
