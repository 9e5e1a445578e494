// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

/// Reads topics once, from their beginning (or a time) to the ends that they have when it starts. Commits nothing.
public final class KafkaRange {
    /// How far it is, in offsets: gaps and the marks of transactions count.
    public struct Progress: Sendable {
        public var done: Int64
        public var total: Int64
    }

    private struct Span {
        var next: Int64
        let end: Int64
    }

    private let consumer: KafkaConsumer
    private var open: [KafkaPartition: Span] = [:]
    /// The topics that are read, sorted.
    public let topics: [String]
    public private(set) var progress: Progress

    /// - Parameters:
    ///   - topics: names, or regular expressions that begin with `^`; empty: the configured inputs.
    ///   - sinceMs: by Kafka's timestamps, which are not earlier than the events that a clock stamped; nil: everything.
    /// **Throws** `KafkaLogError`: no such topic, or Kafka cannot be reached.
    public init(_ settings: KafkaLogSettings, topics selection: [String] = [], sinceMs: Int64? = nil) throws {
        let chosen = selection.isEmpty ? settings.inputs : selection
        (consumer, topics, open) = try KafkaLogError.wrapping {
            let admin = try KafkaAdmin(settings.adminConfig())
            defer { admin.close() }
            let existing = try admin.topics()
            let names = KafkaTopics.matching(chosen, among: existing.map(\.name))
            let missing = chosen.filter { !$0.hasPrefix("^") && !names.contains($0) }
            guard missing.isEmpty, !names.isEmpty else {
                let wanted = (missing.isEmpty ? chosen : missing).joined(separator: ", ")
                throw KafkaLogError("expected the topics \(wanted), which do not exist", exitCode: 69)
            }
            let partitions = existing.filter { names.contains($0.name) }.flatMap { topic in
                (0..<topic.partitions).map { KafkaPartition(topic.name, $0) }
            }
            let consumer = try KafkaConsumer(settings.readerConfig())
            return (consumer, names, try Self.spans(partitions, consumer, sinceMs))
        }
        progress = Progress(done: 0, total: open.values.reduce(0) { $0 + $1.end - $1.next })
        try KafkaLogError.wrapping { try consumer.assign(open.mapValues(\.next)) }
    }

    /// Goes on where another range was: `rest` is what that one had still to read.
    public init(_ settings: KafkaLogSettings, rest: [TopicPartition: Range<Int64>]) throws {
        topics = Set(rest.keys.map(\.topic)).sorted()
        for (place, span) in rest where !span.isEmpty {
            open[KafkaPartition(place.topic, place.partition)] = Span(next: span.lowerBound, end: span.upperBound)
        }
        progress = Progress(done: 0, total: open.values.reduce(0) { $0 + $1.end - $1.next })
        consumer = try KafkaLogError.wrapping { try KafkaConsumer(settings.readerConfig()) }
        try KafkaLogError.wrapping { try consumer.assign(open.mapValues(\.next)) }
    }

    /// What is still to be read: offsets of partitions that are not at their end.
    public var rest: [TopicPartition: Range<Int64>] {
        Dictionary(
            uniqueKeysWithValues: open.map { place, span in
                (TopicPartition(place.topic, place.partition), span.next..<max(span.next, span.end))
            }
        )
    }

    private static func spans(
        _ partitions: [KafkaPartition],
        _ consumer: KafkaConsumer,
        _ sinceMs: Int64?
    ) throws -> [KafkaPartition: Span] {
        var starts: [KafkaPartition: Int64] = [:]
        if let sinceMs {
            let times = Dictionary(uniqueKeysWithValues: partitions.map { ($0, sinceMs) })
            starts = try consumer.offsets(atOrAfter: times, within: .seconds(60))
        }
        var spans: [KafkaPartition: Span] = [:]
        for partition in partitions {
            let bounds = try consumer.watermarks(partition, within: .seconds(60))
            var start = bounds.low
            if let found = starts[partition] { start = found < 0 ? bounds.high : max(start, found) }
            if start < bounds.high { spans[partition] = Span(next: start, end: bounds.high) }
        }
        return spans
    }

    /// The next records; nil when everything has been read. Blocks while there is something to come.
    public func next(maxRecords: Int = 10_000, bytesMax: Int = 32 << 20) throws -> RecordBatch? {
        while !open.isEmpty {
            let limits = KafkaPollLimits(records: maxRecords, bytes: bytesMax, wait: .milliseconds(500))
            let batch = consumer.batch(limits) { record in
                let partition = KafkaPartition(consumer.topics[record.topic], record.partition)
                guard let span = open[partition], record.offset >= span.next, record.offset < span.end else {
                    return false
                }
                reached(partition, record.offset + 1)
                return true
            }
            try handleEvents()
            if !batch.isEmpty { return batch }
        }
        return nil
    }

    /// Reads everything, batch by batch.
    public func forEach(_ body: (RecordBatch) throws -> Void) throws {
        while let batch = try next() { try body(batch) }
    }

    public func close() { consumer.close(within: .seconds(10)) }

    private func reached(_ partition: KafkaPartition, _ offset: Int64) {
        guard var span = open[partition] else { return }
        let position = min(offset, span.end)
        progress.done += max(0, position - span.next)
        span.next = max(span.next, position)
        open[partition] = span.next >= span.end ? nil : span
    }

    private func handleEvents() throws {
        for event in consumer.takeEvents() {
            switch event {
            // The marks of transactions at the end are no records, but have offsets.
            case .end(let partition, let offset): reached(partition, offset)
            case .partitionFailed(let partition, let error)
            where error.code == .autoOffsetReset || error.code == .offsetOutOfRange:
                // Retention went on while we read.
                let low = try KafkaLogError.wrapping { try consumer.watermarks(partition, within: .seconds(60)).low }
                reached(partition, low)
                try KafkaLogError.wrapping { try consumer.assign(open.mapValues(\.next)) }
            case .failed(let error), .partitionFailed(_, let error):
                if !error.isRetriable { throw KafkaLogError(error) }
            default: continue
            }
        }
    }
}
