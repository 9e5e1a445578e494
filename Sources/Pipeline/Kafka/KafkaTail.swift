// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

/// Follows a topic of ours from its end, in no group, committing nothing.
final class KafkaTail: LogTail {
    private let consumer: KafkaConsumer
    private let observer: KafkaObserver

    /// Records of one poll, and their bytes.
    private static let recordsMax = 5_000
    private static let bytesMax = 4 << 20

    init(_ settings: KafkaLogSettings, topic: String, partitions: Int32, observer: KafkaObserver) throws {
        self.observer = observer
        consumer = try KafkaConsumer(settings.readerConfig(), observer: observer)
        consumer.readsHeaders = false
        let ends = (0..<partitions).map { (KafkaPartition(topic, $0), KafkaOffset.end) }
        try consumer.assign(Dictionary(uniqueKeysWithValues: ends))
    }

    func poll() -> [[UInt8]] {
        var bytes: [UInt8] = []
        var values: [Range<Int>] = []
        let limits = KafkaPollLimits(records: Self.recordsMax, bytes: Self.bytesMax, wait: .zero)
        _ = consumer.poll(into: &bytes, limits: limits) { record in
            if let value = record.value { values.append(value) }
        }
        for event in consumer.takeEvents() {
            switch event {
            // What it misses, its reader does without.
            case .failed(let error), .partitionFailed(_, let error): observer.log(4, "TAIL", error.description)
            default: continue
            }
        }
        return values.map { Array(bytes[$0]) }
    }

    func close() { consumer.close(within: .seconds(5)) }
}
