// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
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

    /// Measured: the events, their folds, and the profiles that go out because of them.
    func set() throws -> StageResult {
        try StageResult(.deadlinesSet, units: options.events, passes: options.passes) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            let sample = try set(chain, &clock)
            try chain.close()
            return sample
        }
    }

    /// The watermark comes to each of them in the course of a minute, at the pace at which they were set.
    func fire() throws -> StageResult {
        var note = ""
        var result = try StageResult(.deadlinesFire, units: options.events, passes: options.passes) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            let setting = try set(chain, &clock)
            let told = ToldAlerts()
            let sample = try Sample.adding { measure in
                let steps = Int64(options.events / Workload.batchRecords + 1)
                for step in 0...steps {
                    try tick(chain, &clock, afterMs: 70_000 * step / steps, measure) {
                        told.take($0)
                    }
                }
                try measure { try chain.work(.journey, RecordBatch(), nowMs: clock.nowMs + 60_000) { _ in } }
            }
            try chain.close()
            try told.check(options.events)
            note = "set at \(microseconds(setting)) µs each"
            return sample
        }
        result.note = note
        return result
    }

    /// They are set, everything is closed, and opened again from what is stored: all are due at once.
    func restart() throws -> StageResult {
        var note = ""
        var result = try StageResult(.deadlinesRestart, units: options.events, passes: options.passes) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            let setting = try set(chain, &clock)
            try chain.shutDown()
            let before = Sample.residentBytes
            let opening = try Sample.of { try chain.startAgain() }
            let held = Sample.residentBytes - before
            note = "set at \(microseconds(setting)) µs each; opened again in \(Int(opening.wallSeconds * 1_000)) ms, "
            note += "which took \(held >> 10) KiB of memory"
            let told = ToldAlerts()
            let sample = try Sample.adding { measure in
                try tick(chain, &clock, afterMs: 120_000, measure) { told.take($0) }
                try measure { try chain.work(.journey, RecordBatch(), nowMs: clock.nowMs + 600_000) { _ in } }
            }
            // Nothing fires twice when time goes on.
            for _ in 0..<3 {
                try tick(chain, &clock, afterMs: 180_000, { try $0() }) { told.take($0) }
            }
            try chain.close()
            try told.check(options.events)
            return sample
        }
        result.note = note
        return result
    }

    private func microseconds(_ sample: Sample) -> Int { Int(sample.cpuSeconds * 1e6) / options.events }

    private func set(_ chain: RoleChain, _ clock: inout BenchmarkClock) throws -> Sample {
        try Sample.adding { measure in
            try carts(chain, &clock) { inbox, nowMs in
                try measure { try chain.work(.journey, inbox, nowMs: nowMs) { _ in } }
            }
            clock.pass(60_000)
            try measure { try chain.work(.journey, RecordBatch(), nowMs: clock.nowMs) { _ in } }
        }
    }

    /// Somebody else's event brings the watermark a day and so much after the first cart.
    private func tick(
        _ chain: RoleChain,
        _ clock: inout BenchmarkClock,
        afterMs: Int64,
        _ measure: (() throws -> Void) throws -> Void,
        _ take: @escaping (Transaction) -> Void
    ) throws {
        clock.pass(1_000)  // Intake tells of time once a second.
        let inbox = try inbox(of: [line(-1, Self.startMs + Self.dayMs + afterMs)], chain, clock.next())
        let nowMs = clock.nowMs
        // A commit of so many folds takes about two seconds.
        try measure { try chain.work(.journey, inbox, nowMs: nowMs, commitMs: 2_000, take: take) }
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
            batch.append(topic: Workload.topic, offset: Int64(index), value: line)
        }
        var inbox = RecordBatch()
        try chain.work(.intake, batch, nowMs: nowMs) { inbox = RecordBatch($0, of: [.inbox]) }
        return inbox
    }
}

/// The alerts that were told: of each customer one, once.
private final class ToldAlerts {
    private var ids: Set<Hash128> = []
    private var count = 0

    func take(_ transaction: Transaction) {
        for append in transaction.appends where append.topic == .alerts {
            count += 1
            if let id = append.attributes?.id { ids.insert(id) }
        }
    }

    func check(_ wanted: Int) throws {
        if count == wanted, ids.count == wanted { return }
        throw BenchmarkFailure("\(count) deadlines were told, \(ids.count) different ones, of \(wanted)")
    }
}
