// SPDX-License-Identifier: Apache-2.0
import CRdKafka

extension KafkaConsumer {
    /// What the group committed; partitions without a commit are left out.
    ///
    /// With `isolation.level=read_committed` it waits while a transaction that touches them is open.
    public func committed(
        _ partitions: some Collection<KafkaPartition>,
        within limit: Duration
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        if partitions.isEmpty { return [:] }
        let deadline = Deadline(after: limit)
        while true {
            let list = PartitionList(partitions)
            let code = unsafe rd_kafka_committed(
                client.pointer,
                list.pointer,
                max(1, deadline.remainingMs(atMost: .seconds(5)))
            )
            do throws(KafkaError) {
                try KafkaError.check(code, "committed")
                return try list.offsets("committed").filter { $0.value >= 0 }
            } catch {
                if !error.isRetriable || deadline.hasPassed { throw error }
            }
        }
    }

    /// Commits outside of transactions, and waits for the answer.
    public func commit(_ offsets: [KafkaPartition: Int64], within limit: Duration) throws(KafkaError) {
        if offsets.isEmpty { return }
        let list = PartitionList(offsets)
        let queue = try EventQueue(client)
        let code = unsafe rd_kafka_commit_queue(client.pointer, list.pointer, queue.pointer, nil, nil)
        try KafkaError.check(code, "commit")
        unsafe try queue.answer(to: "commit", within: limit) { event throws(KafkaError) in
            guard let answers = unsafe rd_kafka_event_topic_partition_list(event) else { return }
            for (partition, _, code) in unsafe entries(of: answers) where code != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw KafkaError(code: code, operation: "commit", at: partition)
            }
        }
    }

    /// Asks the broker where a partition begins and ends. The end is the read-uncommitted one, whatever the isolation.
    public func watermarks(_ partition: KafkaPartition, within limit: Duration) throws(KafkaError) -> KafkaWatermarks {
        let deadline = Deadline(after: limit)
        while true {
            var (low, high): (Int64, Int64) = (0, 0)
            let code = unsafe rd_kafka_query_watermark_offsets(
                client.pointer,
                partition.topic,
                partition.partition,
                &low,
                &high,
                max(1, deadline.remainingMs(atMost: .seconds(5)))
            )
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return KafkaWatermarks(low: low, high: high) }
            let error = KafkaError(code: code, operation: "watermarks", at: partition)
            if !error.isRetriable || deadline.hasPassed { throw error }
        }
    }

    /// Where a partition ended when records were last fetched from it; asks nobody. Nil: nothing was fetched yet.
    public func knownEnd(of partition: KafkaPartition) -> Int64? {
        var (low, high): (Int64, Int64) = (0, 0)
        let code = unsafe rd_kafka_get_watermark_offsets(
            client.pointer,
            partition.topic,
            partition.partition,
            &low,
            &high
        )
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    /// The first offset at or after a time (milliseconds, by Kafka's own timestamps) in each partition; where there
    /// is none, the end.
    public func offsets(
        atOrAfter times: [KafkaPartition: Int64],
        within limit: Duration
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        if times.isEmpty { return [:] }
        let list = PartitionList(times)
        let code = unsafe rd_kafka_offsets_for_times(client.pointer, list.pointer, max(1, limit.wholeMilliseconds))
        try KafkaError.check(code, "offsets_for_times")
        return try list.offsets("offsets_for_times")
    }

    /// Our standing in the group, to be sent with a transaction's offsets.
    public func membership() throws(KafkaError) -> KafkaMembership {
        guard let metadata = unsafe rd_kafka_consumer_group_metadata(client.pointer) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__STATE, operation: "group_metadata")
        }
        return unsafe try KafkaMembership(taking: metadata, client: client)
    }
}
