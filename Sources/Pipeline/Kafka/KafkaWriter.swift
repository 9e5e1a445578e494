// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import KafkaBridge
internal import Touchpoints

/// A producer with the topics that a role may append to.
final class KafkaWriter {
    let producer: KafkaProducer
    let changelog: KafkaProducer.Topic?
    /// By the topic's number.
    private var handles: [KafkaProducer.Topic] = []
    private let counts: [Int32]
    /// For records without a key.
    private var turn: Int32 = 0

    /// - Parameter counts: partitions of each topic, by the topic's number.
    init(_ settings: KafkaLogSettings, _ role: Role, worker: Int, counts: [Int32], observer: KafkaObserver) throws {
        self.counts = counts
        producer = try KafkaProducer(settings.producerConfig(role, worker: worker), observer: observer)
        do {
            for topic in Topic.allCases { handles.append(try producer.topic(settings.name(of: topic))) }
            changelog = role.isTransactional ? try producer.topic(settings.changelog(of: role)) : nil
            if role.isTransactional {
                // Twice the transaction timeout: an earlier producer's open transaction must end first.
                try producer.initTransactions(within: .milliseconds(max(60_000, 2 * settings.transactionTimeoutMs)))
            }
        } catch {
            producer.close(within: .seconds(2))
            throw error
        }
    }

    /// Appends all records of a transaction, and its state changes to the changelog.
    func write(_ transaction: Transaction) throws(KafkaError) {
        for append in transaction.appends {
            let topic = Int(append.topic.rawValue)
            try producer.produce(
                to: handles[topic],
                partition: append.partition ?? partition(of: append.key, in: transaction.bytes, among: counts[topic]),
                bytes: transaction.bytes,
                key: append.key,
                value: append.value,
                headers: append.attributes.map { Self.headers($0) } ?? []
            )
        }
        guard let changelog else { return }
        for change in transaction.changes {
            try producer.produce(
                to: changelog,
                partition: change.partition,
                bytes: transaction.bytes,
                key: change.key,
                value: change.value
            )
        }
    }

    /// The last record of a partition's changes: where its inputs stand.
    func write(_ meta: PartitionMeta, partition: Int32) throws(KafkaError) {
        guard let changelog else { return }
        try producer.produce(to: changelog, partition: partition, key: PartitionMeta.changelogKey, value: meta.packed)
    }

    private func partition(of key: Range<Int>?, in bytes: [UInt8], among count: Int32) -> Int32 {
        guard let key else {
            turn = (turn + 1) % count
            return turn
        }
        return Murmur2.partition(of: bytes[key], count: count)
    }

    /// CloudEvents 1.0, binary mode; the realm under its plain name too, as on records that are no CloudEvents.
    static func headers(_ attributes: EventAttributes) -> [(name: String, value: [UInt8])] {
        var time: [UInt8] = []
        EventTime.append(attributes.timeMs, to: &time)
        let realm = Array(attributes.realm.utf8)
        var headers: [(name: String, value: [UInt8])] = [
            ("ce_specversion", version),
            ("ce_id", attributes.id.hexBytes),
            ("ce_type", Array(attributes.type.utf8)),
            ("ce_source", source),
            ("ce_time", time),
            ("content-type", contentType),
            ("ce_realm", realm),
            ("realm", realm),
        ]
        if let subject = attributes.subject { headers.append(("ce_subject", subject.hexBytes)) }
        return headers
    }

    private static let version = Array("1.0".utf8)
    private static let source = Array(CloudEvent.source.utf8)
    private static let contentType = Array("application/json".utf8)
}
