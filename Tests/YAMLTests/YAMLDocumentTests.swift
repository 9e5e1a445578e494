// SPDX-License-Identifier: Apache-2.0
import Testing
import YAML

/// The mistakes of a text that cannot be read, as they are printed.
private func mistakes(_ text: String) -> String {
    do {
        _ = try YAMLDocument(parsing: text, source: "a.yaml")
        return ""
    } catch {
        return error.description
    }
}

@Suite struct `A YAML document` {
    @Test func `keeps the line and column of keys and values`() throws {
        let root = try YAMLDocument(parsing: "a: 1\nb:\n  - x\n  - {c: 旅, d: y}\n", source: "a.yaml").root
        #expect(root.entries?.map(\.key) == ["a", "b"])
        #expect(root["a"]?.mark == YAMLMark(source: "a.yaml", line: 1, column: 4))
        #expect(root.entries?[1].keyMark == YAMLMark(source: "a.yaml", line: 2, column: 1))
        let path = YAMLPath([.key("b"), .index(1), .key("d")])
        #expect(root.mark(at: path) == YAMLMark(source: "a.yaml", line: 4, column: 15))
        #expect(root.mark(at: path.appending(.key("missing"))) == root.mark(at: path))
        #expect(path.description == "b[1].d")
    }

    @Test func `is empty when its text is`() throws {
        for text in ["", "# only a remark\n", "---\n", "\n\n"] {
            #expect(try YAMLDocument(parsing: text, source: "a.yaml").root.entries?.isEmpty == true)
        }
    }

    @Test func `follows anchors`() throws {
        let root = try YAMLDocument(parsing: "a: &x [1, 2]\nb: *x\n", source: "a.yaml").root
        #expect(root["b"]?.elements?.compactMap { $0.scalar?.integer(Int.self) } == [1, 2])
    }

    @Test func `names every doubled key with both places`() {
        #expect(
            mistakes("a: 1\nb: {c: 1, c: 2}\na: 2\n") == """
                a.yaml:2:11: b.c: expected each key once, found “c” again (first on line 2)
                a.yaml:3:1: a: expected each key once, found “a” again (first on line 1)
                """
        )
    }

    @Test(arguments: [
        (
            "a: [1, 2\nb: 3\n",
            "a.yaml:2:2: expected YAML: did not find expected ',' or ']' while parsing a flow sequence, from line 1 on"
        ),
        ("a: *x\n", "a.yaml:1:4: a: expected a known anchor, found *x"),
        ("a: 1\n---\nb: 1\n", "a.yaml:2:1: expected one document, found another"),
        ("a: !!float 1\n", "a.yaml:1:4: a: expected no tag but !!str, found tag:yaml.org,2002:float"),
        ("[1]: 1\n", "a.yaml:1:1: expected a key of text"),
        (
            "a:\tb\n\tc: 1\n",
            "a.yaml:2:1: expected YAML: found a tab character that violates indentation while scanning a plain scalar, from line 1 on"
        ),
    ])
    func `says where its text is no YAML`(text: String, expected: String) {
        #expect(mistakes(text) == expected)
    }

    @Test func `says where bytes are no UTF-8`() {
        let found = #expect(throws: YAMLMistakes.self) {
            try YAMLDocument(parsing: [97, 58, 32, 98, 10, 99, 58, 32, 0xff, 10], source: "a.yaml")
        }
        #expect(found?.description.hasPrefix("a.yaml:2:4: expected UTF-8 text") == true)
    }

    @Test func `refuses what grows beyond all bounds by aliases`() {
        let lines = (1...9).map {
            "l\($0): &l\($0) [\([String](repeating: "*l\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        #expect(
            mistakes("l0: &l0 [a, b]\n" + lines.joined(separator: "\n")).contains("expected at most 1000000 values")
        )
    }

    @Test func `refuses more than 64 levels`() {
        #expect(
            mistakes(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).contains(
                "expected at most 64 levels"
            )
        )
    }
}

@Suite struct `A YAML scalar` {
    @Test(arguments: [("7", 7), ("-12", -12), ("0o17", 15), ("0xFF", 255), ("+3", 3)])
    func `is an integer in the spellings of the core schema`(text: String, value: Int) {
        #expect(YAMLScalar(text, isPlain: true).integer() == value)
        #expect(YAMLScalar(text, isPlain: false).integer(Int.self) == nil)
    }

    @Test(arguments: ["1.5", "abc", "0o9", "0x", "1_000", "99999999999999999999", ""])
    func `is no integer in others`(text: String) {
        #expect(YAMLScalar(text, isPlain: true).integer(Int.self) == nil)
    }

    @Test(arguments: [("1.5", 1.5), (".5", 0.5), ("1e3", 1000), ("2.", 2), ("-4", -4), ("-.inf", -Double.infinity)])
    func `is a number in the spellings of the core schema`(text: String, value: Double) {
        #expect(YAMLScalar(text, isPlain: true).double == value)
    }

    @Test func `is true or false by those words alone`() {
        #expect(YAMLScalar("true", isPlain: true).bool == true)
        #expect(YAMLScalar("False", isPlain: true).bool == false)
        for text in ["yes", "no", "on", "1", "tRUE"] { #expect(YAMLScalar(text, isPlain: true).bool == nil) }
        #expect(YAMLScalar("true", isPlain: false).bool == nil)
    }
}

@Suite struct `The nearest name` {
    @Test(arguments: [
        ("intsance", "instance"), ("kafak", "kafka"), ("event_byte", "event_bytes"), ("Prefix", "prefix"),
        ("zzzzzz", nil),
    ])
    func `is a slip of the pen away`(typed: String, nearest: String?) {
        #expect(NearestName.of(typed, among: ["instance", "kafka", "event_bytes", "prefix"]) == nearest)
    }
}
