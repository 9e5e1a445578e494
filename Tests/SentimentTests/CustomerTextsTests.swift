// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import JapaneseWords
import Sentiment
import Testing

/// What customers might write, each with its polarity, and what it is about: `Texts`.
///
/// The odd ones were looked at while the rules were made, the even ones held back.
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

/// The least part of the texts that is read well, as measured and rounded down.
private struct Bound: CustomTestStringConvertible {
    var file: String
    /// Of the polar ones, and of the bad ones among them.
    var looked: (right: Double, found: Double) = (0.95, 0.95)
    var heldBack: (right: Double, found: Double)
    /// Of the topics that are given, and of those that are meant.
    var topics: (right: Double, found: Double)

    var testDescription: String { file }

    static let all = [
        Bound(file: "japanese", heldBack: (0.94, 0.95), topics: (0.75, 0.95)),
        Bound(file: "english", heldBack: (0.9, 0.85), topics: (0.75, 0.9)),
        Bound(file: "japanese-kinds", heldBack: (0.86, 0.78), topics: (0.8, 0.8)),
        Bound(file: "english-kinds", heldBack: (0.6, 0.65), topics: (0.8, 0.6)),
        Bound(file: "japanese-shop", looked: (0.9, 0.9), heldBack: (0.86, 0.9), topics: (0.72, 0.65)),
        Bound(file: "english-shop", looked: (0.84, 0.88), heldBack: (0.7, 0.65), topics: (0.75, 0.6)),
    ]
}

@Suite struct `What customers write` {
    @Test(arguments: Bound.all)
    private func `is told good from bad`(_ bound: Bound) throws {
        let reader = try TextReader(model.get(), WordDictionary())
        let texts = try CustomerText.all(bound.file)
        for (half, least) in [bound.looked, bound.heldBack].enumerated() {
            let polar = texts.enumerated().filter { $0.offset % 2 == half && $0.element.polarity != 0 }.map(\.element)
            let scores = try polar.map { try #require(reader.read($0.text)).score }
            let right = zip(polar, scores).count { Double($0.polarity) * $1 > 0 }
            let bad = zip(polar, scores).filter { $0.0.polarity < 0 }
            let found = bad.count { $0.1 < 0 }
            #expect(Double(right) >= least.right * Double(polar.count), "\(right) of \(polar.count)")
            #expect(Double(found) >= least.found * Double(bad.count), "\(found) of \(bad.count) bad ones")
        }
    }

    @Test(arguments: Bound.all)
    private func `is known by what it is about`(_ bound: Bound) throws {
        let reader = try TextReader(model.get(), WordDictionary())
        var (hits, found, wanted) = (0, 0, 0)
        for text in try CustomerText.all(bound.file) {
            let topics = Set(try #require(reader.read(text.text)).topics.map(\.topic))
            hits += topics.intersection(text.topics).count
            found += topics.count
            wanted += text.topics.count
        }
        #expect(Double(hits) >= bound.topics.right * Double(found), "\(hits) of \(found) are right")
        #expect(Double(hits) >= bound.topics.found * Double(wanted), "\(hits) of \(wanted) are found")
    }
}
