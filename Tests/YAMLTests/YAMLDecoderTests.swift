// SPDX-License-Identifier: Apache-2.0
import Testing
import YAML

private enum Colour: String, Decodable, CaseIterable { case red, green }

private struct Shelf: Decodable, Equatable {
    var name: String
    var width: Int
    var colour: Colour?
    var tags: [String]?
}

private struct Room: Decodable {
    var title: String
    var open: Bool?
    var area: Double?
    var seats: UInt8?
    var shelves: [Shelf]?
    var labels: [String: Int]?
}

/// Text, or a mapping: what condition languages do.
private enum Either: Decodable, Equatable {
    case word(String)
    case pair(Shelf)

    init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            self = .word(word)
        } else {
            self = .pair(try Shelf(from: decoder))
        }
    }
}

/// A list in which one bad element must not hide the next.
private struct Eithers: Decodable { var list: [Either] }

/// A type that checks its own value.
private struct Even: Decodable {
    struct IsOdd: Error, CustomStringConvertible { var description = "expected an even number" }

    init(from decoder: any Decoder) throws {
        guard try decoder.singleValueContainer().decode(Int.self).isMultiple(of: 2) else { throw IsOdd() }
    }
}

private struct Evens: Decodable {
    var one: Even?
    var all: [Even]?
}

private func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    try YAMLDecoder().decode(type, from: YAMLDocument(parsing: text, source: "a.yaml"))
}

private func mistakes<T: Decodable>(_ type: T.Type, _ text: String) throws -> [String] {
    try YAMLDecoder().attempt(type, from: YAMLDocument(parsing: text, source: "a.yaml")).mistakes.map(\.description)
}

@Suite struct `The YAML decoder` {
    @Test func `fills plain structs`() throws {
        let room = try decode(
            Room.self,
            """
            title: 12
            open: true
            area: 7
            seats: 0x10
            shelves:
              - {name: "null", width: 3, colour: green}
              - name: low
                width: -1
                tags: [true, 1.50, "x"]
            labels: {a: 1, b.c: 2}
            """
        )
        #expect(room.title == "12")
        #expect(room.open == true && room.area == 7 && room.seats == 16)
        #expect(
            room.shelves == [
                Shelf(name: "null", width: 3, colour: .green, tags: nil),
                Shelf(name: "low", width: -1, colour: nil, tags: ["true", "1.50", "x"]),
            ]
        )
        #expect(room.labels == ["a": 1, "b.c": 2])
    }

    @Test func `takes null for absent`() throws {
        #expect(try decode(Room.self, "title: x\nopen: ~\narea:\n").area == nil)
        #expect(
            try mistakes(Room.self, "title: null\n") == [
                "a.yaml:1:8: title: expected text (in quotes, if a word like null is meant), found nothing"
            ]
        )
    }

    @Test func `reports every mistake with its place, key and what was expected`() throws {
        let found = try mistakes(
            Room.self,
            """
            titel: x
            open: yes
            seats: 300
            shelves:
              - {name: a, width: wide}
              - {width: 1, colour: blue, widht: 3}
              - 7
            labels: {a: x, b: y}
            """
        )
        #expect(
            found == [
                "a.yaml:1:1: title: expected this key, which is required",
                "a.yaml:1:1: titel: expected a known key, found “titel”; did you mean “title”?",
                "a.yaml:2:7: open: expected true or false, found “yes”",
                "a.yaml:3:8: seats: expected an integer from 0 to 255, found “300”",
                "a.yaml:5:22: shelves[0].width: expected an integer, found “wide”",
                "a.yaml:6:5: shelves[1].name: expected this key, which is required",
                "a.yaml:6:24: shelves[1].colour: expected one of red, green, found “blue”",
                "a.yaml:6:30: shelves[1].widht: expected a known key, found “widht”; did you mean “width”?",
                "a.yaml:7:5: shelves[2]: expected a mapping, found “7”",
                "a.yaml:8:13: labels.a: expected an integer, found “x”",
                "a.yaml:8:19: labels.b: expected an integer, found “y”",
            ]
        )
    }

    @Test func `lists the known keys when none is near`() throws {
        #expect(
            try mistakes(Shelf.self, "name: a\nwidth: 1\nqqqqqqqq: 1\n") == [
                "a.yaml:3:1: qqqqqqqq: expected a known key, found “qqqqqqqq”; known here: colour, name, tags, width"
            ]
        )
    }

    @Test func `lets a type try one form and then another`() throws {
        let text = "list: [a, {name: b, width: 2}, {name: c, width: x}, {name: d, width: 4, depth: 1}]"
        #expect(try decode(Eithers.self, "list: [a, {name: b, width: 2}]").list.count == 2)
        #expect(
            try mistakes(Eithers.self, text) == [
                "a.yaml:1:49: list[2].width: expected an integer, found “x”",
                "a.yaml:1:73: list[3].depth: expected a known key, found “depth”; known here: colour, name, tags, width",
            ]
        )
    }

    @Test func `places what a type throws of its own`() throws {
        #expect(
            try mistakes(Evens.self, "one: 3\nall: [2, 5, 4, 7]\n") == [
                "a.yaml:1:6: one: expected an even number",
                "a.yaml:2:10: all[1]: expected an even number",
                "a.yaml:2:16: all[3]: expected an even number",
            ]
        )
    }

    @Test func `says when the whole has the wrong form`() throws {
        #expect(try mistakes(Room.self, "- a\n") == ["a.yaml:1:1: expected a mapping, found a list"])
        #expect(throws: YAMLMistakes.self) { try decode(Room.self, "just words") }
    }
}

@Suite struct `The shape of a type` {
    @Test func `has every key that it asks for`() {
        #expect(
            YAMLShape(of: Room.self).keyPaths == [
                "area", "labels", "labels.*", "open", "seats", "shelves", "shelves[].colour", "shelves[].name",
                "shelves[].tags",
                "shelves[].width", "title",
            ]
        )
    }
}
