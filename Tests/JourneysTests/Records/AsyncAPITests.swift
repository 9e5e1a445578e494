// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Pipeline
import Testing
import Touchpoints

/// `config/schemas/asyncapi.yaml` against what the program has and does.
@Suite struct AsyncAPITests {
    private let document: Value

    init() throws { document = try Repository.yaml("config/schemas/asyncapi.yaml") }

    private func find(_ reference: String?) -> Value? {
        guard let reference, reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document as Value?) { $0?[String($1)] }
    }

    @Test func `it has the topics that are written for people, each with its way of cleaning`() throws {
        let channels = try #require(document["channels"]).members.map(\.value)
        let outputs = Topic.allCases.filter(\.isOutput)
        #expect(Set(channels.compactMap { $0["address"]?.text }) == Set(outputs.map(\.name)))
        for channel in channels {
            let topic = try #require(outputs.first { $0.name == channel["address"]?.text })
            let cleaning = channel["bindings"]?["kafka"]?["topicConfiguration"]?["cleanup.policy"]
            #expect(cleaning == .array([.string(topic.isCompacted ? "compact" : "delete")]), "\(topic.name)")
        }
    }

    @Test func `everything that it refers to is there`() throws {
        var missing: [String] = []
        func look(_ value: Value) {
            for item in value.items { look(item) }
            for member in value.members {
                if member.name == "$ref", let reference = member.value.text, find(reference) == nil {
                    let parts = reference.split(separator: "#/", maxSplits: 1).map(String.init)
                    let file = (try? Repository.text("config/schemas/\(parts[0])")).map { JSONText.read($0) }
                    let path = parts.count > 1 ? parts[1].split(separator: "/") : []
                    let target = path.reduce(file) { $0?[String($1)] }
                    if target == nil { missing.append(reference) }
                }
                look(member.value)
            }
        }
        look(document)
        #expect(missing == [])
        #expect(find("#/components/messages/alert") != nil && find("#/components/messages/none") == nil)
    }

    @Test(arguments: RecordSchemaTests.kinds)
    func `a message is the record of its schema`(kind: String, file: String) throws {
        let message = try #require(document["components"]?["messages"]?[kind])
        let record = JSONText.read(try Repository.text("config/schemas/records/\(kind).schema.json"))
        #expect(message["name"]?.text == record["properties"]?["type"]?["const"]?.text)
        #expect(message["payload"]?["$ref"]?.text == "records/\(kind).schema.json#/properties/data")
        #expect(document["operations"]?["tell_\(file)"]?["action"]?.text == "send")
        // Whose records always name a customer, have the header that does.
        let required = find(message["headers"]?["$ref"]?.text)?["required"]?.items.compactMap(\.text) ?? []
        let members = record["required"]?.items.compactMap(\.text) ?? []
        #expect(required.contains("ce_subject") == members.contains("subject"))
    }
}
