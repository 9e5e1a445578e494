// SPDX-License-Identifier: Apache-2.0

/// What a bounded replay reads, and where its results go.
public struct ReplayOptions: Sendable {
    /// One source of records.
    public enum Source: Sendable, Equatable {
        /// A file of NDJSON, plain or gzip (`-`: standard input), read as a topic's or as none's.
        case file(path: String, topic: String?)
        /// Topics of Kafka; none: the configured inputs.
        case kafka(topics: [String])
    }

    public enum Sink: Sendable, Equatable {
        case folder(String)
        /// Shadow topics with this prefix.
        case kafka(prefix: String)
        /// Appended to the configured input topics.
        case input
        case none
    }

    public var sources: [Source]
    public var sink: Sink
    /// Event times before it are left out. Milliseconds.
    public var sinceMs: Int64?
    /// Where the watermark ends. Milliseconds.
    public var untilMs: Int64?
    /// Every record in the order of emission instead of the net result.
    public var keepsHistory = false
    /// Control records of plain files count.
    public var trustsFiles = false
    /// A file of control records that is read first.
    public var forgottenFile: String?
    /// Records per second at most; nil: as fast as it goes.
    public var rate: Int?
    /// Keeps its place in the folder of the results, and goes on from there; nil: begins, and keeps nothing.
    public var resumption: Resumption?
    /// Asked now and then; true ends the run with `ReplayInterrupted`.
    public var isInterrupted: @Sendable () -> Bool = { false }

    /// What `--resume` needs to know, to be sure that it goes on with the same replay.
    public struct Resumption: Sendable {
        /// The options as they were typed, by name: those that decide what comes out.
        public var asked: [String: [String]]
        /// The environment.
        public var settings: [String: String]
        /// How much work may be lost at most, about.
        public var interval: Duration

        public init(asked: [String: [String]], settings: [String: String], interval: Duration = .seconds(5)) {
            self.asked = asked
            self.settings = settings
            self.interval = interval
        }
    }

    public init(sources: [Source], sink: Sink) {
        self.sources = sources
        self.sink = sink
    }

    /// Reads one word of `--from`.
    public static func source(_ word: String) -> Source {
        if word == "kafka:" { return .kafka(topics: []) }
        if word.hasPrefix("kafka:") { return .kafka(topics: word.dropFirst(6).split(separator: ",").map(String.init)) }
        guard let at = word.lastIndex(of: "@"), at != word.startIndex, !word[at...].contains("/") else {
            return .file(path: word, topic: nil)
        }
        let topic = String(word[word.index(after: at)...])
        return .file(path: String(word[..<at]), topic: topic.isEmpty ? nil : topic)
    }

    /// Reads the word of `--to`.
    public static func sink(_ word: String) -> Sink {
        switch word {
        case "none": .none
        case "input": .input
        default: word.hasPrefix("kafka:") ? .kafka(prefix: String(word.dropFirst(6))) : .folder(word)
        }
    }
}

/// `summary.json`: read = accepted + control + duplicates + forgotten + deadletters.
public struct ReplaySummary: Sendable, Equatable {
    public var read = 0
    /// Distinct events, broadcasts included.
    public var accepted = 0
    public var control = 0
    public var duplicates = 0
    public var forgotten = 0
    public var deadletters = 0
    public var deadlettersByReason: [String: Int] = [:]
    public var skipped = 0
    public var tombstones = 0
    public var customers = 0
    public var transitions = 0
    public var alerts = 0
    /// Members of configured objects that nobody knows, and namespaces that are not configured: by name.
    public var ignoredNamespaces: [String: Int] = [:]
    public var unknownMembers: [String: Int] = [:]
    /// 32 hexadecimal digits: the order-free sum over the net records.
    public var digest = ""
    public var watermarkMs: Int64?
    public var seconds = 0.0
    public var eventsPerSecond = 0.0
    public var cpuSeconds = 0.0
    public var peakMemoryBytes = 0

    public init() {}
}
