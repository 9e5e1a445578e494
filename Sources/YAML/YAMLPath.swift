// SPDX-License-Identifier: Apache-2.0

/// The way from a document's root to a value.
public struct YAMLPath: Sendable, Hashable, CustomStringConvertible {
    /// One step down.
    public enum Step: Sendable, Hashable {
        case key(String)
        /// Of a list, from 0.
        case index(Int)
    }

    /// From the root down.
    public var steps: [Step]

    /// The root's path, unless steps are given.
    public init(_ steps: [Step] = []) { self.steps = steps }

    /// A path of keys alone.
    public init(keys: [String]) { steps = keys.map { .key($0) } }

    /// Reads a path as people write it, of keys without dots.
    public init(written text: String) {
        steps = text.split { ".[".contains($0) }.map { part in
            part.hasSuffix("]") ? Int(part.dropLast()).map { .index($0) } ?? .key(String(part)) : .key(String(part))
        }
    }

    /// Reads the coding path of a `DecodingError`.
    init(_ codingPath: [any CodingKey]) {
        steps = codingPath.map { key in (key as? YAMLKey)?.step ?? .key(key.stringValue) }
    }

    /// The path without its last step; the root's is the root.
    public var parent: YAMLPath { YAMLPath(steps.dropLast()) }

    /// The path one step further down.
    public func appending(_ step: Step) -> YAMLPath { YAMLPath(steps + [step]) }

    var codingPath: [any CodingKey] { steps.map { YAMLKey(step: $0) } }

    /// As people write it: `kafka.properties`, `stages[2].enter`.
    ///
    /// A key with a dot in it stands in brackets.
    public var description: String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let key) where key.contains("."): text += "[\(key)]"
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            }
        }
    }
}

/// A step as the standard library's coding key.
struct YAMLKey: CodingKey {
    let step: YAMLPath.Step

    init(step: YAMLPath.Step) { self.step = step }
    init(stringValue: String) { step = .key(stringValue) }
    init(intValue: Int) { step = .index(intValue) }

    var stringValue: String {
        switch step {
        case .key(let key): key
        case .index(let index): "\(index)"
        }
    }

    var intValue: Int? {
        if case .index(let index) = step { index } else { nil }
    }
}
