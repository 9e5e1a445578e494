// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// The customer as events have told, identifiers and consent apart.
public struct Profile: Sendable, Equatable {
    /// By `MODEL` or `MODEL:INSTANCE`, sorted.
    public var stages: [StageEntry]
    public var counters: Counters
    /// Quantity by product, sorted.
    public var cart: [CartEntry]
    /// Products, sorted.
    public var wishlist: [String]
    /// At `lastSeenMs`; −1 … +1, three decimals; nil before the first scored touch.
    public var mood: Double?
    /// The newest valid answer, 0 … 10.
    public var nps: Int?
    /// The newest of each, sorted by name.
    public var traits: [Value.Member]
    /// What is open, as `namespace:value`, sorted.
    public var references: [String]
    public var channels: [TouchEntry]
    public var campaigns: [TouchEntry]
    /// Milliseconds since 1970.
    public var firstSeenMs: Int64
    public var lastSeenMs: Int64
    public var lastContact: LastContact?

    public struct StageEntry: Sendable, Equatable {
        public var key: String
        public var stage: String
        public var cycle: Int
        public var sinceMs: Int64
    }

    public struct Counters: Sendable, Equatable {
        public var orders: Int
        /// By currency, sorted: the newest revenue of standing orders.
        public var value: [Money]
        public var refunded: [Money]
        public var returns: Int
        public var exchanges: Int
        public var contacts: Int
        public var abandonedCalls: Int
        public var openCases: Int
    }

    public struct Money: Sendable, Equatable {
        public var currency: String
        public var amount: Amount
    }

    public struct CartEntry: Sendable, Equatable {
        public var product: String
        public var quantity: Number
    }

    /// When a channel or campaign was first and last met.
    public struct TouchEntry: Sendable, Equatable {
        public var name: String
        public var span: SeenSpan
    }
}

/// From the first to the last time that something was seen; milliseconds since 1970.
public struct SeenSpan: Codable, Sendable, Equatable {
    public var firstMs: Int64
    public var lastMs: Int64

    /// Longer, up to a later time.
    func until(_ timeMs: Int64) -> SeenSpan { SeenSpan(firstMs: firstMs, lastMs: timeMs) }
}

/// The last time that the customer turned to us, for whoever answers next.
public struct LastContact: Codable, Sendable, Equatable {
    public var channel: String
    public var atMs: Int64
    /// What the event said.
    public var text: Value?
    /// The touch's.
    public var mood: Double?
    /// Of the newest event that has a wait, in the 24 hours up to it.
    public var waitedSeconds: Number?
}
