// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Touchpoints

/// The shipped files of rules against their schemas.
@Suite struct FileSchemaTests {
    static let files =
        [("alerts", "alerts"), ("conditions", "journeys/conditions"), ("mood", "mood/scores")]
        + ShippedRules.models.map { ("journey", "journeys/\($0)") }

    @Test(arguments: files)
    func `a shipped file is as its schema says`(kind: String, file: String) throws {
        let schema = JSONSchema(try Repository.text("config/schemas/\(kind).schema.json"))
        let told = try Repository.yaml("config/\(file).yaml")
        #expect(schema.faults(in: told) == [])
        #expect(!schema.faults(in: .object(told.members + [.init("colour", "red")])).isEmpty)
        #expect(!schema.faults(in: .object([])).isEmpty)
    }

    @Test(arguments: [
        ("kind", Value.string("matches")), ("severity", "bad"), ("within", "soon"),
        ("match", .array([.object([.init("typ", "x")])])),
        ("messages", .string("text")), ("messages", .array([.object([.init("en", "only English")])])),
    ])
    func `a rule with a slip is not`(key: String, value: Value) throws {
        let schema = JSONSchema(try Repository.text("config/schemas/alerts.schema.json"))
        let rule = try #require(Repository.yaml("config/alerts.yaml")["rules"]?.items.first)
        let broken = Value.sortedObject(rule.members.filter { $0.name != key } + [.init(key, value)])
        #expect(!schema.faults(in: .object([.init("rules", .array([broken]))])).isEmpty)
        #expect(schema.faults(in: .object([.init("rules", .array([rule]))])) == [])
    }
}
