// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import JapaneseWords
import Sentiment
import Testing

/// What customers might write, each with its polarity, and what it is about: `Texts`. The odd ones were looked at while the
/// rules were made, the even ones held back.
private struct CustomerText {
    var polarity: Int
    var text: String
    var topics: Set<String>

    static func all(_ language: String) throws -> [CustomerText] {
        let url = try #require(Bundle.module.url(forResource: "Texts/\(language)", withExtension: "tsv"))
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(fields.count == 4 && ["+", "-", "0"].contains(fields[0]), "\(line)")
            return CustomerText(
                polarity: fields[0] == "+" ? 1 : fields[0] == "-" ? -1 : 0,
                text: String(fields[1]),
                topics: Set(fields[2].split(separator: ",").map(String.init))
            )
        }
    }
}

private let model = Result { try TabijiConfiguration.shipped().sentiment }

@Suite struct `What customers write` {
    @Test(arguments: ["japanese", "english"])
    func `is told good from bad`(_ language: String) throws {
        let reader = try TextReader(model.get(), WordDictionary())
        let texts = try CustomerText.all(language)
        for half in 0...1 {
            let polar = texts.enumerated().filter { $0.offset % 2 == half && $0.element.polarity != 0 }.map(\.element)
            let scores = try polar.map { try #require(reader.read($0.text)).score }
            let right = zip(polar, scores).count { Double($0.polarity) * $1 > 0 }
            let bad = zip(polar, scores).filter { $0.0.polarity < 0 }
            #expect(Double(right) >= 0.75 * Double(polar.count), "\(right) of \(polar.count)")
            #expect(Double(bad.count { $0.1 < 0 }) >= 0.65 * Double(bad.count))
        }
    }

    @Test(arguments: ["japanese", "english"])
    func `is known by what it is about`(_ language: String) throws {
        let reader = try TextReader(model.get(), WordDictionary())
        var (hits, found, wanted) = (0, 0, 0)
        for text in try CustomerText.all(language) {
            let topics = Set(try #require(reader.read(text.text)).topics.map(\.topic))
            hits += topics.intersection(text.topics).count
            found += topics.count
            wanted += text.topics.count
        }
        #expect(Double(hits) >= 0.75 * Double(found), "\(hits) of \(found) are right")
        #expect(Double(hits) >= 0.85 * Double(wanted), "\(hits) of \(wanted) are found")
    }
}
