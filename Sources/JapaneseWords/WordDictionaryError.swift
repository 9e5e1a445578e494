// SPDX-License-Identifier: Apache-2.0

/// Why the dictionary of Japanese words cannot be used, and what to do about it.
public struct WordDictionaryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// There is no dictionary where it was looked for.
        case missing
        /// There is one, and it cannot be used.
        case unusable
    }

    public var code: Code
    /// What was expected, what was found, and what to do.
    public var message: String

    public var description: String { "dictionary of Japanese words: \(message)" }
}
