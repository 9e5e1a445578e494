// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Foundation
internal import JapaneseWords
internal import Pipeline
internal import Sentiment
internal import Touchpoints

/// All passes of one stage, in a process of its own: so no stage warms another's memory, and the peak is its own.
struct StageRun {
    private let stage: Stage
    private let options: BenchmarkOptions
    private let configuration: TabijiConfiguration
    private let workload: Workload

    init(_ stage: Stage, _ options: BenchmarkOptions) throws {
        self.stage = stage
        self.options = options
        configuration = try .measured()
        workload = Workload(events: stage.usesWorkload ? options.events : 0, seed: options.seed)
    }

    /// One pass that is not measured, then those that are.
    func run() throws -> StageResult {
        switch stage {
        case .decode: try decode()
        case .intake: try intake()
        case .identity: try identity()
        case .observeNew, .observeRepeat, .observeContested, .observeLate, .lookup, .explain:
            try IdentityStages(options).measure(stage)
        case .journey: try journey()
        case .fold10: try folds.atEnd(stage, length: 10)
        case .fold100: try folds.atEnd(stage, length: 100)
        case .fold1000: try folds.atEnd(stage, length: 1_000)
        case .fold10000: try folds.atEnd(stage, length: 10_000)
        case .late: try folds.late()
        case .rules10: try folds.withRules(stage, times: 10)
        case .rules100: try folds.withRules(stage, times: 100)
        case .promises: try folds.promises()
        case .deadlinesSet: try DeadlineStages(configuration, options).set()
        case .deadlinesFire: try DeadlineStages(configuration, options).fire()
        case .deadlinesRestart: try DeadlineStages(configuration, options).restart()
        case .mood: try mood()
        case .replay: try replay()
        case .embedded: try EmbeddedRoad(configuration, workload).measure(passes: options.passes)
        case .kafka:
            try KafkaRoad(configuration, workload, bootstrap: options.kafka ?? "").measure(passes: options.passes)
        }
    }

    private var folds: FoldStages { FoldStages(configuration, options) }

    private func result(_ units: Int, _ pass: () throws -> Sample) throws -> StageResult {
        try StageResult(stage, units: units, passes: options.passes, pass)
    }

    private func mood() throws -> StageResult {
        let model = configuration.sentiment
        let reader = try TextReader(model, WordDictionary(folder: model.dictionaryFolder))
        let texts = (0..<80).flatMap { _ in MoodTexts.all }
        return try result(texts.count) {
            Sample.of { for text in texts { _ = reader.read(text) } }
        }
    }

    private func decode() throws -> StageResult {
        let batches = workload.batches
        let decoder = TouchpointDecoder(
            rules: configuration.identity,
            vocabulary: configuration.vocabulary,
            settings: configuration.intake,
            hasher: IdentifierHasher(key: configuration.identifierKey)
        )
        return try result(workload.lines.count) {
            var accepted = 0
            let sample = Sample.of {
                for batch in batches {
                    for record in batch.records {
                        let outcome = decoder.decode(
                            batch.bytes,
                            record.value ?? 0..<0,
                            timestampMs: nil,
                            topic: Workload.topic
                        )
                        if case .accepted = outcome { accepted += 1 }
                    }
                }
            }
            guard accepted > batches.count else { throw BenchmarkFailure("the events were not accepted") }
            return sample
        }
    }

    private func intake() throws -> StageResult {
        let batches = workload.batches
        return try result(workload.lines.count) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            let sample = try Sample.of {
                for batch in batches { try chain.work(.intake, batch, nowMs: clock.next()) { _ in } }
            }
            try chain.close()
            return sample
        }
    }

    private func identity() throws -> StageResult {
        let inputs = try RecordedInputs(workload.batches, configuration)
        return try result(inputs.observations) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            let sample = try Sample.of {
                for batch in inputs.identity { try chain.work(.identity, batch, nowMs: clock.next()) { _ in } }
            }
            try chain.close()
            return sample
        }
    }

    private func journey() throws -> StageResult {
        let inputs = try RecordedInputs(workload.batches, configuration)
        return try result(workload.lines.count) {
            let chain = try RoleChain(configuration)
            var clock = BenchmarkClock()
            let sample = try Sample.of {
                for batch in inputs.journey { try chain.work(.journey, batch, nowMs: clock.next()) { _ in } }
                // The profiles that wait.
                try chain.work(.journey, RecordBatch(), nowMs: clock.nowMs + 60_000) { _ in }
            }
            try chain.close()
            return sample
        }
    }

    private func replay() throws -> StageResult {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let path = folder.path("events.ndjson")
        try Data(workload.bytes).write(to: URL(fileURLWithPath: path))
        let options = ReplayOptions(sources: [.file(path: path, topic: nil)], sink: .none)
        let nowMs = Int64(Date().timeIntervalSince1970 * 1000)
        return try result(workload.lines.count) {
            try Sample.of { _ = try ReplayRun.run(configuration, options, nowMs: nowMs) { _ in } }
        }
    }
}

extension StageResult {
    /// Runs the passes: the first counts for nothing, if there are others.
    init(_ stage: Stage, units: Int, passes: Int, _ pass: () throws -> Sample) throws {
        let first = try pass()
        var samples = passes == 0 ? [first] : []
        for _ in 0..<passes { samples.append(try pass()) }
        self.init(stage: stage, units: units, samples: samples, peakMemoryBytes: ProcessUsage.now().peakMemoryBytes)
    }
}

/// A worker's clock that goes on by a quarter of a second with each batch.
struct BenchmarkClock {
    private(set) var nowMs: Int64 = 1_800_000_000_000

    mutating func next() -> Int64 {
        nowMs += 250
        return nowMs
    }

    mutating func pass(_ ms: Int64) { nowMs += ms }
}

/// Something that should not have been.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
