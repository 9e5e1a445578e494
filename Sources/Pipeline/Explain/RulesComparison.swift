// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What other identity rules would do to recorded events: counts first, then the biggest changes, then what looks like a
/// mistake. As JSON it is what `tabiji identity simulate --json` prints.
public struct RulesComparison: Codable, Sendable, Equatable {
    /// How many, under the rules as they are and under the others.
    public struct Both: Codable, Sendable, Equatable {
        public var now = 0
        public var then = 0
    }

    public struct Merged: Codable, Sendable, Equatable {
        /// Customers that would no longer be alone.
        public var customers = 0
        /// What they would become.
        public var into = 0
    }

    public struct Split: Codable, Sendable, Equatable {
        public var customers = 0
        /// Customers that nobody is now.
        public var into = 0
        public var events = 0
    }

    /// Events that would go from one customer to another who stays.
    public struct Moved: Codable, Sendable, Equatable {
        /// That would lose events.
        public var customers = 0
        public var events = 0
    }

    /// A customer in a change.
    public struct Party: Codable, Sendable, Equatable {
        /// 32 hexadecimal digits.
        public var customer: String
        /// Its strongest identifier; nil: it has none, as under `anonymous`.
        public var identifier: IdentityStory.Name?
        public var events: Int
    }

    /// One change, with what decides it.
    public struct Change: Codable, Sendable, Equatable {
        /// `merged`, `split`, `moved`.
        public var kind: String
        /// Customers as they are now; the biggest first, at most ten.
        public var from: [Party]
        /// What they would be.
        public var into: [Party]
        /// Events that would have another customer beside them, or another customer.
        public var events: Int
        public var because: IdentityStory.Entry?
    }

    /// Something about the rules that the data speak against.
    public struct Finding: Codable, Sendable, Equatable {
        /// `limit_repeated`, `hub_cuts_families`, `unbounded`, `customer_full`, `never_seen`, `not_configured`,
        /// `nobody_signs_in`, `more_refused`.
        public var kind: String
        /// nil: about the rules as a whole.
        public var namespace: String?
        /// Figures, by name.
        public var figures: [String: Int]
        /// In a sentence.
        public var message: String
    }

    /// Distinct events that are accepted.
    public var events = Both()
    public var customers = Both()
    /// Events that only hubs name.
    public var nobodys = Both()
    /// Records refused, by reason.
    public var deadletters: [String: Both] = [:]
    public var merged = Merged()
    public var split = Split()
    public var moved = Moved()
    public var changes: [Change] = []
    public var findings: [Finding] = []

    /// Nothing would change hands.
    public var isSame: Bool { merged.customers + split.customers + moved.events == 0 && nobodys.now == nobodys.then }

    /// As JSON, a line.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ((try? encoder.encode(self)).map { [UInt8]($0) } ?? Array("{}".utf8)) + [0x0a]
    }
}
