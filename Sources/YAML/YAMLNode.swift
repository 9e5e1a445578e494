// SPDX-License-Identifier: Apache-2.0

/// A place in a source: a file, or an environment variable.
public struct YAMLMark: Sendable, Hashable {
    /// The file's path as it was given, or the name of an environment variable.
    public var source: String
    /// From 1; 0 when the source has no lines.
    public var line: Int
    /// From 1, in characters; 0 when the source has no lines.
    public var column: Int

    /// Takes each part as given.
    public init(source: String, line: Int = 0, column: Int = 0) {
        self.source = source
        self.line = line
        self.column = column
    }
}

/// One value of a document, with its place.
public struct YAMLNode: Sendable {
    /// What the value is.
    public enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order of the document; no key is there twice.
        case mapping([YAMLEntry])
    }

    /// What the value is.
    public var content: Content
    /// Where it begins.
    public var mark: YAMLMark

    /// Takes each part as given.
    public init(_ content: Content, mark: YAMLMark) {
        self.content = content
        self.mark = mark
    }

    /// The entries of a mapping; nil for anything else.
    public var entries: [YAMLEntry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The elements of a sequence; nil for anything else.
    public var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The scalar; nil for anything else.
    public var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// An unquoted `null`, `~` or nothing at all.
    public var isNull: Bool { scalar?.isNull ?? false }

    /// The value of a key of a mapping.
    public subscript(key: String) -> YAMLNode? {
        entries?.first { $0.key == key }?.value
    }

    /// The value under a path; nil when there is none.
    public func node(at path: YAMLPath) -> YAMLNode? {
        var node = self
        for step in path.steps {
            let next: YAMLNode? =
                switch step {
                case .key(let key): node[key]
                case .index(let index): node.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                }
            guard let next else { return nil }
            node = next
        }
        return node
    }

    /// The place of a path, or of the nearest thing above it that is there.
    public func mark(at path: YAMLPath) -> YAMLMark {
        var path = path
        while true {
            if let node = node(at: path) { return node.mark }
            path = path.parent
        }
    }

    /// Puts a value under a path of keys, with the mappings that lead to it; what stands in the way is replaced.
    public mutating func set(_ value: YAMLNode, at path: [String]) {
        guard let key = path.first else {
            self = value
            return
        }
        var entries = entries ?? []
        let place = entries.firstIndex { $0.key == key } ?? entries.count
        if place == entries.count {
            entries.append(YAMLEntry(key: key, keyMark: value.mark, value: YAMLNode(.mapping([]), mark: value.mark)))
        }
        entries[place].value.set(value, at: Array(path.dropFirst()))
        content = .mapping(entries)
    }
}

/// A key of a mapping with its value.
public struct YAMLEntry: Sendable {
    /// Its text.
    public var key: String
    /// Where the key begins.
    public var keyMark: YAMLMark
    /// What stands under it.
    public var value: YAMLNode

    /// Takes each part as given.
    public init(key: String, keyMark: YAMLMark, value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}
