// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// Writes records: idempotent, and transactional when the settings have a `transactional.id`.
///
/// **Thread**: one thread owns a producer and makes every call; delivery reports come inside its calls.
@safe public final class KafkaProducer {
    /// A topic prepared for producing. Of one producer.
    public struct Topic: Hashable, Sendable {
        let index: Int
    }

    let client: ClientHandle
    private var names: [String] = []
    private var handles: [OpaquePointer] = unsafe []
    private let balance: HandleBalance?
    private var isClosed = false

    public init(_ config: KafkaConfig, observer: KafkaObserver = .silent) throws(KafkaError) {
        client = try ClientHandle(.producer, config, observer: observer)
        balance = HandleBalance.observed
    }

    deinit { freeTopics() }

    /// Prepares a topic. Done for all at the start: the first record to an unprepared topic may wait for a second.
    public func topic(_ name: String) throws(KafkaError) -> Topic {
        if let index = names.firstIndex(of: name) { return Topic(index: index) }
        let settings = unsafe rd_kafka_topic_conf_new()
        unsafe rd_kafka_topic_conf_set_opaque(settings, UnsafeMutableRawPointer(bitPattern: names.count + 1))
        guard let handle = unsafe rd_kafka_topic_new(client.pointer, name, settings) else {
            unsafe rd_kafka_topic_conf_destroy(settings)
            throw KafkaError(code: rd_kafka_last_error(), operation: "topic_new")
        }
        balance?.note(created: .topic)
        names.append(name)
        unsafe handles.append(handle)
        return Topic(index: names.count - 1)
    }

    /// Appends one record; it is copied before the call returns. Waits while the queue is full, serving delivery
    /// reports.
    ///
    /// `key` and `value` are ranges of `bytes`; nil is null, an empty range empty.
    /// **Throws** `queueFull` after `limit`; else what the library says (too large, unknown partition, fatal).
    public func produce(
        to topic: Topic,
        partition: Int32,
        bytes: [UInt8],
        key: Range<Int>?,
        value: Range<Int>?,
        headers: [(name: String, value: [UInt8])] = [],
        within limit: Duration = .seconds(30)
    ) throws(KafkaError) {
        var deadline: Deadline?
        while true {
            let code = unsafe send(handles[topic.index], partition, bytes, key, value, headers)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
            let error = KafkaError(code: code, operation: "produce")
            guard error.code == .queueFull else { throw error }
            let until = deadline ?? Deadline(after: limit)
            deadline = until
            if until.hasPassed { throw error }
            unsafe rd_kafka_poll(client.pointer, 10)
        }
    }

    /// One record from bytes of its own.
    public func produce(
        to topic: Topic,
        partition: Int32,
        key: [UInt8]?,
        value: [UInt8]?,
        headers: [(name: String, value: [UInt8])] = []
    ) throws(KafkaError) {
        let bytes = (key ?? []) + (value ?? [])
        let split = key?.count ?? 0
        try produce(
            to: topic,
            partition: partition,
            bytes: bytes,
            key: key.map { 0..<$0.count },
            value: value.map { split..<split + $0.count },
            headers: headers
        )
    }

    /// Serves delivery reports and statistics that are waiting. Call it now and then while nothing is produced.
    public func serve() { unsafe rd_kafka_poll(client.pointer, 0) }

    /// Waits until every record was acknowledged or has failed. **Throws** `timedOut`: some are still under way.
    public func flush(within limit: Duration) throws(KafkaError) {
        try KafkaError.check(unsafe rd_kafka_flush(client.pointer, limit.wholeMilliseconds), "flush")
    }

    /// Records that failed for good since `clearFailures`, and the first one's error.
    public var failures: (count: Int, first: KafkaError?) {
        (client.context.deliveries.failed, client.context.deliveries.firstFailure)
    }

    /// Records acknowledged so far.
    public var delivered: Int { client.context.deliveries.delivered }

    public func clearFailures() { client.context.deliveries.clearFailures() }

    /// The highest offset acknowledged in a partition so far.
    public func highestOffset(_ topic: Topic, _ partition: Int32) -> Int64? {
        client.context.deliveries.highestOffset(topic: topic.index, partition: partition)
    }

    /// The client's fatal error, if any: ask before beginning a transaction, which would hang otherwise.
    public var fatalError: KafkaError? { client.fatalError }

    /// Drops what is not acknowledged, and frees everything. An open transaction is left to its successor or its
    /// timeout.
    ///
    /// - Returns: false: the library was still busy after `limit`, and was left to itself.
    @discardableResult
    public func close(within limit: Duration = .seconds(10)) -> Bool {
        if isClosed { return true }
        isClosed = true
        let deadline = Deadline(after: limit)
        unsafe rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        // Serves the reports of what was purged.
        unsafe rd_kafka_poll(client.pointer, 0)
        freeTopics()
        return client.free(closing: true, within: .milliseconds(Int(deadline.remainingMs(atMost: .seconds(3600)))))
    }

    private func freeTopics() {
        // By index: the formatter mangles `for unsafe`.
        for index in unsafe handles.indices {
            unsafe rd_kafka_topic_destroy(handles[index])
            balance?.note(freed: .topic)
        }
        unsafe handles = []
        names = []
    }
}

extension KafkaProducer {
    private func send(
        _ topic: OpaquePointer,
        _ partition: Int32,
        _ bytes: [UInt8],
        _ key: Range<Int>?,
        _ value: Range<Int>?,
        _ headers: [(name: String, value: [UInt8])]
    ) -> rd_kafka_resp_err_t {
        let list = unsafe Self.list(headers)
        let code = unsafe bytes.withUnsafeBytes { arena in
            // An empty payload needs an address too: a null one would mean null.
            let base = unsafe arena.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
            return unsafe crdkafka_produce(
                client.pointer,
                topic,
                partition,
                key.flatMap { unsafe base?.advanced(by: $0.lowerBound) },
                key?.count ?? 0,
                value.flatMap { unsafe base?.advanced(by: $0.lowerBound) },
                value?.count ?? 0,
                list
            )
        }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR, let list = unsafe list { unsafe rd_kafka_headers_destroy(list) }
        return code
    }

    private static func list(_ headers: [(name: String, value: [UInt8])]) -> OpaquePointer? {
        if headers.isEmpty { return nil }
        guard let list = unsafe rd_kafka_headers_new(headers.count) else { return nil }
        for (name, value) in headers {
            unsafe value.withUnsafeBytes { bytes in
                let base = unsafe bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
                _ = unsafe rd_kafka_header_add(list, name, -1, base, bytes.count)
            }
        }
        return unsafe list
    }
}
