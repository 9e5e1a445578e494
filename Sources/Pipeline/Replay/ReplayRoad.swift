// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import StateStore
internal import Touchpoints

/// One run of a replay over its sources: from their beginning, or from the place where an interrupted one stood.
///
/// A place is made between two chunks of records, when nothing is under way in the roles: then the stores, how far the
/// sources are read, and what intake remembers are all there is.
final class ReplayRoad {
    private let configuration: TabijiConfiguration
    private let options: ReplayOptions
    private let started: ContinuousClock.Instant
    private let scratch: ScratchFolder?
    private let place: ReplayPlace?
    private let state: RocksDBStore
    /// Of net results; nil: they go elsewhere.
    private let results: RocksDBStore?
    private let sink: any OutputSink
    private let replay: Replay
    private let files: [(name: String, source: InputSource, path: String)]
    private let kafka: [[String]]
    private var position: ReplayPosition
    private var pace: Pace
    private var savedAt = ContinuousClock.now

    init(
        _ configuration: TabijiConfiguration,
        _ options: ReplayOptions,
        nowMs: Int64,
        started: ContinuousClock.Instant,
        progress: @escaping (ReplayProgress) -> Void
    ) throws {
        self.configuration = configuration
        self.options = options
        self.started = started
        (place, position) = try Self.begin(configuration, options, nowMs: nowMs)
        let scratch = place == nil ? try ScratchFolder() : nil
        self.scratch = scratch
        files = Self.files(options, boundMs: position.untilMs ?? position.nowMs)
        kafka = options.sources.compactMap { if case .kafka(let topics) = $0 { topics } else { nil } }
        pace = Pace(options.rate)
        let limits = configuration.service.limits
        let path = { [place] (name: String) in place?.path(name) ?? scratch?.path(name) ?? name }
        func store(_ name: String) throws -> RocksDBStore {
            try RocksDBStore(
                RocksDBSettings(
                    path: path(name),
                    writeBufferBytes: limits.storeWriteBuffer.bytes,
                    blockCacheBytes: limits.storeCache.bytes,
                    writeAheadLog: false
                )
            )
        }
        if case .folder = options.sink, !options.keepsHistory { results = try store("results") } else { results = nil }
        sink = try Self.sink(options, configuration, results)
        state = try store("state")
        var plan = Self.plan(configuration, options)
        (plan.routing.sinceMs, plan.untilMs) = (position.sinceMs, position.untilMs)
        for (name, source, _) in files { plan.files[name] = source }
        replay = try Replay(
            plan: plan,
            store: state,
            sink: sink,
            isInterrupted: options.isInterrupted,
            progress: progress
        )
        if place?.saved != nil { replay.goOn(from: position) }
    }

    /// The place and where to begin: a new position, or the one that was kept, if it is this replay's.
    private static func begin(
        _ configuration: TabijiConfiguration,
        _ options: ReplayOptions,
        nowMs: Int64
    ) throws -> (ReplayPlace?, ReplayPosition) {
        var fresh = ReplayPosition(asked: [:], configuration: [:], files: [], nowMs: nowMs)
        (fresh.sinceMs, fresh.untilMs) = (options.sinceMs, options.untilMs)
        guard let resumption = options.resumption else { return (nil, fresh) }
        guard case .folder(let folder) = options.sink, !options.keepsHistory else {
            throw OutputError("a replay keeps its place in the folder of its net results alone")
        }
        fresh.asked = resumption.asked
        fresh.configuration = ConfigurationPrint.of(configuration, settings: resumption.settings)
        fresh.files = try files(options, boundMs: nowMs).map { try facts(of: $0.path) }
        let place = try ReplayPlace(in: folder)
        guard let saved = place.saved else { return (place, fresh) }
        if let refusal = saved.refusal(for: fresh) { throw refusal }
        return (place, saved)
    }

