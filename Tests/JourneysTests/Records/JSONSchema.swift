// SPDX-License-Identifier: Apache-2.0
import Foundation
import Touchpoints

/// Checks values against a JSON Schema (draft 2020-12), as far as ours go; a keyword that it does not know is a fault.
struct JSONSchema {
    let root: Value

    init(_ text: String) { root = JSONText.read(text) }

    private static let remarks: Set<String> = [
        "$schema", "$defs", "$id", "title", "description", "default", "examples", "format",
    ]

    /// What is wrong with a value; none: it is valid.
    func faults(in value: Value) -> [String] { faults(in: value, by: root, at: "$") }

    private func faults(in value: Value, by schema: Value, at path: String) -> [String] {
        if schema == .bool(true) { return [] }
        guard case .object(let keywords) = schema else { return ["\(path): no schema"] }
        return keywords.flatMap { keyword -> [String] in
            if Self.remarks.contains(keyword.name) { return [] }
            return check(value, keyword.name, keyword.value, of: schema, at: path)
        }
    }

    private func check(_ value: Value, _ keyword: String, _ wanted: Value, of schema: Value, at path: String)
        -> [String]
    {
        func unless(_ isRight: Bool) -> [String] {
            isRight
                ? []
                : ["\(path): \(String(value.json.prefix(80))) is not as \(keyword) \(String(wanted.json.prefix(80)))"]
        }
        switch keyword {
        case "type": return unless(([wanted] + wanted.items).compactMap(\.text).contains { value.isOf($0) })
        case "const": return unless(value == wanted)
        case "enum": return unless(wanted.items.contains(value))
        case "pattern":
            guard let text = value.text, let pattern = wanted.text else { return [] }
            return unless(text.range(of: pattern, options: .regularExpression) != nil)
        case "minLength": return unless(value.text.map { $0.count >= Int(wanted.int ?? 0) } ?? true)
        case "minimum": return unless(value.number.map { $0 >= wanted.number ?? 0 } ?? true)
        case "maximum": return unless(value.number.map { $0 <= wanted.number ?? 0 } ?? true)
        case "minItems": return unless(value.isOf("array") ? value.items.count >= Int(wanted.int ?? 0) : true)
        case "maxItems": return unless(value.isOf("array") ? value.items.count <= Int(wanted.int ?? 0) : true)
        case "items":
            return value.items.enumerated().flatMap { faults(in: $1, by: wanted, at: "\(path)[\($0)]") }
        case "required":
            guard value.isOf("object") else { return [] }
            return wanted.items.compactMap(\.text).filter { value[$0] == nil }.map { "\(path): no \($0)" }
        case "properties":
            return wanted.members.flatMap { member in
                value[member.name].map { faults(in: $0, by: member.value, at: "\(path).\(member.name)") } ?? []
            }
        case "additionalProperties":
            let others = value.members.filter { schema["properties"]?[$0.name] == nil }
            if wanted == .bool(false) { return others.map { "\(path): \($0.name) is not known" } }
            return others.flatMap { faults(in: $0.value, by: wanted, at: "\(path).\($0.name)") }
        case "anyOf":
            let all = wanted.items.map { faults(in: value, by: $0, at: path) }
            if all.contains(where: \.isEmpty) { return [] }
            return ["\(path): none of \(all.count):"] + (all.min { $0.count < $1.count } ?? [])
        case "$ref":
            guard let target = resolve(wanted.text ?? "") else { return ["\(path): \(wanted.json) leads nowhere"] }
            return faults(in: value, by: target, at: path)
        default: return ["\(path): the keyword \(keyword) is not known"]
        }
    }

    /// `#/$defs/title`
    private func resolve(_ reference: String) -> Value? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(root as Value?) { $0?[String($1)] }
    }
}

extension Value {
    fileprivate func isOf(_ type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.int, "integer"), (.int, "number"), (.double, "number"),
            (.string, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
