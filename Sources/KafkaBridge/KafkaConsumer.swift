// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// Reads topics, as a member of a group or by itself.
///
/// **Thread**: one thread owns a consumer and makes every call; the callbacks come inside its calls. Rebalances are
/// noted by `poll` and answered by the owner with `assign` or `unassign`, from the same thread.
@safe public final class KafkaConsumer {
    let client: ClientHandle
    /// Names of the topics that records refer to by index. Only ever appended to.
    public internal(set) var topics: [String] = []
    /// Whether records come with their headers.
    public var readsHeaders = true
    /// Indexes by the library's topic handle. Handles may be reused after a change of assignment, so it is emptied
    /// then.
    var topicIndexes: [OpaquePointer: Int] = unsafe [:]

    /// **Throws** `invalidArgument`: a setting is unknown or has a wrong value.
    public init(_ config: KafkaConfig, observer: KafkaObserver = .silent) throws(KafkaError) {
        client = try ClientHandle(.consumer, config, observer: observer)
        do throws(KafkaError) {
            // All events come with the consumer's own queue, so that one poll serves everything.
            try KafkaError.check(unsafe rd_kafka_poll_set_consumer(client.pointer), "poll_set_consumer")
        } catch {
            client.free(closing: false, within: .seconds(5))
            throw error
        }
    }

    /// Joins the group for these topics. A name that begins with `^` is a regular expression.
    public func subscribe(_ topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { KafkaPartition($0, -1) })
        try KafkaError.check(unsafe rd_kafka_subscribe(client.pointer, list.pointer), "subscribe")
    }

    /// Reads these partitions from these offsets (or a `KafkaOffset`), and nothing else.
    public func assign(_ offsets: [KafkaPartition: Int64]) throws(KafkaError) {
        unsafe topicIndexes.removeAll(keepingCapacity: true)
        let list = PartitionList(offsets)
        try KafkaError.check(unsafe rd_kafka_assign(client.pointer, list.pointer), "assign")
    }

    /// Gives all partitions back.
    public func unassign() throws(KafkaError) {
        unsafe topicIndexes.removeAll(keepingCapacity: true)
        try KafkaError.check(unsafe rd_kafka_assign(client.pointer, nil), "unassign")
    }

    /// The partitions that are assigned now.
    public func assignment() throws(KafkaError) -> [KafkaPartition] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        try KafkaError.check(unsafe rd_kafka_assignment(client.pointer, &list), "assignment")
        guard let list = unsafe list else { return [] }
        let owned = unsafe PartitionList(taking: list)
        return unsafe entries(of: owned.pointer).map(\.partition)
    }

    /// Whether the assignment went without our consent. Clear once it was answered.
    public var isAssignmentLost: Bool { unsafe rd_kafka_assignment_lost(client.pointer) != 0 }

    /// Leaves the group (a static member does not: it may come back) and frees everything.
    ///
    /// - Returns: false: the library was still busy after `limit`, and was left to itself. The process should end soon.
    @discardableResult
    public func close(within limit: Duration = .seconds(10)) -> Bool {
        let deadline = Deadline(after: limit)
        var closed = false
        if let queue = try? EventQueue(client) {
            let failure = unsafe rd_kafka_consumer_close_queue(client.pointer, queue.pointer)
            if unsafe KafkaError.taking(failure, operation: "consumer_close") == nil {
                closed = serve(queue, until: deadline)
            }
        }
        let freed = client.free(
            closing: false,
            within: .milliseconds(Int(deadline.remainingMs(atMost: .seconds(3600))))
        )
        return closed && freed
    }

    /// Frees everything without leaving the group, as a crash would.
    public func abandon() { client.free(closing: false, within: .seconds(5)) }

    /// Serves the rebalance that closing causes. What it revokes was committed before, or is dropped.
    private func serve(_ queue: borrowing EventQueue, until deadline: Deadline) -> Bool {
        while unsafe rd_kafka_consumer_closed(client.pointer) == 0 {
            if deadline.hasPassed { return false }
            // Not rd_kafka_queue_poll_callback, which stops the process when a record is still in the queue.
            if let message = unsafe rd_kafka_consume_queue(
                queue.pointer,
                deadline.remainingMs(atMost: .milliseconds(20))
            ) {
                unsafe rd_kafka_message_destroy(message)
            }
            if client.context.rebalanced {
                client.context.rebalanced = false
                _ = unsafe rd_kafka_assign(client.pointer, nil)
            }
        }
        client.context.events.removeAll()
        return true
    }
}
