// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Pipeline

/// The whole road on Kafka: the events are produced first; each pass reads them under a prefix of its own.
struct KafkaRoad {
    /// Of the input topic.
    private static let inputPartitions: Int32 = 4
    private var configuration: TabijiConfiguration
    private let workload: Workload
    private let name: String

    init(_ configuration: TabijiConfiguration, _ workload: Workload, bootstrap: String) {
        self.configuration = configuration
        self.workload = workload
        name = "benchmark-\(UInt32.random(in: 0...UInt32.max))"
        self.configuration.service.transport = .kafka
        self.configuration.service.kafka.bootstrap = bootstrap
        self.configuration.service.instance = name
        self.configuration.service.kafka.inputTopics = .names(["\(name).input"])
    }

    func measure(passes: Int) throws -> StageResult {
        let input = KafkaInput(
            KafkaLogSettings(configuration),
            topic: "\(name).input",
            partitions: Self.inputPartitions
        )
        try input.create()
        defer { try? input.remove(prefix: name) }
        for batch in workload.batches { try input.append(batch) }
        var number = 0
        return try StageResult(.kafka, units: workload.lines.count, passes: passes) {
            number += 1
            let prefix = "\(name)-\(number)."
            defer { try? input.remove(prefix: prefix) }
            return try pass(prefix)
        }
    }

    private func pass(_ prefix: String) throws -> Sample {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        var configuration = configuration
        configuration.service.prefix = prefix
        configuration.service.data = folder.path("data")
        _ = try KafkaTopics(KafkaLogSettings(configuration)).create()
        let transport = try Transport.open(configuration) { _, _, _ in }
        let road = try ServiceRoad(configuration, log: transport.log, events: workload.lines.count)
        let sample = try road.run {}
        try transport.close()
        return sample
    }
}
