// SPDX-License-Identifier: Apache-2.0

/// Why some identifiers are one customer: what it holds, and the ordered story of how that came. As JSON it is what
/// `GET /v1/identity/explain` answers.
public struct IdentityStory: Codable, Sendable, Equatable {
    /// An identifier or a reference.
    public struct Name: Codable, Sendable, Equatable, Hashable {
        public var namespace: String
        /// nil: it does not travel in plain.
        public var value: String?
        /// 32 hexadecimal digits.
        public var hash: String
    }

    /// A stretch of event time; nil: for ever.
    public struct Span: Codable, Sendable, Equatable {
        /// RFC 3339.
        public var from: String?
        /// RFC 3339; up to it, not included.
        public var to: String?
        /// nil: nobody's, a hub.
        public var customer: String?
    }

    /// An identifier, and whose it is by event time.
    public struct Holding: Codable, Sendable, Equatable {
        public var identifier: Name
        /// An order, a parcel: it leads to the customer, and never links.
        public var reference: Bool
        public var spans: [Span]
    }

    /// One step of the story.
    public struct Entry: Codable, Sendable, Equatable {
        /// `linked`, `refused`, `hub`, `moved`.
        public var decision: String
        /// One or two, the stronger first.
        public var identifiers: [Name]
        /// `seen_together`, `customer_full`, `unlinked`, `limit:NAMESPACE`, `hub`, `max_customers`; of a move the policy.
        public var rule: String
        /// What the rule allows, where it counts.
        public var limit: Int?
        /// Event time, RFC 3339; nil: from the beginning.
        public var time: String?
        /// The sender's id of an event that shows it.
        public var event: String?
        /// Of a move: whose it is from then on; nil: nobody's.
        public var customer: String?
    }

    public var realm: String
    /// What was asked about.
    public var asked: Name
    /// Whose it is now; nil: nobody's, a hub.
    public var customer: String?
    /// What the customer holds, strongest first.
    public var identifiers: [Holding]
    /// In the order of event time.
    public var story: [Entry]

    private enum CodingKeys: String, CodingKey { case realm, asked, customer, identifiers, story }

    public func encode(to encoder: any Encoder) throws {
        var keys = encoder.container(keyedBy: CodingKeys.self)
        try keys.encode(realm, forKey: .realm)
        try keys.encode(asked, forKey: .asked)
        try keys.encode(customer, forKey: .customer)  // null says that it is nobody's
        try keys.encode(identifiers, forKey: .identifiers)
        try keys.encode(story, forKey: .story)
    }
}
