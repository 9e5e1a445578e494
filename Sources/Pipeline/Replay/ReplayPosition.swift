// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// Where an interrupted replay goes on, beside its stores: what it was asked, what it has read, what intake remembers.
struct ReplayPosition: Codable, Equatable {
    /// A file as it was when the replay began.
    struct FileFacts: Codable, Equatable {
        var path: String
        var bytes: Int64
        /// Nanoseconds since 1970.
        var modified: Int64
    }

    /// A partition of Kafka that is being read: the offsets that are left.
    struct Span: Codable, Equatable {
        var topic: String
        var partition: Int32
        var next: Int64
        var end: Int64
    }

    static let format = 2

    var format = Self.format
    /// Options as they were typed, by name: those that decide what comes out.
    var asked: [String: [String]]
    /// Parts of the configuration by name, each with its keyed hash.
    var configuration: [String: String]
    var files: [FileFacts]
    /// The start of the first run, which later ones keep: what no event time may lie far beyond.
    var nowMs: Int64
    var sinceMs: Int64?
    var untilMs: Int64?

    /// The source that is being read.
    var source = 0
    /// Of a file: the last line that was taken.
    var line: Int64 = 0
    /// Of Kafka: nil while the source has not begun.
    var spans: [Span]?
    var recordsFed = 0
    var counts = IntakeCounts()
    var newestMs: Int64?
    /// Blocked values told: hexadecimal, 32 digits each.
    var refused = ""
    /// Of the runs so far.
    var seconds = 0.0
    var cpuSeconds = 0.0

    init(asked: [String: [String]], configuration: [String: String], files: [FileFacts], nowMs: Int64) {
        self.asked = asked
        self.configuration = configuration
        self.files = files
        self.nowMs = nowMs
    }

    static func == (a: Self, b: Self) -> Bool {
        a.asked == b.asked && a.configuration == b.configuration && a.files == b.files && a.source == b.source
            && a.line == b.line && a.spans == b.spans && a.recordsFed == b.recordsFed
    }

    /// Takes up what the roles know.
    mutating func note(_ replay: Replay) {
        recordsFed = replay.recordsFed
        let memory = replay.intakeMemory
        counts = memory.counts
        newestMs = memory.newestMs
        refused = memory.refused.sorted().map(\.hex).joined()
    }

    var refusedHashes: Set<Hash128> {
        let digits = Array(refused.utf8)
        return Set(
            stride(from: 0, to: digits.count - digits.count % 32, by: 32).compactMap {
                Hash128(hex: String(decoding: digits[$0..<$0 + 32], as: UTF8.self))
            }
        )
    }

    /// Why a run that was asked this may not go on from here; nil: it may.
    func refusal(for other: ReplayPosition) -> ReplayPlaceError? {
        for name in Set(asked.keys).union(other.asked.keys).sorted() where asked[name] != other.asked[name] {
            func said(_ words: [String]?) -> String { words.map { $0.joined(separator: " ") } ?? "not given" }
            return .asked("\(name) was \(said(asked[name])), and is \(said(other.asked[name]))")
        }
        for (was, now) in zip(files, other.files) where was != now {
            return .asked(
                was.bytes == now.bytes
                    ? "\(now.path) has been written since" : "\(now.path) had \(was.bytes) bytes, and has \(now.bytes)"
            )
        }
        let names = Set(configuration.keys).union(other.configuration.keys)
        let changed = names.filter { configuration[$0] != other.configuration[$0] }.sorted()
        return changed.isEmpty ? nil : .configured(changed)
    }
}
