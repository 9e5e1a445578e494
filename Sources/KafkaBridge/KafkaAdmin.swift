// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// A topic to create.
public struct KafkaNewTopic: Sendable, Hashable {
    public var name: String
    public var partitions: Int32
    /// −1: the broker's default.
    public var replication: Int32
    /// Settings that differ from the broker's, e.g. `cleanup.policy`.
    public var settings: [String: String]

    public init(_ name: String, partitions: Int32, replication: Int32 = -1, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.settings = settings
    }
}

/// A topic as the cluster describes it.
public struct KafkaTopicDescription: Sendable, Hashable {
    public var name: String
    public var partitions: Int32
    /// Of partition 0.
    public var replication: Int32

    public init(name: String, partitions: Int32, replication: Int32) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
    }
}

/// Looks after topics: creates, describes, purges, deletes.
///
/// **Thread**: one owner. Every call blocks until its answer or `limit`.
public final class KafkaAdmin {
    let client: ClientHandle
    let limit: Duration

    public init(
        _ config: KafkaConfig,
        within limit: Duration = .seconds(30),
        observer: KafkaObserver = .silent
    ) throws(KafkaError) {
        client = try ClientHandle(.producer, config, observer: observer)
        self.limit = limit
    }

    @discardableResult
    public func close(within limit: Duration = .seconds(10)) -> Bool { client.free(closing: true, within: limit) }

    /// Every topic of the cluster that we may see, by name. With `name`, only that one, and nothing when it does not
    /// exist.
    public func topics(_ name: String? = nil) throws(KafkaError) -> [KafkaTopicDescription] {
        // A topic handle of ours limits the question to its topic.
        let handle = unsafe name.flatMap { unsafe rd_kafka_topic_new(client.pointer, $0, nil) }
        defer { if let handle = unsafe handle { unsafe rd_kafka_topic_destroy(handle) } }
        let deadline = Deadline(after: limit)
        while true {
            var answer: UnsafePointer<rd_kafka_metadata>?
            let code = unsafe rd_kafka_metadata(
                client.pointer,
                name == nil ? 1 : 0,
                handle,
                &answer,
                max(1, deadline.remainingMs(atMost: .seconds(10)))
            )
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, let answer = unsafe answer {
                defer { unsafe rd_kafka_metadata_destroy(answer) }
                return unsafe Self.descriptions(answer.pointee)
            }
            let error = KafkaError(code: code, operation: "metadata")
            if !error.isRetriable || deadline.hasPassed { throw error }
        }
    }

    private static func descriptions(_ metadata: rd_kafka_metadata) -> [KafkaTopicDescription] {
        var result: [KafkaTopicDescription] = []
        for index in 0..<Int(unsafe metadata.topic_cnt) {
            let topic = unsafe metadata.topics[index]
            guard unsafe topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let replicas = unsafe topic.partition_cnt > 0 ? topic.partitions[0].replica_cnt : 0
            unsafe result.append(
                KafkaTopicDescription(name: text(topic.topic), partitions: topic.partition_cnt, replication: replicas)
            )
        }
        return result.sorted { $0.name < $1.name }
    }

    /// Creates topics. One that exists already is left as it is.
    ///
    /// - Returns: the names that were created. **Throws** the first other refusal.
    public func create(_ topics: [KafkaNewTopic]) throws(KafkaError) -> [String] {
        if topics.isEmpty { return [] }
        var created: [String] = []
        var requests: [OpaquePointer?] = unsafe []
        defer { unsafe rd_kafka_NewTopic_destroy_array(&requests, requests.count) }
        for topic in topics { unsafe requests.append(try Self.request(topic)) }
        let results = unsafe try ask("create_topics", RD_KAFKA_ADMIN_OP_CREATETOPICS) { options, queue in
            unsafe rd_kafka_CreateTopics(client.pointer, &requests, requests.count, options, queue)
        } reading: { event in
            unsafe Self.results(rd_kafka_event_CreateTopics_result(event), rd_kafka_CreateTopics_result_topics)
        }
        for (name, code, message) in results {
            switch code {
            case RD_KAFKA_RESP_ERR_NO_ERROR: created.append(name)
            case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: continue
            default: throw KafkaError(code: code, operation: "create_topics", message: "\(name): \(message)")
            }
        }
        try awaitTopics(created)
        return created
    }

    /// Brokers learn of new topics a little after the controller has answered.
    private func awaitTopics(_ names: [String]) throws(KafkaError) {
        var missing = Set(names)
        let deadline = Deadline(after: limit)
        while !missing.isEmpty {
            missing.subtract(try topics().map(\.name))
            if missing.isEmpty { return }
            if deadline.hasPassed { throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT, operation: "create_topics") }
            unsafe rd_kafka_poll(client.pointer, 20)
        }
    }

    private static func request(_ topic: KafkaNewTopic) throws(KafkaError) -> OpaquePointer? {
        var reason = [CChar](repeating: 0, count: 512)
        guard
            let request = unsafe rd_kafka_NewTopic_new(
                topic.name,
                topic.partitions,
                topic.replication,
                &reason,
                reason.count
            )
        else { throw unsafe KafkaError(.invalidArgument, operation: "create_topics", message: text(reason)) }
        for (key, value) in topic.settings {
            _ = unsafe rd_kafka_NewTopic_set_config(request, key, value)
        }
        return unsafe request
    }

    /// Deletes topics. One that does not exist is no error.
    public func delete(_ names: [String]) throws(KafkaError) {
        if names.isEmpty { return }
        var requests: [OpaquePointer?] = unsafe names.map { unsafe rd_kafka_DeleteTopic_new($0) }
        defer { unsafe rd_kafka_DeleteTopic_destroy_array(&requests, requests.count) }
        let results = unsafe try ask("delete_topics", RD_KAFKA_ADMIN_OP_DELETETOPICS) { options, queue in
            unsafe rd_kafka_DeleteTopics(client.pointer, &requests, requests.count, options, queue)
        } reading: { event in
            unsafe Self.results(rd_kafka_event_DeleteTopics_result(event), rd_kafka_DeleteTopics_result_topics)
        }
        for (name, code, message) in results
        where code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART {
            throw KafkaError(code: code, operation: "delete_topics", message: "\(name): \(message)")
        }
    }
}
