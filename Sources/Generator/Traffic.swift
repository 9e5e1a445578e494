// SPDX-License-Identifier: Apache-2.0

/// Realistic omnichannel traffic as NDJSON in the native format: deterministic, in bounded memory, a few microseconds
/// an event.
///
/// People come back after gaps; each visit is a story whose events (some days later) wait in a queue until their time
/// has come. What is written is in the order of event time, but for those lines that are asked to be late or to repeat
/// others.
public struct Traffic {
    private let settings: TrafficSettings
    private var stage: Stage
    private var chance: Chance
    private var visits = VisitPlan()
    /// Lines written or bound to be.
    private var settled = 0
    private var buffer: [UInt8] = []

    private static let bufferBytes = 1 << 17
    /// About how many events a visit makes, with what follows from it.
    private static let eventsPerVisit: Int64 = 5
    private static let spanMs: Int64 = 90 * 86_400_000

    public init(_ settings: TrafficSettings) {
        self.settings = settings
        stage = Stage(settings)
        // Its own stream, so that the stories do not depend on what is late.
        chance = Chance(seed: Chance.mix(settings.seed &+ 0x6c61_7465))
    }

    /// Writes all lines in pieces of about 128 KiB, each ending with a line.
    public mutating func write(_ sink: ([UInt8]) throws -> Void) rethrows {
        buffer.reserveCapacity(Self.bufferBytes + 4096)
        // Everybody's visits are spread over three months, whatever was asked for.
        let perVisit = Self.spanMs / Int64(max(1, settings.events)) * Self.eventsPerVisit
        let (product, overflows) = perVisit.multipliedReportingOverflow(by: Int64(settings.customers))
        let gap = max(20 * 60_000, min(overflows ? .max : product, 30 * 86_400_000))
        for number in stage.cast.indices {
            visits.add(awake(settings.startMs + 3_600_000 + chance.gap(meanMs: gap)), number)
        }
        while settled < settings.events, let next = visits.first {
            while settled < settings.events, let entry = stage.queue.first, entry.timeMs <= next.timeMs {
                try tell(sink)
            }
            guard settled < settings.events else { break }
            stage.visit(by: next.number, at: next.timeMs)
            visits.replaceFirst(awake(next.timeMs + 60_000 + chance.gap(meanMs: gap)))
        }
        while let entry = stage.queue.pop() {
            if entry.isSettled { try write(entry, sink) }
        }
        if !buffer.isEmpty { try sink(buffer) }
        buffer = []
    }

    /// Takes the first entry: writes it, or puts it off; and may have it repeated.
    private mutating func tell(_ sink: ([UInt8]) throws -> Void) rethrows {
        guard let entry = stage.queue.pop() else { return }
        guard !entry.isSettled else { return try write(entry, sink) }
        settled += 1
        var written = entry.timeMs
        let isLate = chance.percent(settings.latePercent)
        if isLate { written += delay() }
        if settled < settings.events && chance.percent(repeatPercent) {
            settled += 1
            stage.queue.repeat(entry, atMs: written + (chance.percent(50) ? chance.seconds(0...120) : delay()))
        }
        if isLate {
            stage.queue.postpone(entry, toMs: written)
        } else {
            try write(entry, sink)
        }
    }

    /// Of how many percent of new events a repeat must follow, so that the asked share of all lines repeat others.
    private var repeatPercent: Double { 100 * settings.duplicatePercent / (100 - settings.duplicatePercent) }

    /// Minutes to days.
    private mutating func delay() -> Int64 {
        switch chance.below(10) {
        case ..<5: chance.minutes(2...60)
        case ..<8: chance.hours(1...12)
        default: chance.days(1...3)
        }
    }

    /// Few people shop at night in Japan: from one to seven o'clock they are moved to the morning.
    private func awake(_ timeMs: Int64) -> Int64 {
        let hour = (timeMs + 9 * 3_600_000) / 3_600_000 % 24
        return (1..<7).contains(hour) ? timeMs + 6 * 3_600_000 : timeMs
    }

    private mutating func write(_ entry: PendingQueue.Entry, _ sink: ([UInt8]) throws -> Void) rethrows {
        buffer += stage.queue.line(entry)
        stage.queue.release(entry)
        guard buffer.count >= Self.bufferBytes else { return }
        try sink(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
