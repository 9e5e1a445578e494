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
private func keyPaths(_ schema: YAMLNode, in root: YAMLNode) -> [String] {
    func under(_ key: String, _ inner: YAMLNode) -> [String] {
        keyPaths(inner, in: root).map { $0.hasPrefix("[]") ? key + $0 : "\(key).\($0)" }
    }
    if let name = schema["$ref"]?.scalar?.text.split(separator: "/").last, let named = root["$defs"]?[String(name)] {
        // What a value may be is the same everywhere, and can hold itself.
        return name == "wanted" ? [] : keyPaths(named, in: root)
    }
    var paths = (schema["properties"]?.entries ?? []).flatMap { [$0.key] + under($0.key, $0.value) }
    if let values = schema["additionalProperties"], values.entries != nil { paths += ["*"] + under("*", values) }
    if let items = schema["items"] { paths += keyPaths(items, in: root).map { "[].\($0)" } }
    return paths
}

/// The keys that the types know, without what stands under a value that is wanted.
private func known(_ file: String) -> [String] {
    let operators = [".gte", ".gt", ".lte", ".lt", ".exists", ".matches"]
    let keys = ConfigurationKeys.byFile[file] ?? []
    return keys.filter { key in
        !["channel", "where.*", "facts.*"].contains { wanted in operators.contains { key.hasSuffix(wanted + $0) } }
    }
}

/// The keys of a path.
private func words(_ path: String) -> [Substring] { path.split { ".[]*".contains($0) } }

/// The schemas, and the files that they are of.
private let files = [
    ("tabiji", "tabiji.yaml"), ("identity", "identity.yaml"), ("vocabulary", "vocabulary.yaml"),
    ("journey", "journeys/*.yaml"), ("conditions", "journeys/conditions.yaml"), ("alerts", "alerts.yaml"),
    ("mood", "mood/scores.yaml"), ("text", "mood/text.yaml"),
]

@Suite struct `The schema of a file` {
    @Test(arguments: files)
    func `has the keys that the file may have`(name: String, file: String) throws {
        let schema = try schema("\(name).schema.json")
        #expect(keyPaths(schema, in: schema).sorted() == known(file).sorted())
    }

    @Test(arguments: files)
    func `refuses others`(name: String, file: String) throws {
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
    @Test(arguments: ["tabiji", "identity", "vocabulary"])
    func `has every key of it and no other`(name: String) throws {
        let page = try repositoryText("docs/configuration/\(name).md")
        let keys = page.matches(of: /(?m)^\| `([^`]+)` \|/).map { String($0.1) }
        #expect(keys.sorted() == ConfigurationKeys.byFile["\(name).yaml"]?.sorted())
    }

    @Test(arguments: [
        ("journeys", ["journeys/*.yaml", "journeys/conditions.yaml"]), ("alerts", ["alerts.yaml"]),
        ("mood", ["mood/scores.yaml", "mood/text.yaml"]),
    ])
    func `names every key of its rules`(name: String, files: [String]) throws {
        let page = try repositoryText("docs/configuration/\(name).md")
        let ofConditions = name == "journeys" ? [] : Set(known("journeys/conditions.yaml").flatMap(words))
        let keys = Set(files.flatMap { known($0) }.flatMap(words)).subtracting(ofConditions)
        #expect(!keys.isEmpty)
        #expect(keys.filter { !page.contains("`\($0)`") }.isEmpty)
    }
}
