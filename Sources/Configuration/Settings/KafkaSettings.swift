// SPDX-License-Identifier: Apache-2.0

/// The connection to Kafka and the topics on it (`kafka` in `tabiji.yaml`).
public struct KafkaSettings: Sendable, Equatable, Decodable {
    /// `HOST:PORT`, several with commas between.
    ///
    /// **Default** none: required for `transport: kafka`.
    public var bootstrap = ""
    /// librdkafka's own settings (`security.protocol`, `sasl.username`, …), passed on as they are.
    ///
    /// A value `env:NAME` or `file:PATH` is read from there; passwords and keys must be. After loading the values are
    /// resolved.
    public var properties: [String: String] = [:]
    /// What intake reads.
    ///
    /// **Default** `^touchpoints\..+`
    public var inputTopics = TopicSelection.pattern(#"^touchpoints\..+"#)
    /// Of internal topics, fixed for life.
    ///
    /// **Default** 16. **Range** 1–1024.
    public var partitions = 16
    /// Copies of each topic that `tabiji topics create` asks for.
    ///
    /// **Default** 1. **Range** 1–9.
    public var replication = 1
    /// After so long the broker aborts the transaction of a worker that hangs.
    ///
    /// **Default** 15s. **Range** 1s–15m; more than `commit_interval`.
    public var transactionTimeout = Duration.seconds(15)
    /// How often what its readers have committed is deleted from internal topics.
    ///
    /// **Default** 1m. **Range** 1s–1d.
    public var purgeInterval = Duration.seconds(60)

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        try keys.read(
            .bootstrap,
            into: &bootstrap,
            expected: "HOST:PORT, several with commas between",
            where: Self.isBootstrap
        )
        try keys.read(.properties, into: &properties)
        try keys.read(.inputTopics, into: &inputTopics)
        try keys.read(.partitions, into: &partitions, in: 1...1024)
        try keys.read(.replication, into: &replication, in: 1...9)
        try keys.read(.transactionTimeout, into: &transactionTimeout, in: .seconds(1) ... .seconds(900))
        try keys.read(.purgeInterval, into: &purgeInterval, in: .seconds(1) ... .seconds(86_400))
    }

    /// Properties that hold a secret, so that a reference must stand there.
    static let secretProperties: Set<String> = [
        "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.config",
    ]

    private static func isBootstrap(_ text: String) -> Bool {
        guard !text.isEmpty else { return true }
        return text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { server in
            guard let colon = server.lastIndex(of: ":"), colon != server.startIndex,
                let port = UInt16(server[colon...].dropFirst())
            else { return false }
            return port > 0 && !server.contains(" ")
        }
    }

    private enum Key: String, CodingKey {
        case bootstrap, properties, partitions, replication
        case inputTopics = "input_topics"
        case transactionTimeout = "transaction_timeout"
        case purgeInterval = "purge_interval"
    }
}

/// The transport without Kafka (`embedded` in `tabiji.yaml`).
public struct EmbeddedSettings: Sendable, Equatable, Decodable {
    /// Of internal topics, fixed for life.
    ///
    /// **Default** 4. **Range** 1–64.
    public var partitions = 4
    /// The topic that events of the HTTP API and of standard input count as.
    ///
    /// **Default** `touchpoints.events`
    public var inputTopic = "touchpoints.events"

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        try keys.read(.partitions, into: &partitions, in: 1...64)
        try keys.read(.inputTopic, into: &inputTopic, expected: TopicName.expectation, where: TopicName.isOne)
    }

    private enum Key: String, CodingKey {
        case partitions
        case inputTopic = "input_topic"
    }
}
