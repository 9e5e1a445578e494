// SPDX-License-Identifier: Apache-2.0
public import Configuration
internal import Foundation
internal import Glibc
internal import StateStore
internal import Touchpoints

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
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        var plan = try plan(configuration, options, nowMs: nowMs)
        let sources = files(options, boundMs: options.untilMs ?? nowMs)
        for (name, source, _) in sources { plan.files[name] = source }

        let limits = configuration.service.limits
        func store(_ name: String) throws -> RocksDBStore {
            try RocksDBStore(
                RocksDBSettings(
                    path: scratch.path(name),
                    writeBufferBytes: limits.storeWriteBuffer.bytes,
                    blockCacheBytes: limits.storeCache.bytes,
                    writeAheadLog: false
                )
            )
        }
        let results: RocksDBStore? =
            if case .folder = options.sink, !options.keepsHistory { try store("results") } else { nil }
        let sink = try sink(options, configuration, results)
        let replay = try Replay(plan: plan, store: try store("state"), sink: sink, progress: progress)
        var pace = Pace(options.rate)
        for (name, _, path) in sources {
            var feed = try FileFeed(path: path, name: name, eventBytesMax: limits.eventBytes.bytes)
            while let batch = try feed.next(bytesMax: Replay.chunkBytes, recordsMax: pace.chunk) {
                try replay.feed(batch)
                pace.wait(after: batch.records.count)
            }
        }
        for case .kafka(let topics) in options.sources {
            let range = try KafkaRange(KafkaLogSettings(configuration), topics: topics, sinceMs: nil)
            defer { range.close() }
            while let batch = try range.next(maxRecords: pace.chunk, bytesMax: Replay.chunkBytes) {
                try replay.feed(batch)
                pace.wait(after: batch.records.count)
            }
        }
        var summary = try replay.finish()
        try results?.close()
        measure(&summary, since: started)
        if case .folder(let folder) = options.sink {
            let file = try OutputFile(
                URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent("summary.json")
            )
            try file.write(summary.json)
            try file.close()
        }
        return summary
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

    private static func plan(
        _ configuration: TabijiConfiguration,
        _ options: ReplayOptions,
        nowMs: Int64
    ) throws -> RolePlan {
        var plan = try RolePlan(configuration, partitions: 4)
        plan.decoding.trustsFiles = options.trustsFiles
        plan.routing.sinceMs = options.sinceMs
        plan.journey.latenessMs = nil  // a replay has no horizon
        plan.journey.foldsAtEnd = !options.keepsHistory
        plan.journey.emitsTimeline = true
        plan.untilMs = options.untilMs
        return plan
    }

    /// The forget file first: what it names is gone wherever it comes from.
    private static func files(
        _ options: ReplayOptions,
        boundMs: Int64
    ) -> [(name: String, source: InputSource, path: String)] {
        var found: [(name: String, source: InputSource, path: String)] = []
        if let path = options.forgottenFile {
            let source = InputSource(topic: "touchpoints.control", file: path, boundMs: boundMs)
            found.append((name: "forgotten", source: source, path: path))
        }
        for case .file(let path, let topic) in options.sources {
            let source = InputSource(topic: topic, file: path, boundMs: boundMs)
            found.append((name: "file \(found.count)", source: source, path: path))
        }
        return found
    }

    private static func sink(
        _ options: ReplayOptions,
        _ configuration: TabijiConfiguration,
        _ results: RocksDBStore?
    ) throws -> any OutputSink {
        switch options.sink {
        case .none: return EmptySink()
        case .folder(let folder):
            if let results { return try FolderSink(folder: folder, store: results) }
            return try HistorySink(folder: folder)
        case .kafka(let prefix):
            var settings = KafkaLogSettings(configuration)
            settings.prefix = prefix
            return try ShadowSink(settings)
        case .input: return EmptySink()
        }
    }

    private static func measure(_ summary: inout ReplaySummary, since started: ContinuousClock.Instant) {
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

/// A temporary folder of this run.
struct ScratchFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tabiji-\(UUID().uuidString)",
            isDirectory: true
        )
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
    func remove() { try? FileManager.default.removeItem(at: url) }
}
