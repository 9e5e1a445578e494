// SPDX-License-Identifier: Apache-2.0
import Foundation
import Journeys
import Testing
import Touchpoints
import YAML

/// The shipped YAML files against the kept JSON, which the executable specification's data were checked to equal.
@Suite struct ShippedFilesTests {
    private func yaml<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
        try ShippedRules.yaml(type, path)
    }

    private func json<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
        try JSONDecoder().decode(type, from: ShippedRules.fixture("config/\(path).json"))
    }

    @Test(arguments: ShippedRules.models)
    func `a stage model says the same in both`(model: String) throws {
        let path = "journeys/\(model)"
        #expect(try yaml(StageModel.self, path) == json(StageModel.self, path))
    }

    @Test func `the named conditions say the same in both`() throws {
        let path = "journeys/conditions"
        #expect(try yaml(NamedConditions.self, path) == json(NamedConditions.self, path))
    }

    @Test func `the alert rules say the same in both`() throws {
        var shipped = try yaml(AlertRules.self, "alerts")
        // What alerts say is ours; the specification says when there are any.
        shipped.words = nil
        for index in shipped.rules.indices { shipped.rules[index].messages = nil }
        #expect(try shipped == json(AlertRules.self, "alerts"))
    }

    @Test func `the vocabulary has the specification's types in their order`() throws {
        let shipped = try ShippedRules.vocabulary().entries.map {
            "\($0.type) \($0.group) \($0.byCompany ? "company" : "customer")"
        }
        #expect(try shipped == ShippedRules.specifiedTypes())
    }

    @Test func `the mood scores say the same in both`() throws {
        #expect(try yaml(MoodScores.self, "mood/scores") == json(MoodScores.self, "mood/scores"))
    }

    @Test func `a key that conditions do not have is refused with the nearest one`() throws {
        let text = "conditions: {a: [{typ: page_viewed}], b: [{facts: {nps: {gtee: 9}}}]}"
        let document = try YAMLDocument(parsing: text, source: "conditions.yaml")
        let (_, mistakes) = YAMLDecoder().attempt(NamedConditions.self, from: document)
        #expect(mistakes.count == 2)
        #expect(mistakes.map(\.message).contains { $0.contains("“typ”") && $0.contains("“type”") })
        #expect(mistakes.map(\.message).contains { $0.contains("“gtee”") && $0.contains("“gte”") })
    }
}
