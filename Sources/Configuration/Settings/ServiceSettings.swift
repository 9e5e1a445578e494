// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// `tabiji.yaml`: where and how the program runs.
public struct ServiceSettings: Sendable, Equatable, Decodable {
    /// Where events come from and go to.
    public enum Transport: String, Sendable, CaseIterable, Decodable { case embedded, kafka }
    /// What a process can do.
    public enum Role: String, Sendable, CaseIterable, Decodable { case intake, identity, journey, dashboard }

    /// **Default** embedded.
    public var transport = Transport.embedded
    /// This process's name, its own and always the same.
    ///
    /// **Default** none: required for `transport: kafka`.
    public var instance = ""
    /// Stands before the names of all topics of ours, and of consumer groups.
    ///
    /// **Default** none.
    public var prefix = ""
    /// What this process does.
    ///
    /// **Default** all of intake, identity, journey.
    public var roles: [Role] = [.intake, .identity, .journey]
    /// The folder of the local state, relative to the current one.
    ///
    /// **Default** data.
    public var data = "data"
    /// How often work is committed.
    ///
    /// **Default** 100ms. **Range** 10ms–1m
    public var commitInterval = Duration.milliseconds(100)
    /// A customer's profile is written at most so often.
    ///
    /// **Default** 5s. **Range** 0ms–1h
    public var profileInterval = Duration.seconds(5)
    /// The connection to Kafka and the topics on it.
    public var kafka = KafkaSettings()
    /// The transport without Kafka.
    public var embedded = EmbeddedSettings()
    /// The format of an input topic's records; topics that are not named: each record's own.
    ///
    /// **Default** none.
    public var formats: [String: InputFormat] = [:]
    /// The realm of an input topic's records that name none.
    ///
    /// **Default** none: `default`.
    public var topicRealms: [String: String] = [:]
    /// The topics whose control records count.
    ///
    /// **Default** touchpoints.control
    public var controlTopics = ["touchpoints.control"]
    /// How Segment's and RudderStack's messages are read.
    public var segment = SegmentSettings()
    /// Bounds of queues, caches, batches and timelines.
    public var limits = LimitSettings()
    /// Which optional records are written.
    public var outputs = OutputSettings()
    /// The HTTP server.
    public var http = HTTPSettings()
    /// What the stage models take from the place of business.
    public var journeys = JourneySettings()
    /// What goes to standard error.
    public var log = LogSettings()

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        try keys.read(.transport, into: &transport)
        try keys.read(.instance, into: &instance, expected: Self.partExpectation, where: TopicName.isPart)
        try keys.read(.prefix, into: &prefix, expected: Self.partExpectation, where: TopicName.isPart)
        try keys.read(.roles, into: &roles)
        try keys.read(.data, into: &data, expected: "a folder", where: { !$0.isEmpty })
        try keys.read(.commitInterval, into: &commitInterval, in: .milliseconds(10) ... .seconds(60))
        try keys.read(.profileInterval, into: &profileInterval, in: .zero ... .seconds(3600))
        try keys.read(.kafka, into: &kafka)
        try keys.read(.embedded, into: &embedded)
        try keys.read(.formats, into: &formats)
        try keys.read(.topicRealms, into: &topicRealms)
        try keys.read(.controlTopics, into: &controlTopics)
        try keys.read(.segment, into: &segment)
        try keys.read(.limits, into: &limits)
        try keys.read(.outputs, into: &outputs)
        try keys.read(.http, into: &http)
        try keys.read(.journeys, into: &journeys)
        try keys.read(.log, into: &log)
    }

    private static let partExpectation = "letters, digits, “.”, “_”, “-”, up to 100"

    private enum Key: String, CodingKey {
        case transport, instance, prefix, roles, data, kafka, embedded, formats, segment, limits, outputs, http,
            journeys, log
        case commitInterval = "commit_interval"
        case profileInterval = "profile_interval"
        case topicRealms = "topic_realms"
        case controlTopics = "control_topics"
    }
}

/// The three formats of input records, as they are named in files.
public enum InputFormat: String, Sendable, CaseIterable, Decodable {
    case native, cloudevents, segment

    /// As intake takes it.
    public var intake: IntakeSettings.Format {
        switch self {
        case .native: .native
        case .cloudevents: .cloudevents
        case .segment: .segment
        }
    }
}

/// How Segment's and RudderStack's messages are read (`segment` in `tabiji.yaml`).
public struct SegmentSettings: Sendable, Equatable, Decodable {
    /// Whose clock a message's time is of.
    public enum Time: String, Sendable, CaseIterable, Decodable { case original, corrected }

    /// Whose clock counts: the device's, or the one corrected by the server's.
    ///
    /// **Default** original.
    public var time = Time.original

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        try decoder.container(keyedBy: Key.self).read(.time, into: &time)
    }

    private enum Key: String, CodingKey { case time }
}
