// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge
internal import StateStore

/// One worker's connection to Kafka: a group member and a producer, on the worker's thread.
///
/// Partitions of ours are not given to the client before their state is restored, and then with explicit offsets;
/// after an abort they are given again, with the offsets of the last commit. So reading never depends on what the
/// client believes its position to be.
final class KafkaSession: LogSession {
    /// One partition that the group gave us.
    struct Owned {
        /// Where the last commit ends: where reading begins again after an abort.
        var next: Int64
        /// What comes next from the client; records before it are repeats.
        var expected: Int64
        var isReading = false
        var isAtEnd = false
    }

    let role: Role
    let worker: Int
    let settings: KafkaLogSettings
    let store: any StateStore
    let counts: [Int32]
    let observer: KafkaObserver
    let consumer: KafkaConsumer
    var writer: KafkaWriter
    /// Created when the first partition is restored, let go when reading begins.
    var restorer: ChangelogRestorer?

    var owned: [KafkaPartition: Owned] = [:]
    /// State partitions that are restored, up to their last commit.
    var states: [Int32: PartitionMeta] = [:]
    /// Events not yet handed out, oldest first.
    var waiting: [LogEvent] = []
    /// The assignment is lost, and the client has not said so yet: whatever it gives meanwhile is not ours.
    var isSuspended = false
    /// The group's last word was an assignment: no rebalance waits for our answer.
    var isSettled = false
    /// Taken again as soon as they are released: what was known of their state is lost, and they are not.
    var stillOurs: [KafkaPartition] = []

    init(
        role: Role,
        worker: Int,
        settings: KafkaLogSettings,
        store: any StateStore,
        counts: [Int32],
        observer: KafkaObserver
    ) throws {
        self.role = role
        self.worker = worker
        self.settings = settings
        self.store = store
        self.counts = counts
        self.observer = observer
        writer = try KafkaWriter(settings, role, worker: worker, counts: counts, observer: observer)
        consumer = try KafkaConsumer(settings.memberConfig(role, worker: worker), observer: observer)
        consumer.readsHeaders = !role.isTransactional
        try consumer.subscribe(role == .intake ? settings.inputs : role.inputs.map { settings.name(of: $0) })
    }

    func poll(maxRecords: Int, waitMs: Int) throws -> LogEvent {
        if !waiting.isEmpty { return waiting.removeFirst() }
        writer.producer.serve()
        let batch = read(maxRecords: maxRecords, waitMs: waitMs)
        try KafkaLogError.wrapping { try handleEvents() }
        if !batch.isEmpty { return .records(batch) }
        if !waiting.isEmpty { return waiting.removeFirst() }
        return .idle(caughtUp: !owned.isEmpty && owned.values.allSatisfy { $0.isReading && $0.isAtEnd })
    }

    var lag: Int64? {
        var sum: Int64 = 0
        for (partition, known) in owned {
            guard known.isReading else { return nil }
            if known.isAtEnd { continue }
            guard let end = consumer.knownEnd(of: partition) else { return nil }
            sum += max(0, end - known.expected)
        }
        return sum
    }

    func state(partition: Int32) -> any StateReader {
        StoreStateReader(store: store, prefix: StateKeys.prefix(role, partition))
    }

    func close() throws {
        let consumerClosed = consumer.close(within: .seconds(10))
        let producerClosed = writer.producer.close(within: .seconds(10))
        restorer?.close()
        restorer = nil
        if role.isTransactional { try store.flush() }
        guard consumerClosed, producerClosed else {
            throw KafkaLogError("the Kafka client did not close in time; everything committed is safe", exitCode: 75)
        }
    }

    /// Ends as a crash would: nothing is said to the group, no transaction is ended.
    package func abandon() {
        consumer.abandon()
        writer.producer.close(within: .seconds(5))
        restorer?.close()
    }

    // MARK: reading

    /// What the client has, without what is not ours to read.
    private func read(maxRecords: Int, waitMs: Int) -> RecordBatch {
        var run = Run()
        let limits = KafkaPollLimits(records: maxRecords, bytes: settings.pollBytesMax, wait: .milliseconds(waitMs))
        let batch = consumer.batch(limits) { record in
            if record.topic != run.topic || record.partition != run.partition {
                finish(run)
                run = begin(record)
            }
            guard record.offset >= run.expected else { return false }
            run.expected = record.offset + 1
            return true
        }
        finish(run)
        return batch
    }

    /// Records of one partition that follow each other: its bookkeeping is looked up once.
    private struct Run {
        var topic = -1
        var partition: Int32 = -1
        /// `Int64.max`: nothing of it is ours.
        var expected = Int64.max
    }

    private func begin(_ record: KafkaRecord) -> Run {
        let known = owned[KafkaPartition(consumer.topics[record.topic], record.partition)]
        guard !isSuspended, let known, known.isReading else {
            return Run(topic: record.topic, partition: record.partition)
        }
        return Run(topic: record.topic, partition: record.partition, expected: known.expected)
    }

    private func finish(_ run: Run) {
        guard run.topic >= 0, run.expected != .max else { return }
        let partition = KafkaPartition(consumer.topics[run.topic], run.partition)
        guard run.expected != owned[partition]?.expected else { return }
        owned[partition]?.expected = run.expected
        owned[partition]?.isAtEnd = false
    }
}

extension TopicPartition {
    init(_ partition: KafkaPartition) { self.init(partition.topic, partition.partition) }
}

extension KafkaPartition {
    init(_ partition: TopicPartition) { self.init(partition.topic, partition.partition) }
}
