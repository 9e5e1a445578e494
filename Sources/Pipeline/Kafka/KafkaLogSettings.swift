// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

/// How to reach Kafka and what our topics, groups and transactions are called there.
public struct KafkaLogSettings: Sendable {
    /// `HOST:PORT`, several with commas between.
    public var bootstrap: String
    /// Goes before the names of our topics, groups and transactional ids. Topics that intake reads are named in full.
    public var prefix: String
    /// This process's lasting name, its own in the whole installation: a restart under it finds its partitions again.
    public var instance: String
    /// What intake reads: names, or one regular expression that begins with `^`.
    public var inputs: [String]
    /// The client library's settings of the user's (TLS, SASL, …), secrets resolved.
    public var properties: [String: String] = [:]
    /// Of internal topics and changelogs, fixed for life. **Default** 16.
    public var partitions: Int32 = 16
    /// Of output topics when we create them. **Default** 16.
    public var outputPartitions: Int32 = 16
    /// Copies of each topic when we create it. **Default** 1.
    public var replication: Int32 = 1
    /// After so long the broker aborts the transaction of a worker that hangs. **Default** 15 s.
    public var transactionTimeoutMs = 15_000
    /// After so long a commit counts as unknown. Less than `transactionTimeoutMs`. **Default** 10 s.
    public var commitTimeoutMs = 10_000
    /// After so long without a sign of life a worker's partitions go to others. **Default** 30 s.
    public var sessionTimeoutMs = 30_000
    /// Bytes of one poll, about. **Default** 8 MiB.
    public var pollBytesMax = 8 << 20
    /// The largest record, in bytes. **Default** 4 MiB.
    public var recordBytesMax = 4 << 20

    public init(bootstrap: String, prefix: String = "", instance: String, inputs: [String]) {
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.instance = instance
        self.inputs = inputs
    }
}

extension KafkaLogSettings {
    func name(of topic: Topic) -> String { prefix + topic.name }
    func changelog(of role: Role) -> String { prefix + "tabiji.\(role.name).changelog" }
    func group(of role: Role) -> String { prefix + "tabiji-\(role.name)" }
    func transactionalID(_ role: Role, worker: Int) -> String { "\(group(of: role))-\(instance)-\(worker)" }

    private var heartbeatMs: Int { max(100, min(3_000, sessionTimeoutMs / 10)) }
    var commitTimeout: Duration { .milliseconds(commitTimeoutMs) }

    /// A reader without a group of its own: it never commits.
    func readerConfig(isolation: String = "read_committed") throws(KafkaError) -> KafkaConfig {
        try KafkaConfig.consumer(bootstrap: bootstrap, group: prefix + "tabiji-reader", clientID: "tabiji-\(instance)")
            .merging(user: properties)
            .merging([
                "enable.partition.eof": "true",
                "isolation.level": isolation,
                // It has no session, but the library holds other settings against this one.
                "session.timeout.ms": String(sessionTimeoutMs),
                "heartbeat.interval.ms": String(heartbeatMs),
            ])
    }

    /// Asks for a role's committed offsets without joining its group.
    func onlookerConfig(_ role: Role) throws(KafkaError) -> KafkaConfig {
        try readerConfig().merging(["group.id": group(of: role)])
    }

    /// A static member of a role's group.
    func memberConfig(_ role: Role, worker: Int) throws(KafkaError) -> KafkaConfig {
        try KafkaConfig.consumer(bootstrap: bootstrap, group: group(of: role), clientID: "tabiji-\(instance)")
            .merging(user: properties)
            .merging([
                "group.instance.id": "\(instance)-\(worker)",
                // One number of co-partitioned topics goes to one worker; intake's small topics are spread instead.
                "partition.assignment.strategy": role.isTransactional ? "range" : "roundrobin",
                "session.timeout.ms": String(sessionTimeoutMs),
                "heartbeat.interval.ms": String(heartbeatMs),
                "enable.partition.eof": "true",
                "statistics.interval.ms": "10000",
            ])
    }

    func producerConfig(_ role: Role, worker: Int) throws(KafkaError) -> KafkaConfig {
        let client = "tabiji-\(instance)"
        let base =
            role.isTransactional
            ? KafkaConfig.transactional(
                bootstrap: bootstrap,
                id: transactionalID(role, worker: worker),
                timeoutMs: transactionTimeoutMs,
                clientID: client
            )
            : KafkaConfig.producer(bootstrap: bootstrap, clientID: client)
        return try base.merging(["message.max.bytes": String(recordBytesMax), "statistics.interval.ms": "10000"])
            .merging(user: properties)
    }

    func adminConfig() throws(KafkaError) -> KafkaConfig {
        try KafkaConfig.base(bootstrap: bootstrap, clientID: "tabiji-\(instance)").merging(user: properties)
    }
}
