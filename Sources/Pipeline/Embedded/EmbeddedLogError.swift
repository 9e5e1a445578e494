// SPDX-License-Identifier: Apache-2.0

/// What an embedded log refuses, and what to do.
public struct EmbeddedLogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of refusal.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case partitionsChanged, unknownTopic, backlogFull, roleTaken, newerFormat, corrupt, closed, invalid
        }
        private let name: Name

        /// The store was made with another number of partitions.
        public static let partitionsChanged = Code(name: .partitionsChanged)
        /// No such input topic.
        public static let unknownTopic = Code(name: .unknownTopic)
        /// Too many input records wait: try again later.
        public static let backlogFull = Code(name: .backlogFull)
        /// The role has a session already; it has one.
        public static let roleTaken = Code(name: .roleTaken)
        /// A newer program wrote the store.
        public static let newerFormat = Code(name: .newerFormat)
        /// The store holds what no writer of ours writes.
        public static let corrupt = Code(name: .corrupt)
        /// The log was closed before.
        public static let closed = Code(name: .closed)
        /// A commit that cannot be: places that were never handed out.
        public static let invalid = Code(name: .invalid)

        public var description: String { name.rawValue }
    }

    public var code: Code
    public var message: String

    /// The same call may succeed later without anybody's help.
    public var isRetriable: Bool { code == .backlogFull }

    public var description: String { "embedded log \(code): \(message)" }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
