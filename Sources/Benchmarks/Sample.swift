// SPDX-License-Identifier: Apache-2.0
internal import CAllocationCounter
internal import Foundation
internal import Pipeline

/// One pass: how long it took.
struct Sample: Codable {
    /// Of the whole process, all threads: user and system.
    var cpuSeconds: Double
    var wallSeconds: Double
    /// Calls of the allocator, those of C and C++ libraries included.
    var allocations: Int

    /// Calls of the allocator so far.
    static var calls: Int { Int(tabiji_allocations()) }

    /// What this process holds in memory, once what is free has been given back.
    static var residentBytes: Int { Int(tabiji_resident_bytes()) }

    /// Measures a piece of work.
    static func of(_ work: () throws -> Void) rethrows -> Sample {
        let calls = calls
        let (cpu, wall) = (ProcessUsage.now().cpuSeconds, ContinuousClock.now)
        try work()
        return Sample(
            cpuSeconds: ProcessUsage.now().cpuSeconds - cpu,
            wallSeconds: (ContinuousClock.now - wall).seconds,
            allocations: Self.calls - calls
        )
    }

    /// Measures pieces of work between others that are not measured.
    static func adding(_ work: ((() throws -> Void) throws -> Void) throws -> Void) throws -> Sample {
        var sum = Sample(cpuSeconds: 0, wallSeconds: 0, allocations: 0)
        try work { piece in
            let sample = try of(piece)
            sum.cpuSeconds += sample.cpuSeconds
            sum.wallSeconds += sample.wallSeconds
            sum.allocations += sample.allocations
        }
        return sum
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
    /// What the last pass has to say beside.
    var note: String?
    /// One line of JSON.
    var line: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }

    var unitsPerCPUSecond: Double { Double(units) / Self.median(samples.map(\.cpuSeconds)) }
    var unitsPerSecond: Double { Double(units) / Self.median(samples.map(\.wallSeconds)) }
    /// Calls of the allocator for one unit.
    var allocations: Double { Self.median(samples.map { Double($0.allocations) }) / Double(units) }
    var microseconds: Double { 1e6 / unitsPerCPUSecond }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
