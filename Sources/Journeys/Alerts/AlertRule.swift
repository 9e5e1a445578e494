// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// An alert rule as `config/alerts.yaml` has it.
public struct AlertRule: Decodable, Sendable, Equatable {
    public var rule: String
    public var title: Vocabulary.Title
    /// What the alert says, with blanks for facts: the first that can be filled is told.
    public var messages: [Vocabulary.Title]?
    public var kind: Kind
    /// Default: warning.
    public var severity: Severity?
    /// One open alert for each such thing; nil: one for the customer.
    public var key: ThingKind?
    /// absence: the time to wait. sequence, count, threshold: the window.
    public var within: Period?
    /// absence: a property that says until when, instead of `within`.
    public var by: String?
    /// sequence: what comes first.
    public var first: [Condition]?
    public var match: [Condition]?
    /// absence: what was waited for. count: what empties the window.
    public var clear: [Condition]?
    public var resolveOn: [Condition]?
    /// sequence: the two must differ in this.
    public var different: Difference?
    /// count: how many.
    public var n: Int?
    /// threshold: at most so high …
    public var lte: Double?
    /// … and so far below the highest of the window.
    public var fall: Double?
    /// Every match is an alert of its own.
    public var each: Bool?
    public var escalate: Escalation?
    /// After the last change; default 30 days.
    public var expires: Expiry?

    public enum Kind: String, Decodable, Sendable, CaseIterable {
        case match, absence, sequence, count, threshold, stuck, broadcast
    }

    public enum Severity: String, Decodable, Sendable, CaseIterable, Comparable {
        case info, warning, critical

        public static func < (a: Severity, b: Severity) -> Bool {
            (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
        }
    }

    public enum Difference: String, Decodable, Sendable, CaseIterable { case channel }

    /// A worse severity, when the evidence has so many different types.
    public struct Escalation: Decodable, Sendable, Equatable {
        public var differentTypes: Int
        public var severity: Severity

        private enum CodingKeys: String, CodingKey {
            case severity
            case differentTypes = "different_types"
        }
    }

    /// `30d`, or `never`.
    public enum Expiry: Decodable, Sendable, Equatable {
        case never
        case after(Period)

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            if text == "never" {
                self = .never
            } else if let period = Period(text) {
                self = .after(period)
            } else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "expected a length of time such as 30m, 24h or 14d, or never, found “\(text)”"
                )
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case rule, title, messages, kind, severity, key, within, by, first, match, clear, different, n, lte, fall, each
        case escalate, expires
        case resolveOn = "resolve_on"
    }
}

/// The rules in their file.
public struct AlertRules: Decodable, Sendable, Equatable {
    public var rules: [AlertRule]
    /// How messages call types, channels and other texts of events.
    public var words: [String: Vocabulary.Title]?

    public init(rules: [AlertRule], words: [String: Vocabulary.Title]? = nil) {
        self.rules = rules
        self.words = words
    }
}
