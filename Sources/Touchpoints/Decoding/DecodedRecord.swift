// SPDX-License-Identifier: Apache-2.0
public import Digests

/// What becomes of one input record.
public enum DecodedRecord: Sendable {
    case accepted(Accepted)
    /// About nobody: for every inbox partition.
    case broadcast(Accepted)
    case control(Control)
    /// The detail is for people and no part of any promise; it holds no customer's values. `control`: the type, where it
    /// would have been a control record.
    case deadletter(reason: DeadLetterReason, detail: String, control: String? = nil)
    /// An empty record of a topic: counted, nothing else.
    case tombstone

    /// A touchpoint, and what the identity log needs to know of it.
    public struct Accepted: Sendable {
        public var touchpoint: Touchpoint
        /// nil: the event tells the identity log nothing.
        public var observation: Observation?
        /// Of `consent_changed`: one for each identifier that it is about.
        public var consentFacts: [IdentityFact]
        /// Values that were blocked (empty ones apart): each once, by the hash of the text as it came, trimmed.
        public var blocked: [BlockedValue]
        /// Namespaces that are not configured, sorted.
        public var ignored: [String]
        /// Top-level members that the format does not know, sorted.
        public var unknown: [String]
    }

    /// A blocked value of an accepted event.
    public struct BlockedValue: Sendable, Hashable {
        public var namespace: String
        public var hash: Hash128
    }

    /// `customer_forgotten` or `identity_unlinked`.
    public struct Control: Sendable {
        public var key: Hash128
        public var type: String
        public var realm: String
        /// Event time, milliseconds.
        public var timeMs: Int64
        /// Forgotten spans of every form of every identifier named, or one pair unlinked.
        public var facts: [IdentityFact]
    }
}
