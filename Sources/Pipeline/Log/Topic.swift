// SPDX-License-Identifier: Apache-2.0

/// The topics that are ours. Their names on a transport get the configured prefix.
public enum Topic: UInt8, CaseIterable, Sendable {
    case links, inbox, moves, owners, forgotten
    case transitions, alerts, profiles, timeline, identity, deadletter

    public var name: String {
        switch self {
        case .links: "tabiji.links"
        case .inbox: "tabiji.inbox"
        case .moves: "tabiji.moves"
        case .owners: "tabiji.owners"
        case .forgotten: "tabiji.forgotten"
        case .transitions: "journey.transitions"
        case .alerts: "journey.alerts"
        case .profiles: "journey.profiles"
        case .timeline: "journey.timeline"
        case .identity: "journey.identity"
        case .deadletter: "journey.deadletter"
        }
    }

    /// The newest record of a key is enough.
    public var isCompacted: Bool { [.owners, .forgotten, .profiles].contains(self) }
    /// A record for users, a CloudEvent.
    public var isOutput: Bool { rawValue >= Topic.transitions.rawValue }
}

/// A role: a pure engine and what it reads.
public enum Role: UInt8, CaseIterable, Sendable {
    case intake, identity, journey

    public var name: String {
        switch self {
        case .intake: "intake"
        case .identity: "identity"
        case .journey: "journey"
        }
    }

    public init?(named name: String) {
        guard let role = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }

    /// What it consumes, beside intake's configured inputs. Partitions with one number go to one worker.
    public var inputs: [Topic] {
        switch self {
        case .intake: []
        case .identity: [.links]
        case .journey: [.inbox, .moves]
        }
    }

    /// Identity and journey write in transactions and keep state; intake is at-least-once on purpose.
    public var isTransactional: Bool { self != .intake }
}

/// One partition of a topic, by the topic's name on the transport.
public struct TopicPartition: Hashable, Sendable, Comparable {
    public var topic: String
    public var partition: Int32

    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public static func < (a: Self, b: Self) -> Bool {
        a.topic != b.topic ? a.topic < b.topic : a.partition < b.partition
    }
}
