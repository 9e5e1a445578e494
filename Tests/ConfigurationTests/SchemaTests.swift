// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Testing
import YAML

/// JSON is YAML.
private func schema(_ path: String) throws -> YAMLNode {
    try YAMLDocument(parsing: repositoryText("config/schemas/\(path)"), source: path).root
}

/// The paths of the keys that a schema knows, as `ConfigurationKeys` writes them.
private func keyPaths(_ schema: YAMLNode) -> [String] {
    var paths: [String] = []
    for entry in schema["properties"]?.entries ?? [] {
        paths.append(entry.key)
        paths += keyPaths(entry.value).map { $0.hasPrefix("[]") ? entry.key + $0 : "\(entry.key).\($0)" }
    }
    if let values = schema["additionalProperties"], values.entries != nil {
        paths += ["*"] + keyPaths(values).map { $0.hasPrefix("[]") ? "*" + $0 : "*.\($0)" }
    }
    if let items = schema["items"] { paths += keyPaths(items).map { "[].\($0)" } }
    return paths
}

private let files = ["tabiji", "identity", "vocabulary"]

@Suite struct `The schema of a file` {
    @Test(arguments: files)
    func `has the keys that the file may have`(name: String) throws {
        #expect(
            try keyPaths(schema("\(name).schema.json")).sorted() == ConfigurationKeys.byFile["\(name).yaml"]?.sorted()
        )
    }

    @Test(arguments: files)
    func `refuses others`(name: String) throws {
        var open: [String] = []
        func look(_ node: YAMLNode, _ path: String) {
            if node["properties"] != nil, node["additionalProperties"]?.scalar?.bool != false { open.append(path) }
            for entry in node["properties"]?.entries ?? [] { look(entry.value, "\(path).\(entry.key)") }
            for inner in ["items", "additionalProperties"] { node[inner].map { look($0, "\(path).\(inner)") } }
        }
        look(try schema("\(name).schema.json"), name)
        #expect(open.isEmpty)
    }

    @Test func `has the shipped values for defaults`() throws {
        let shipped = try YAMLDocument(parsing: repositoryText("config/tabiji.yaml"), source: "tabiji.yaml").root
        var different: [String] = []
        func compare(_ schema: YAMLNode, _ value: YAMLNode?, _ path: String) {
            for entry in schema["properties"]?.entries ?? [] {
                compare(entry.value, value?[entry.key], path.isEmpty ? entry.key : "\(path).\(entry.key)")
            }
            if let standard = schema["default"]?.scalar, standard.text != value?.scalar?.text { different.append(path) }
        }
        compare(try schema("tabiji.schema.json"), shipped, "")
        #expect(different.isEmpty)
    }

    @Test(arguments: ["transition", "alert", "profile", "touchpoint", "identity", "deadletter"])
    func `exists for each record, as a CloudEvent`(kind: String) throws {
        let record = try schema("records/\(kind).schema.json")
        #expect(record["properties"]?["type"]?["const"]?.scalar?.text == "tabiji.\(kind)")
        let required = record["required"]?.elements?.compactMap { $0.scalar?.text } ?? []
        #expect(Set(required).isSuperset(of: ["specversion", "id", "type", "source", "time", "data"]))
    }
}

@Suite struct `The page of a file` {
    @Test(arguments: files)
    func `has every key of it and no other`(name: String) throws {
        let page = try repositoryText("docs/configuration/\(name).md")
        let keys = page.matches(of: /(?m)^\| `([^`]+)` \|/).map { String($0.1) }
        #expect(keys.sorted() == ConfigurationKeys.byFile["\(name).yaml"]?.sorted())
    }
}
