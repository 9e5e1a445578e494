// SPDX-License-Identifier: Apache-2.0
import CRdKafka

extension KafkaConsumer {
    /// Waits for records and drains what is there, up to the limits. Stops early at a rebalance.
    ///
    /// Each payload is copied once, from the library's buffer into `arena`, which is only appended to.
    /// - Returns: how many records were given to `visit`.
    public func poll(
        into arena: inout [UInt8],
        limits: KafkaPollLimits,
        _ visit: (KafkaRecord) -> Void
    ) -> Int {
        let start = arena.count
        var count = 0
        var deadline: Deadline?
        var wait = limits.wait.wholeMilliseconds
        while count < limits.records, arena.count - start < limits.bytes, !client.context.rebalanced {
            // The clock is read every 256 records: reading it costs more than polling a record that is there.
            if count & 255 == 255, let deadline, deadline.hasPassed { break }
            guard let message = unsafe rd_kafka_consumer_poll(client.pointer, wait) else { break }
            defer { unsafe rd_kafka_message_destroy(message) }
            wait = 0
            if deadline == nil { deadline = Deadline(after: limits.gather) }
            guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                unsafe noteFailure(message)
                continue
            }
            visit(unsafe record(message, into: &arena))
            count += 1
        }
        return count
    }

    /// What polls found beside records since the last call, in order.
    public func takeEvents() -> [KafkaConsumerEvent] {
        let events = client.context.events
        if !events.isEmpty { client.context.events.removeAll() }
        client.context.rebalanced = false
        return events
    }

    private func record(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>,
        into arena: inout [UInt8]
    ) -> KafkaRecord {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        return unsafe KafkaRecord(
            topic: index(of: message.pointee.rkt),
            partition: message.pointee.partition,
            offset: message.pointee.offset,
            timestampMs: rd_kafka_message_timestamp(message, &type),
            key: place(message.pointee.key, message.pointee.key_len, in: &arena),
            value: place(message.pointee.payload, message.pointee.len, in: &arena),
            headers: readsHeaders ? headers(message, into: &arena) : []
        )
    }

    /// Copies borrowed bytes into the arena. A null pointer is null, not empty.
    private func place(_ bytes: UnsafeRawPointer?, _ count: Int, in arena: inout [UInt8]) -> Range<Int>? {
        guard let bytes = unsafe bytes else { return nil }
        let start = arena.count
        unsafe arena.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return start..<arena.count
    }

    private func headers(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>,
        into arena: inout [UInt8]
    ) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard unsafe rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let list = unsafe list
        else { return [] }
        var result: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while unsafe rd_kafka_header_get_all(list, result.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            unsafe result.append(KafkaHeader(name: text(name), value: place(value, size, in: &arena)))
        }
        return result
    }

    private func index(of handle: OpaquePointer?) -> Int {
        guard let handle = unsafe handle else { return 0 }
        if let index = unsafe topicIndexes[handle] { return index }
        let name = unsafe text(rd_kafka_topic_name(handle))
        let index = topics.firstIndex(of: name) ?? topics.count
        if index == topics.count { topics.append(name) }
        unsafe topicIndexes[handle] = index
        return index
    }

    private func noteFailure(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let code = unsafe message.pointee.err
        var partition: KafkaPartition?
        if let topic = unsafe message.pointee.rkt, unsafe message.pointee.partition >= 0 {
            partition = unsafe KafkaPartition(text(rd_kafka_topic_name(topic)), message.pointee.partition)
        }
        if code == RD_KAFKA_RESP_ERR__PARTITION_EOF, let partition {
            unsafe client.context.events.append(.end(partition, offset: message.pointee.offset))
            return
        }
        let error = unsafe KafkaError(
            code: code,
            operation: "poll",
            message: text(rd_kafka_message_errstr(message))
        )
        client.context.events.append(partition.map { .partitionFailed($0, error) } ?? .failed(error))
    }
}
