// SPDX-License-Identifier: Apache-2.0
import Foundation
import KafkaBridge
import Testing

/// The Kafka that `TABIJI_TEST_KAFKA` names.
enum KafkaCluster {
    static let bootstrap = ProcessInfo.processInfo.environment["TABIJI_TEST_KAFKA"] ?? ""
    static var isThere: Bool { !bootstrap.isEmpty }
    static let missing: Comment = "left out: TABIJI_TEST_KAFKA=host:port,… names no Kafka"

    /// A prefix that nobody else uses.
    static func freshPrefix(_ name: String) -> String { "\(name)-\(UInt32.random(in: 0...UInt32.max))." }

    static func admin() throws(KafkaError) -> KafkaAdmin { try KafkaAdmin(.base(bootstrap: bootstrap)) }

    /// Creates a topic with a fresh name.
    static func freshTopic(partitions: Int32 = 1, settings: [String: String] = [:]) throws -> String {
        let name = freshPrefix("bridge") + "topic"
        let admin = try admin()
        defer { admin.close() }
        let created = try admin.create([KafkaNewTopic(name, partitions: partitions, settings: settings)])
        #expect(created == [name])
        return name
    }
}

/// What was read, with its bytes taken out of the arena.
struct ReadRecord: Equatable {
    var partition: Int32
    var offset: Int64
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [String: [UInt8]]
    var timestampMs: Int64

    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}

extension KafkaConsumer {
    /// Polls once.
    func read(_ records: Int = 1000, wait: Duration = .milliseconds(100)) -> [ReadRecord] {
        var bytes: [UInt8] = []
        var found: [KafkaRecord] = []
        _ = poll(into: &bytes, limits: KafkaPollLimits(records: records, wait: wait)) { found.append($0) }
        return found.map { record in
            var headers: [String: [UInt8]] = [:]
            for header in record.headers { headers[header.name] = header.value.map { Array(bytes[$0]) } ?? [] }
            return ReadRecord(
                partition: record.partition,
                offset: record.offset,
                key: record.key.map { Array(bytes[$0]) },
                value: record.value.map { Array(bytes[$0]) },
                headers: headers,
                timestampMs: record.timestampMs
            )
        }
    }

    /// Reads until the condition holds or the limit passes, answering rebalances as a plain member does.
    func read(until done: ([ReadRecord]) -> Bool, within limit: Duration = .seconds(30)) throws -> [ReadRecord] {
        var all: [ReadRecord] = []
        let end = ContinuousClock.now + limit
        while !done(all), ContinuousClock.now < end {
            all += read()
            try answerRebalances()
        }
        return all
    }

    func answerRebalances() throws {
        for event in takeEvents() {
            switch event {
            case .assigned(let partitions):
                let committed = try committed(partitions, within: .seconds(10))
                try assign(
                    Dictionary(uniqueKeysWithValues: partitions.map { ($0, committed[$0] ?? KafkaOffset.beginning) })
                )
            case .revoked, .rebalanceFailed: try unassign()
            case .failed(let error), .partitionFailed(_, let error): throw error
            case .end: continue
            }
        }
    }

    /// Everything that is visible in a topic, up to the end of each partition.
    static func visible(
        in topic: String,
        partitions: Int32 = 1,
        isolation: String = "read_committed",
        bootstrap: String = KafkaCluster.bootstrap
    ) throws -> [ReadRecord] {
        let config = KafkaConfig.consumer(bootstrap: bootstrap, group: "reader")
            .merging(["enable.partition.eof": "true", "isolation.level": isolation])
        let consumer = try KafkaConsumer(config)
        defer { consumer.close() }
        var open = Set((0..<partitions).map { KafkaPartition(topic, $0) })
        try consumer.assign(Dictionary(uniqueKeysWithValues: open.map { ($0, KafkaOffset.beginning) }))
        var all: [ReadRecord] = []
        let end = ContinuousClock.now + .seconds(30)
        while !open.isEmpty, ContinuousClock.now < end {
            all += consumer.read()
            for case .end(let partition, _) in consumer.takeEvents() { open.remove(partition) }
        }
        #expect(open.isEmpty)
        return all
    }
}
