// SPDX-License-Identifier: Apache-2.0
public import Configuration
internal import Foundation
internal import Glibc

/// `tabiji replay`: from sources to a sink, with fresh state.
public enum ReplayRun {
    /// - Parameter nowMs: the start of the run: what no event time may lie far beyond when there is no `untilMs`.
    public static func run(
        _ configuration: TabijiConfiguration,
        _ options: ReplayOptions,
        nowMs: Int64,
        progress: @escaping (ReplayProgress) -> Void
    ) throws -> ReplaySummary {
        let started = ContinuousClock.now
        if options.sink == .input { return try append(configuration, options, since: started, progress) }
        let road = try ReplayRoad(configuration, options, nowMs: nowMs, started: started, progress: progress)
        defer { road.close() }
        return try road.run()
    }

    /// `--to input`: nothing is worked out here; the daemon does that.
    private static func append(
        _ configuration: TabijiConfiguration,
        _ options: ReplayOptions,
        since started: ContinuousClock.Instant,
        _ progress: (ReplayProgress) -> Void
    ) throws -> ReplaySummary {
        let producer = try InputProducer(KafkaLogSettings(configuration))
        var pace = Pace(options.rate)
        var summary = ReplaySummary()
        for source in options.sources {
            guard case .file(let path, let named) = source else {
                throw OutputError("--to input takes files: what lies in Kafka's input topics is there already")
            }
            guard let topic = named ?? configuration.service.kafka.inputTopics.only else {
                throw OutputError("which input topic shall \(path) go to? Say \(path)@TOPIC")
            }
            var feed = try FileFeed(
                path: path,
                name: path,
                eventBytesMax: configuration.service.limits.eventBytes.bytes
            )
            while let batch = try feed.next(bytesMax: 4 << 20, recordsMax: pace.chunk) {
                try producer.append(batch, to: topic)
                summary.read += batch.records.count
                progress(ReplayProgress(records: summary.read, accepted: summary.read))
                pace.wait(after: batch.records.count)
            }
        }
        try producer.finish()
        measure(&summary, since: started)
        return summary
    }

    static func measure(_ summary: inout ReplaySummary, since started: ContinuousClock.Instant) {
        let elapsed = ContinuousClock.now - started
        summary.seconds = Double(elapsed.wholeMilliseconds) / 1000
        summary.eventsPerSecond = summary.seconds > 0 ? Double(summary.read) / summary.seconds : 0
        let usage = ProcessUsage.now()
        summary.cpuSeconds = usage.cpuSeconds
        summary.peakMemoryBytes = usage.peakMemoryBytes
    }
}

/// What the process has used so far, from the operating system.
public struct ProcessUsage: Sendable {
    public var cpuSeconds: Double
    public var peakMemoryBytes: Int

    public static func now() -> ProcessUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return ProcessUsage(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            peakMemoryBytes: Int(usage.ru_maxrss) << 10
        )
    }
}

extension TopicSelection {
    /// The one topic that it names; nil: several, or a pattern.
    fileprivate var only: String? {
        let names = subscription
        guard names.count == 1, let name = names.first, !name.hasPrefix("^") else { return nil }
        return name
    }
}

/// Keeps a replay at a number of records a second.
struct Pace {
    private let rate: Int?
    private let started = ContinuousClock.now
    private var done = 0

    init(_ rate: Int?) { self.rate = rate }

    /// Records to take at a time.
    var chunk: Int { rate.map { max(1, min($0 / 10, Replay.chunkRecords)) } ?? Replay.chunkRecords }

    mutating func wait(after records: Int) {
        done += records
        guard let rate else { return }
        let due = started + .milliseconds(Int64(done) * 1000 / Int64(rate))
        let early = due - ContinuousClock.now
        if early > .zero { Thread.sleep(forTimeInterval: Double(early.wholeMilliseconds) / 1000) }
    }
}
