// SPDX-License-Identifier: Apache-2.0
import JapaneseWords
import Testing

@Suite struct `Japanese words` {
    private func split(_ text: String) throws -> [(surface: String, form: String, kind: Word.Kind)] {
        let splitter = try WordSplitter(WordDictionary())
        var list = WordList()
        let bytes = Array(text.utf8)
        splitter.split(Array("前の文。".utf8), into: &list)
        splitter.split(bytes, into: &list)
        return list.words.map { word in
            (
                String(decoding: bytes[Int(word.start)..<Int(word.end)], as: UTF8.self),
                String(decoding: list.forms[Int(word.formStart)..<Int(word.formEnd)], as: UTF8.self),
                word.kind
            )
        }
    }

    @Test func `a text comes apart into words with their dictionary forms`() throws {
        let words = try split("電話がつながりませんでした。")
        #expect(words.map(\.surface) == ["電話", "が", "つながり", "ませ", "ん", "でし", "た", "。"])
        #expect(words.map(\.form) == ["電話", "が", "つながる", "ます", "ん", "です", "た", "。"])
        #expect(
            words.map(\.kind) == [.noun, .particle, .verb, .auxiliary, .auxiliary, .auxiliary, .auxiliary, .stop]
        )
    }

    @Test func `a word that no dictionary has keeps its own form`() throws {
        let words = try split("Qzxwのに")
        #expect(words.first?.form == "Qzxw")
        #expect(words.last?.kind == .conjunctiveParticle)
    }

    @Test(arguments: ["", " ", "\u{0}", "a\u{0}b", "🙂🙂", String(repeating: "あ", count: 40_000)])
    func `no text is too strange`(_ text: String) throws {
        let words = try split(text)
        #expect(words.map(\.surface).joined().utf8.count <= text.utf8.count)
    }

    @Test func `bytes that are no text do no harm`() throws {
        let splitter = try WordSplitter(WordDictionary())
        var list = WordList()
        for start in 0..<200 {
            let bytes = (0..<97).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ start &* 191 &+ $0 &* $0) }
            splitter.split(bytes, into: &list)
            #expect(list.words.allSatisfy { $0.start <= $0.end && Int($0.end) <= bytes.count })
        }
    }

    @Test func `a folder without dictionary is told with what to do`() {
        #expect {
            try WordDictionary(folder: "/nonexistent")
        } throws: { error in
            let error = error as? WordDictionaryError
            return error?.code == .missing && error?.message.contains("mecab-ipadic-utf8") == true
        }
    }
}
