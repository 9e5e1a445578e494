// SPDX-License-Identifier: Apache-2.0

/// One mistake in a document: where, at which key, and what was expected.
public struct YAMLMistake: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it is.
    public var mark: YAMLMark
    /// The root's path when the text itself cannot be read.
    public var path: YAMLPath
    /// What was expected and what was found.
    public var message: String

    /// A mistake, at the root unless a path is given.
    public init(mark: YAMLMark, path: YAMLPath = YAMLPath(), message: String) {
        self.mark = mark
        self.path = path
        self.message = message
    }

    /// In one line: `FILE:LINE:COLUMN: KEY: MESSAGE`.
    public var description: String {
        let place = mark.line == 0 ? mark.source : "\(mark.source):\(mark.line):\(mark.column)"
        return path.steps.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)"
    }
}

/// All mistakes that were found, in the order of the document.
public struct YAMLMistakes: Error, Sendable, CustomStringConvertible {
    /// At least one.
    public var list: [YAMLMistake]

    /// Puts mistakes in order.
    public init(_ list: [YAMLMistake]) {
        self.list = list.sorted { a, b in
            (a.mark.source, a.mark.line, a.mark.column) < (b.mark.source, b.mark.line, b.mark.column)
        }
    }

    /// One line each.
    public var description: String { list.map(\.description).joined(separator: "\n") }
}
