// SPDX-License-Identifier: Apache-2.0
internal import YAML

/// One mistake in the configuration: where, at which key, and what was expected.
public struct ConfigurationMistake: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's path, or the name of the environment variable.
    public var source: String
    /// From 1; 0: the whole source.
    public var line: Int
    /// From 1; 0: the whole source.
    public var column: Int
    /// As it is written in the file: `limits.event_bytes`; empty: the whole source.
    public var key: String
    /// What was expected and what was found.
    public var message: String

    /// A mistake, of the whole source unless a place is given.
    public init(source: String, line: Int = 0, column: Int = 0, key: String = "", message: String) {
        self.source = source
        self.line = line
        self.column = column
        self.key = key
        self.message = message
    }

    init(_ mistake: YAMLMistake) {
        self.init(
            source: mistake.mark.source,
            line: mistake.mark.line,
            column: mistake.mark.column,
            key: mistake.path.description,
            message: mistake.message
        )
    }

    /// In one line: `SOURCE:LINE:COLUMN: KEY: MESSAGE`.
    public var description: String {
        let place = line == 0 ? source : "\(source):\(line):\(column)"
        return key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
    }
}

/// Why a configuration cannot be used: every mistake in it.
///
/// The command ends with exit code 78.
public struct ConfigurationProblems: Error, Sendable, CustomStringConvertible {
    /// At least one; in the order of files, lines and columns.
    public var mistakes: [ConfigurationMistake]

    init(_ mistakes: [ConfigurationMistake]) {
        self.mistakes = mistakes.sorted {
            ($0.source, $0.line, $0.column, $0.key) < ($1.source, $1.line, $1.column, $1.key)
        }
    }

    /// One line each.
    public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}
