// SPDX-License-Identifier: Apache-2.0

/// What the types of touchpoints mean, as data (`config/vocabulary.yaml`): group, default channel, who acts, in the
/// order of rank.
public struct Vocabulary: Sendable {
    public struct Entry: Sendable {
        public var type: String
        public var group: String
        public var channel: String
        public var byCompany: Bool
        /// Titles for people.
        public var title: Title
        /// Names of the properties that are kept with an event of this type.
        public var properties: [String]

        public init(
            type: String,
            group: String,
            channel: String,
            byCompany: Bool,
            title: Title,
            properties: [String] = []
        ) {
            self.type = type
            self.group = group
            self.channel = channel
            self.byCompany = byCompany
            self.title = title
            self.properties = properties
        }
    }

    /// A title in the two languages that users read.
    public struct Title: Sendable, Hashable, Codable {
        public var en: String
        public var ja: String

        public init(en: String, ja: String) {
            self.en = en
            self.ja = ja
        }
    }

    /// A property is taken for another where that one is absent.
    public struct PropertyAlias: Sendable {
        /// nil: of every type.
        public var type: String?
        public var from: String
        public var to: String

        public init(type: String?, from: String, to: String) {
            self.type = type
            self.from = from
            self.to = to
        }
    }

    public let entries: [Entry]
    public let aliases: [String: String]
    public let propertyAliases: [PropertyAlias]
    private let ranks: [String: Int]

    public init(entries: [Entry], aliases: [String: String], propertyAliases: [PropertyAlias]) {
        self.entries = entries
        self.aliases = aliases
        self.propertyAliases = propertyAliases
        ranks = Dictionary(entries.enumerated().map { ($1.type, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// nil for an unknown type: group none, channel `web`, by the customer.
    public func entry(of type: String) -> Entry? { ranks[type].map { entries[$0] } }
}
