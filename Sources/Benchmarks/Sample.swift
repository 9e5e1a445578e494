// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Pipeline

/// One pass: how long it took.
struct Sample: Codable {
    /// Of the whole process, all threads: user and system.
    var cpuSeconds: Double
    var wallSeconds: Double

    /// Measures a piece of work.
    static func of(_ work: () throws -> Void) rethrows -> Sample {
        let (cpu, wall) = (ProcessUsage.now().cpuSeconds, ContinuousClock.now)
        try work()
        return Sample(
            cpuSeconds: ProcessUsage.now().cpuSeconds - cpu,
            wallSeconds: (ContinuousClock.now - wall).seconds
        )
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// All passes of one stage, as its process reports them.
struct StageResult: Codable {
    var stage: Stage
    /// In one pass: events, or what the stage counts.
    var units: Int
    /// Without the first pass.
    var samples: [Sample]
    /// Of the whole process, its input included.
    var peakMemoryBytes: Int
    /// Calls of the allocator for one unit; nil: not counted.
    var allocations: Double?

    /// One line of JSON.
    var line: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }

    var unitsPerCPUSecond: Double { Double(units) / Self.median(samples.map(\.cpuSeconds)) }
    var unitsPerSecond: Double { Double(units) / Self.median(samples.map(\.wallSeconds)) }
    var microseconds: Double { 1e6 / unitsPerCPUSecond }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
