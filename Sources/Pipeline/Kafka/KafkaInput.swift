// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

/// An input topic that we fill ourselves, with the topics of one installation beside it. For measurements and trials.
package final class KafkaInput {
    private let settings: KafkaLogSettings
    private let topic: String
    private let count: Int32

    /// - Parameters:
    ///   - settings: of any prefix: their brokers count here.
    ///   - partitions: of the topic.
    package init(_ settings: KafkaLogSettings, topic: String, partitions: Int32) {
        self.settings = settings
        self.topic = topic
        count = partitions
    }

    /// Makes the topic, unless it is there.
    package func create() throws {
        let wanted = KafkaNewTopic(
            topic,
            partitions: count,
            replication: settings.replication,
            settings: ["retention.ms": "-1"]
        )
        try withAdmin { _ = try $0.create([wanted]) }
    }

    /// Appends a batch's values, one after the other to the partitions in turn. Returns when all are acknowledged.
    package func append(_ batch: RecordBatch) throws {
        try KafkaLogError.wrapping {
            let producer = try KafkaProducer(
                KafkaConfig.producer(bootstrap: settings.bootstrap).merging(user: settings.properties)
            )
            defer { producer.close() }
            let handle = try producer.topic(topic)
            for (index, record) in batch.records.enumerated() {
                try producer.produce(
                    to: handle,
                    partition: Int32(index % Int(count)),
                    bytes: batch.bytes,
                    key: nil,
                    value: record.value
                )
            }
            try producer.flush(within: .seconds(120))
            if let failure = producer.failures.first { throw failure }
        }
    }

    /// Deletes all topics whose names begin with a prefix; none by an empty one.
    package func remove(prefix: String) throws {
        try withAdmin { admin in
            let ours = try admin.topics().map(\.name).filter { !prefix.isEmpty && $0.hasPrefix(prefix) }
            try admin.delete(ours.sorted())
        }
    }

    private func withAdmin(_ body: (KafkaAdmin) throws -> Void) throws {
        try KafkaLogError.wrapping {
            let admin = try KafkaAdmin(settings.adminConfig())
            defer { admin.close() }
            try body(admin)
        }
    }
}
