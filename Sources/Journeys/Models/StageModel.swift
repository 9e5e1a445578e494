// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// A stage model as its YAML file has it: stages in order, what enters each, what goes back, when a new cycle starts.
public struct StageModel: Decodable, Sendable, Equatable {
    public var model: String
    public var title: Vocabulary.Title
    /// One journey per such thing; nil: one per customer.
    public var instance: ThingKind?
    /// A new cycle, to the highest stage that the event enters, else the first.
    public var restart: [Condition]?
    public var stages: [Stage]

    public struct Stage: Decodable, Sendable, Equatable {
        public var stage: String
        public var title: Vocabulary.Title
        public var enter: [Condition]?
        /// The first whose condition matches.
        public var regress: [Regress]?
        public var stuckAfter: Period?
        /// An instance here is over: the profile no longer shows it.
        public var last: Bool?

        private enum CodingKeys: String, CodingKey {
            case stage, title, enter, regress, last
            case stuckAfter = "stuck_after"
        }
    }

    public struct Regress: Decodable, Sendable, Equatable {
        /// A stage, or `previous`: one down.
        public var to: String
        public var when: [Condition]
    }

    /// What `to` says for one stage down.
    public static let previous = "previous"
}

/// Things that events are about.
public enum ThingKind: String, Decodable, Sendable, CaseIterable {
    case order, `return`, `case`, subscription, product
}
