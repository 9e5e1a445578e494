// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Generator
internal import Pipeline

/// The events that everything is measured with: realistic traffic, the same for the same seed.
struct Workload {
    /// Events in a batch. Each is one commit of a role that is measured by itself.
    static let batchRecords = 5_000
    /// Lines of NDJSON in one run, and where each ends.
    private(set) var bytes: [UInt8] = []
    private(set) var lines: [Range<Int>] = []

    /// Twenty events for each customer; five percent late, one percent twice: as `tabiji generate` makes them.
    init(events: Int, seed: UInt64) {
        var traffic = Traffic(
            TrafficSettings(
                customers: max(50, events / 20),
                events: events,
                seed: seed,
                latePercent: 5,
                duplicatePercent: 1
            )
        )
        bytes.reserveCapacity(events * 400)
        traffic.write { bytes += $0 }
        lines.reserveCapacity(events)
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0a {
            lines.append(start..<index)
            start = index + 1
        }
    }

    /// The events as batches of an input topic.
    var batches: [RecordBatch] {
        stride(from: 0, to: lines.count, by: Self.batchRecords).map { first in
            let part = lines[first..<min(first + Self.batchRecords, lines.count)]
            var batch = RecordBatch()
            for (index, line) in part.enumerated() {
                batch.append(topic: Self.topic, offset: Int64(first + index), value: bytes[line])
            }
            return batch
        }
    }

    static let topic = "touchpoints.events"
}

extension TabijiConfiguration {
    /// What is shipped, so that the clock decides nothing: no horizon that old events lie behind, no idle sources.
    static func measured() throws -> TabijiConfiguration {
        var configuration = try shipped()
        configuration.service.limits.lateness = .seconds(9_000 * 86_400)
        configuration.service.limits.idleAfter = .seconds(86_400)
        return configuration
    }
}
