// SPDX-License-Identifier: Apache-2.0
import Foundation
import Generator
import Gzip
import KafkaBridge
import TestSupport
import Testing

/// Events to send, a line each.
enum InputEvents {
    static func generated(customers: Int, events: Int) -> [[UInt8]] {
        let settings = TrafficSettings(
            customers: customers,
            events: events,
            seed: 1,
            latePercent: 5,
            duplicatePercent: 5
        )
        var lines: [[UInt8]] = []
        var traffic = Traffic(settings)
        traffic.write { piece in lines += piece.split(separator: 0x0a).map { Array($0) } }
        return lines
    }

    /// The recorded events of two shops, where they are at hand.
    static func recorded() throws -> [[UInt8]] {
        let shared =
            ProcessInfo.processInfo.environment["TABIJI_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? TabijiExecutable.package.deletingLastPathComponent().appendingPathComponent("shared")
        var found: [[UInt8]] = []
        for name in ["gift-shop", "grocery-store"] {
            let path = shared.appendingPathComponent("data/\(name).ndjson.gz").path
            guard FileManager.default.fileExists(atPath: path) else { continue }
            var reader = try LineReader(path: path)
            var arena: [UInt8] = []
            var lines: [LineReader.Line] = []
            while try reader.next(into: &arena, lines: &lines, bytesMax: 1 << 20) {
                found += lines.filter { !$0.bytes.isEmpty }.map { Array(arena[$0.bytes]) }
            }
        }
        return found
    }
}

/// The input topics of one installation, and a producer for them.
final class InputTopics {
    static let partitions: Int32 = 3
    let names: [String]
    private let producer: KafkaProducer
    private let topics: [KafkaProducer.Topic]

    /// Creates the topics; records may have up to 4 MiB.
    init(_ names: [String]) throws {
        self.names = names
        let admin = try KafkaCluster.admin()
        defer { admin.close() }
        let settings = ["max.message.bytes": "4194304"]
        _ = try admin.create(names.map { KafkaNewTopic($0, partitions: Self.partitions, settings: settings) })
        producer = try KafkaProducer(
            .producer(bootstrap: KafkaCluster.bootstrap).merging(["message.max.bytes": "4194304"])
        )
        topics = try names.map { [producer] in try producer.topic($0) }
    }

    /// Sends each to a random partition of a random topic.
    func send(_ events: some Collection<[UInt8]>, by numbers: inout SplitMix) throws {
        for event in events {
            let topic = topics[Int.random(in: 0..<topics.count, using: &numbers)]
            let partition = Int32.random(in: 0..<Self.partitions, using: &numbers)
            try producer.produce(to: topic, partition: partition, key: nil, value: event)
        }
        try flush()
    }

    /// Sends one to the first topic.
    ///
    /// - Returns: its offset.
    func send(_ event: [UInt8], to partition: Int32) throws -> Int64 {
        try producer.produce(to: topics[0], partition: partition, key: nil, value: event)
        try flush()
        return try #require(producer.highestOffset(topics[0], partition))
    }

    func close() { producer.close() }

    private func flush() throws {
        try producer.flush(within: .seconds(60))
        try #require(producer.failures.count == 0, "\(String(describing: producer.failures.first))")
    }
}
