// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import KafkaBridge

/// `--to kafka:PREFIX`: a replay's output records in shadow topics, which are made when they are missing.
final class ShadowSink: OutputSink {
    private let producer: KafkaProducer
    private var topics: [Topic: (handle: KafkaProducer.Topic, partitions: Int32)] = [:]

    init(_ settings: KafkaLogSettings) throws {
        _ = try KafkaTopics(settings).create { $0.isOutput }
        let admin = try KafkaAdmin(settings.adminConfig())
        defer { admin.close() }
        let partitions = Dictionary(try admin.topics().map { ($0.name, $0.partitions) }) { first, _ in first }
        producer = try KafkaProducer(settings.producerConfig(.intake, worker: 0))
        for topic in Topic.allCases where topic.isOutput {
            let name = settings.name(of: topic)
            guard let count = partitions[name], count > 0 else { throw KafkaLogError.missing([name]) }
            topics[topic] = (try producer.topic(name), count)
        }
    }

    func take(_ record: OutputRecord) throws {
        guard let topic = topics[record.topic] else { return }
        let key = (record.attributes.subject ?? record.attributes.id).hexBytes
        try producer.produce(
            to: topic.handle,
            partition: Murmur2.partition(of: key, count: topic.partitions),
            key: key,
            value: record.data,
            headers: KafkaWriter.headers(record.attributes)
        )
    }

    func finish() throws {
        try producer.flush(within: .seconds(60))
        if let failure = producer.failures.first { throw KafkaLogError(failure) }
        producer.close()
    }
}

/// `--to input`: lines of files into input topics, for the live daemon to stitch in.
final class InputProducer {
    private let producer: KafkaProducer
    private let admin: KafkaAdmin
    private var topics: [String: (handle: KafkaProducer.Topic, partitions: Int32)] = [:]
    private let partitions: [String: Int32]
    private var turn: Int32 = 0

    init(_ settings: KafkaLogSettings) throws {
        admin = try KafkaAdmin(settings.adminConfig())
        partitions = Dictionary(try admin.topics().map { ($0.name, $0.partitions) }) { first, _ in first }
        producer = try KafkaProducer(settings.producerConfig(.intake, worker: 0))
    }

    /// Appends a batch, spread over the topic's partitions.
    func append(_ batch: RecordBatch, to name: String) throws {
        if topics[name] == nil {
            guard let count = partitions[name], count > 0 else {
                throw KafkaLogError(
                    "expected the input topic \(name), which does not exist: create it first",
                    exitCode: 78
                )
            }
            topics[name] = (try producer.topic(name), count)
        }
        guard let topic = topics[name] else { return }
        for record in batch.records {
            turn = (turn + 1) % topic.partitions
            try producer.produce(to: topic.handle, partition: turn, bytes: batch.bytes, key: nil, value: record.value)
        }
    }

    func finish() throws {
        try producer.flush(within: .seconds(60))
        if let failure = producer.failures.first { throw KafkaLogError(failure) }
        producer.close()
        admin.close()
    }
}
