// SPDX-License-Identifier: Apache-2.0
public import Configuration
internal import Foundation
internal import StateStore
internal import Touchpoints

/// The transport that a configuration names, opened, with its local store.
public struct Transport: Sendable {
    public let log: any EventLog
    private let embedded: EmbeddedEventLog?
    private let inputTopic: String
    /// Where control records count; nil: nowhere.
    private let controlTopic: String?
    /// Of the Kafka transport: closed after the log.
    private let store: RocksDBStore?

    /// - Throws: when the store or the brokers cannot be had.
    public static func open(
        _ configuration: TabijiConfiguration,
        tell: @escaping @Sendable (_ severity: Int, _ client: String, _ message: String) -> Void
    ) throws -> Transport {
        let service = configuration.service
        let isEmbedded = service.transport == .embedded
        let folder = isEmbedded ? "embedded" : "kafka-\(service.prefix)\(service.instance)"
        let store = try RocksDBStore(
            RocksDBSettings(
                path: "\(service.data)/\(folder)",
                writeBufferBytes: service.limits.storeWriteBuffer.bytes,
                blockCacheBytes: service.limits.storeCache.bytes,
                writeAheadLog: isEmbedded
            )
        )
        let topic = service.embedded.inputTopic
        let control = service.controlTopics.sorted().first
        if isEmbedded {
            var settings = EmbeddedLogSettings()
            settings.partitions = Int32(clamping: service.embedded.partitions)
            settings.pollBytesMax = service.limits.batchBytes.bytes
            settings.inputTopics = Array(Set([topic] + service.controlTopics)).sorted()
            let log = try EmbeddedEventLog(settings, store: store) { Service.nowMs() }
            return Transport(log: log, embedded: log, inputTopic: topic, controlTopic: control, store: nil)
        }
        let log = KafkaEventLog(KafkaLogSettings(configuration), store: store) { note in
            guard case .log(let severity, let client, let message) = note else { return }
            tell(severity, client, message)
        }
        return Transport(log: log, embedded: nil, inputTopic: topic, controlTopic: control, store: store)
    }

    /// Events can be given to it directly.
    public var takesEvents: Bool { embedded != nil }

    /// Appends NDJSON to the input; durable when it returns.
    /// - Parameter isControl: to the control topic instead, where control records count.
    /// - Returns: how many lines that are not blank.
    public func append(lines: [UInt8], isControl: Bool = false) throws -> Int {
        guard let embedded else {
            throw OutputError("events go to Kafka's input topics; there is no embedded log here")
        }
        guard let topic = isControl ? controlTopic : inputTopic else {
            throw OutputError("no topic takes control records: control_topics is empty")
        }
        let batch = Self.batch(of: lines, topic: topic)
        if !batch.isEmpty { try embedded.append(topic, batch) }
        return batch.records.count
    }

    /// Lines as records of a topic, blank ones left out.
    static func batch(of lines: [UInt8], topic: String) -> RecordBatch {
        var batch = RecordBatch()
        batch.topics = [topic]
        batch.bytes = lines
        var start = 0
        while start < lines.count {
            let end = lines[start...].firstIndex(of: 0x0a) ?? lines.count
            let isBlank = lines[start..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
            if !isBlank { batch.records.append(RecordBatch.Record(value: start..<end)) }
            start = end + 1
        }
        return batch
    }

    /// Records of an output from an offset on, at most `max`, as the embedded log has them; none on Kafka.
    public func outputs(of topic: Topic, from offset: Int64 = 0, max: Int) throws -> [EmbeddedOutput] {
        try embedded?.outputs(topic, from: offset, max: max) ?? []
    }

    /// Closes the local store, after the log.
    public func close() throws { try store?.close() }
}

extension KafkaLogSettings {
    /// What the configuration says of Kafka.
    public init(_ configuration: TabijiConfiguration) {
        let service = configuration.service
        self.init(
            bootstrap: service.kafka.bootstrap,
            prefix: service.prefix,
            instance: service.instance,
            inputs: service.kafka.inputTopics.subscription
        )
        properties = service.kafka.properties
        pollBytesMax = service.limits.batchBytes.bytes
        partitions = Int32(clamping: service.kafka.partitions)
        outputPartitions = partitions
        replication = Int32(clamping: service.kafka.replication)
        transactionTimeoutMs = Int(service.kafka.transactionTimeout.wholeMilliseconds)
        commitTimeoutMs = transactionTimeoutMs * 2 / 3
    }
}
