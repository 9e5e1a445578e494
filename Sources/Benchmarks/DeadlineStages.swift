// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Pipeline

/// As many customers as events, each with one thing in the cart: the journey role sets a deadline for each, and a day later
/// each is due.
struct DeadlineStages {
    private static let startMs: Int64 = 1_772_000_000_000
    private static let dayMs: Int64 = 86_400_000
    private let configuration: TabijiConfiguration
    private let options: BenchmarkOptions

    init(_ configuration: TabijiConfiguration, _ options: BenchmarkOptions) {
        self.configuration = configuration
        self.options = options
    }

    func set() throws -> StageResult {
        try StageResult(.deadlinesSet, units: options.events, passes: options.passes) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            let sample = try Sample.adding { measure in
                try carts(chain, &clock) { inbox, nowMs in
                    try measure { try chain.work(.journey, inbox, nowMs: nowMs) { _ in } }
                }
            }
            try chain.close()
            return sample
        }
    }

    func fire() throws -> StageResult {
        try StageResult(.deadlinesFire, units: options.events, passes: options.passes) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            try carts(chain, &clock) { inbox, nowMs in try chain.work(.journey, inbox, nowMs: nowMs) { _ in } }
            try chain.work(.journey, RecordBatch(), nowMs: clock.nowMs + 60_000) { _ in }
            var opened = 0
            let sample = try Sample.adding { measure in
                // The watermark comes to each of them in the course of a minute.
                var second = 0
                while second <= 12 || opened < options.events && second < 1_000 {
                    defer { second += 1 }
                    let tick = line(-1, Self.startMs + Self.dayMs + Int64(second) * 10_000)
                    let inbox = try inbox(of: [tick], chain, clock.next())
                    let nowMs = clock.nowMs
                    try measure {
                        try chain.work(.journey, inbox, nowMs: nowMs) { transaction in
                            opened += transaction.appends.count { $0.topic == .alerts }
                        }
                    }
                }
            }
            try chain.close()
            guard opened == options.events else {
                throw BenchmarkFailure("\(opened) deadlines of \(options.events) were told")
            }
            return sample
        }
    }

    /// The customers put something into their carts, in the course of a minute.
    private func carts(
        _ chain: RoleChain,
        _ clock: inout BenchmarkClock,
        _ take: (RecordBatch, Int64) throws -> Void
    ) throws {
        for first in stride(from: 0, to: options.events, by: Workload.batchRecords) {
            let last = min(first + Workload.batchRecords, options.events)
            let lines = (first..<last).map { line($0, Self.startMs + Int64($0) * 60_000 / Int64(options.events)) }
            try take(inbox(of: lines, chain, clock.next()), clock.nowMs)
        }
    }

    private func line(_ customer: Int, _ timeMs: Int64) -> [UInt8] {
        let type = customer < 0 ? "page_viewed" : "product_added"
        let text = """
            {"id":"\(type) \(customer) \(timeMs)","type":"\(type)","time":\(timeMs),"identifiers":\
            {"anonymous_id":"visitor-\(customer)"},"channel":"web","properties":{"product_id":"p\(max(0, customer) % 500)"}}
            """
        return Array(text.utf8)
    }

    private func inbox(of lines: [[UInt8]], _ chain: RoleChain, _ nowMs: Int64) throws -> RecordBatch {
        var batch = RecordBatch()
        for (index, line) in lines.enumerated() {
            batch.append(
                topic: Workload.topic,
                partition: 0,
                offset: Int64(index),
                timestampMs: -1,
                key: nil,
                value: line
            )
        }
        var inbox = RecordBatch()
        try chain.work(.intake, batch, nowMs: nowMs) { inbox = RecordBatch($0, of: [.inbox]) }
        return inbox
    }
}