    private static func facts(of path: String) throws -> ReplayPosition.FileFacts {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
            throw OutputError("\(path) is no file that can be read twice, as --resume may have to")
        }
        let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return ReplayPosition.FileFacts(
            path: path,
            bytes: (attributes[.size] as? NSNumber)?.int64Value ?? 0,
            modified: Int64(modified * 1_000_000_000)
        )
    }

    /// Reads what is left of the sources, and finishes.
    func run() throws -> ReplaySummary {
        do {
            if !kafka.isEmpty, place?.saved == nil {
                try replay.forget(ForgottenTopic.read(KafkaLogSettings(configuration)))
            }
            while position.source < files.count {
                try readFile(files[position.source])
                (position.source, position.line) = (position.source + 1, 0)
            }
            while position.source < files.count + kafka.count {
                try readTopics(kafka[position.source - files.count])
                (position.source, position.spans) = (position.source + 1, nil)
            }
            return try finish()
        } catch is ReplayInterrupted {
            throw ReplayInterrupted(records: replay.recordsFed, place: place?.name)
        }
    }

    /// Removes what was for this run alone.
    func close() { scratch?.remove() }

    private func readFile(_ file: (name: String, source: InputSource, path: String)) throws {
        let limits = configuration.service.limits
        var feed = try FileFeed(path: file.path, name: file.name, eventBytesMax: limits.eventBytes.bytes)
        while var batch = try feed.next(bytesMax: Replay.chunkBytes, recordsMax: pace.chunk) {
            let last = batch.records.last?.offset ?? 0
            guard last > position.line else { continue }  // an earlier run took it
            if let first = batch.records.first, first.offset <= position.line {
                batch.records.removeAll { $0.offset <= position.line }
            }
            try replay.feed(batch)
            position.line = last
            try rest(after: batch.records.count)
        }
    }

    private func readTopics(_ topics: [String]) throws {
        let settings = KafkaLogSettings(configuration)
        let range =
            if let spans = position.spans {
                try KafkaRange(
                    settings,
                    rest: Dictionary(
                        uniqueKeysWithValues: spans.map { (TopicPartition($0.topic, $0.partition), $0.next..<$0.end) }
                    )
                )
            } else {
                try KafkaRange(settings, topics: topics, sinceMs: nil)
            }
        defer { range.close() }
        while let batch = try range.next(maxRecords: pace.chunk, bytesMax: Replay.chunkBytes) {
            try replay.feed(batch)
            position.spans = range.rest.sorted { $0.key < $1.key }.map { place, span in
                .init(topic: place.topic, partition: place.partition, next: span.lowerBound, end: span.upperBound)
            }
            try rest(after: batch.records.count)
        }
    }

    /// Between two chunks: the place is kept when it is time, and the run ends when it is told to.
    private func rest(after records: Int) throws {
        let isInterrupted = options.isInterrupted()
        if let resumption = options.resumption,
            isInterrupted || ContinuousClock.now - savedAt >= resumption.interval
        {
            try keep()
        }
        if isInterrupted { throw ReplayInterrupted(records: replay.recordsFed, place: nil) }
        pace.wait(after: records)
    }

    private func keep() throws {
        guard let place, let results, let sink = sink as? FolderSink else { return }
        try sink.flush()
        var kept = position
        kept.note(replay)
        let usage = ProcessUsage.now()
        kept.seconds += Double((ContinuousClock.now - started).wholeMilliseconds) / 1000
        kept.cpuSeconds += usage.cpuSeconds
        try place.save(kept, state: state, results: results)
        savedAt = .now
    }

    private func finish() throws -> ReplaySummary {
        var summary = try replay.finish()
        try results?.close()
        ReplayRun.measure(&summary, since: started)
        summary.seconds += position.seconds
        summary.cpuSeconds += position.cpuSeconds
        summary.eventsPerSecond = summary.seconds > 0 ? Double(summary.read) / summary.seconds : 0
        if case .folder(let folder) = options.sink {
            let file = try OutputFile(
                URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent("summary.json")
            )
            try file.write(summary.json)
            try file.close()
        }
        try place?.remove()
        return summary
    }
}

extension ReplayRoad {
    private static func plan(_ configuration: TabijiConfiguration, _ options: ReplayOptions) -> RolePlan {
        var plan = RolePlan(configuration, partitions: 4)
        plan.decoding.trustsFiles = options.trustsFiles
        plan.journey.latenessMs = nil  // a replay has no horizon
        plan.routing.ticksLinks = false
        plan.journey.foldsAtEnd = !options.keepsHistory
        plan.journey.emitsTimeline = true
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

}
