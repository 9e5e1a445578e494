// SPDX-License-Identifier: Apache-2.0
import Foundation
import Journeys
import TestSupport
import Testing
import Touchpoints

/// The fold against the executable specification, on random timelines.
@Suite struct OracleTests {
    @Test func `the kept cases have the answers that were kept with them`() throws {
        let book = try ShippedRules.book()
        let cases = try lines("cases.ndjson")
        let answers = try lines("answers.ndjson")
        try #require(cases.count == answers.count && cases.count >= 300)
        for (index, pair) in zip(cases, answers).enumerated() {
            let found = OracleCase(JSONText.read(pair.0)).fold(book).asAnswer
            #expect(found.difference(from: JSONText.read(pair.1)) == nil, "case \(index)")
        }
    }

    @Test(.enabled(if: Specification.shared != nil, "the executable specification is not beside the project"))
    func `fresh cases have the specification's answers`() throws {
        let shared = try #require(Specification.shared)
        let count = Specification.number("TABIJI_ORACLE_CASES", 3_000)
        let seed = Specification.number("TABIJI_ORACLE_SEED", Int.random(in: 1...999_999))
        let book = try ShippedRules.book()
        let cases = try Oracle.run(["cases", "journeys", "--seed", "\(seed)", "--count", "\(count)"], in: shared)
        let answers = try Oracle.run(["answer", "journeys"], in: shared, input: cases)
        let (asked, answered) = (split(cases), split(answers))
        try #require(asked.count == count && answered.count == count)
        for (index, pair) in zip(asked, answered).enumerated() {
            let found = OracleCase(JSONText.read(pair.0)).fold(book).asAnswer
            #expect(found.difference(from: JSONText.read(pair.1)) == nil, "seed \(seed), case \(index)")
        }
    }

    /// For more than one run can draw: `cases-*.ndjson` with their `answers-*.ndjson` in a folder.
    @Test(.enabled(if: Oracle.drawn != nil, "TABIJI_ORACLE_DRAWN names no folder of drawn cases"))
    func `cases that were drawn before have the specification's answers`() throws {
        let folder = try #require(Oracle.drawn)
        let book = try ShippedRules.book()
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("cases-") }
        var count = 0
        for file in files.sorted() {
            let asked = split(try Data(contentsOf: folder.appendingPathComponent(file)))
            let answers = file.replacing("cases-", with: "answers-")
            let answered = split(try Data(contentsOf: folder.appendingPathComponent(answers)))
            try #require(asked.count == answered.count)
            for (index, pair) in zip(asked, answered).enumerated() {
                let found = OracleCase(JSONText.read(pair.0)).fold(book).asAnswer
                #expect(found.difference(from: JSONText.read(pair.1)) == nil, "\(file), case \(index)")
            }
            count += asked.count
        }
        #expect(count > 0)
    }

    @Test func `any order of arrival, and every event twice, gives the same`() throws {
        let book = try ShippedRules.book()
        for text in try lines("cases.ndjson").prefix(60) {
            var it = OracleCase(JSONText.read(text))
            let expected = it.fold(book).asAnswer
            it.events = (it.events + it.events).shuffled()
            it.broadcasts = (it.broadcasts + it.broadcasts).shuffled()
            #expect(it.fold(book).asAnswer.difference(from: expected) == nil)
        }
    }

    @Test func `what holds up to t does not depend on what follows`() throws {
        let book = try ShippedRules.book()
        for text in try lines("cases.ndjson").prefix(120) {
            let whole = OracleCase(JSONText.read(text))
            let times = whole.events.map(\.timeMs).sorted()
            let cut = times[times.count / 2]
            var part = whole
            part.events.removeAll { $0.timeMs > cut }
            part.broadcasts.removeAll { $0.timeMs > cut }
            part.untilMs = cut
            let (early, all) = (part.fold(book), whole.fold(book))
            #expect(early.transitions == all.transitions.filter { $0.atMs <= cut })
            #expect(early.moods == Array(all.moods.prefix(early.moods.count)))
            let opened = all.alerts.filter { $0.openedAtMs <= cut }
            #expect(Set(early.alerts.map(\.id)) == Set(opened.map(\.id)))
        }
    }

    @Test func `no two results of a customer share an id`() throws {
        let book = try ShippedRules.book()
        for text in try lines("cases.ndjson") {
            let result = OracleCase(JSONText.read(text)).fold(book)
            let ids = result.transitions.map(\.id) + result.alerts.map(\.id)
            #expect(Set(ids).count == ids.count)
        }
    }

    private func lines(_ name: String) throws -> [String] { split(try ShippedRules.fixture(name)) }

    private func split(_ data: Data) -> [String] {
        String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// What the executable specification draws and answers.
enum Oracle {
    /// A folder of cases that were drawn before.
    static let drawn = ProcessInfo.processInfo.environment["TABIJI_ORACLE_DRAWN"].map { URL(fileURLWithPath: $0) }

    /// What its script prints.
    static func run(_ arguments: [String], in shared: URL, input: Data? = nil) throws -> Data {
        let folder = shared.appendingPathComponent("model").path
        return try Specification.python(["oracle.py"] + arguments, in: folder, input: input)
    }
}
