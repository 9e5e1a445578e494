// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Pipeline

/// The whole road on one machine: events are appended through the log, a thousand at a time, while the service runs. Each append and
/// each commit is synced to the disk.
struct EmbeddedRoad {
    private static let linesOfAppend = 1_000
    private let configuration: TabijiConfiguration
    private let workload: Workload

    init(_ configuration: TabijiConfiguration, _ workload: Workload) {
        self.configuration = configuration
        self.workload = workload
    }

    func measure(passes: Int) throws -> StageResult {
        let lines = workload.lines
        let appends = stride(from: 0, to: lines.count, by: Self.linesOfAppend).map { first in
            let last = min(first + Self.linesOfAppend, lines.count) - 1
            return Array(workload.bytes[lines[first].lowerBound..<lines[last].upperBound])
        }
        return try StageResult(.embedded, units: lines.count, passes: passes) { try pass(appends) }
    }

    private func pass(_ appends: [[UInt8]]) throws -> Sample {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        var configuration = configuration
        configuration.service.transport = .embedded
        configuration.service.data = folder.path("data")
        let transport = try Transport.open(configuration) { _, _, _ in }
        let road = try ServiceRoad(configuration, log: transport.log, events: workload.lines.count)
        let sample = try road.run { for lines in appends { _ = try transport.append(lines: lines) } }
        try transport.close()
        return sample
    }
}
