// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge

/// The topics that the program needs on Kafka: makes those that are missing, and says what is wrong with those that
/// exist.
public struct KafkaTopics {
    /// One thing about one topic.
    public struct Finding: Sendable, Equatable {
        public enum Severity: Sendable { case note, warning, error }
        public var topic: String
        public var severity: Severity
        /// What was expected, what was found, what to do.
        public var message: String
    }

    /// Deleted rows are remembered so long in changelogs.
    static let tombstoneRetentionMs: Int64 = 7 * 86_400_000

    private let settings: KafkaLogSettings

    public init(_ settings: KafkaLogSettings) { self.settings = settings }

    /// Makes what is missing. Topics that exist are left as they are.
    ///
    /// - Returns: the names of what was made. **Throws** `KafkaLogError`.
    public func create() throws -> [String] { try create { _ in true } }

    /// Makes those of ours that are wanted; changelogs only with all.
    func create(where isWanted: (Topic) -> Bool) throws -> [String] {
        let unwanted = Set(Topic.allCases.filter { !isWanted($0) }.map { settings.name(of: $0) })
        let changelogs = unwanted.isEmpty ? [] : Set(Role.allCases.map { settings.changelog(of: $0) })
        return try KafkaLogError.wrapping {
            let admin = try KafkaAdmin(settings.adminConfig())
            defer { admin.close() }
            let existing = Set(try admin.topics().map(\.name))
            return try admin.create(
                wanted.filter { topic in
                    !existing.contains(topic.name) && !unwanted.contains(topic.name) && !changelogs.contains(topic.name)
                }
            )
        }
    }

    /// What is missing or wrong. Empty: everything is as it should be.
    public func check() throws -> [Finding] {
        try KafkaLogError.wrapping {
            let admin = try KafkaAdmin(settings.adminConfig())
            defer { admin.close() }
            let existing = try admin.topics()
            let byName = Dictionary(existing.map { ($0.name, $0) }) { first, _ in first }
            let present = wanted.filter { byName[$0.name] != nil }
            let found = try admin.settings(of: present.map(\.name))
            var findings: [Finding] = []
            for topic in wanted {
                guard let actual = byName[topic.name] else {
                    findings.append(
                        Finding(topic: topic.name, severity: .error, message: "is missing: run 'tabiji topics create'")
                    )
                    continue
                }
                findings += Self.compare(topic, actual, found[topic.name] ?? [:], isFixed: isFixed(topic.name))
            }
            return try findings + inputs(existing, admin)
        }
    }

    /// Deletes the records of internal topics that their only reader has committed: they would grow for ever, and
    /// keep what was forgotten.
    ///
    /// - Returns: the first offset left in each partition that was purged.
    @discardableResult
    public func purge() throws -> [TopicPartition: Int64] {
        try KafkaLogError.wrapping {
            let admin = try KafkaAdmin(settings.adminConfig())
            defer { admin.close() }
            var before: [KafkaPartition: Int64] = [:]
            for role in Role.allCases where role.isTransactional {
                let partitions = try role.inputs.flatMap { topic in
                    let name = settings.name(of: topic)
                    return try admin.topics(name).flatMap { found in
                        (0..<found.partitions).map { KafkaPartition(name, $0) }
                    }
                }
                let group = try KafkaConsumer(settings.onlookerConfig(role))
                defer { group.close() }
                for (partition, offset) in try group.committed(partitions, within: .seconds(60)) where offset > 0 {
                    before[partition] = offset
                }
            }
            try admin.deleteRecords(before: before)
            return Dictionary(uniqueKeysWithValues: before.map { (TopicPartition($0.key), $0.value) })
        }
    }

    // MARK: what is wanted

    /// All topics of ours, as they should be.
    var wanted: [KafkaNewTopic] {
        let ours = Topic.allCases.map { topic in
            let count = topic.isOutput ? settings.outputPartitions : settings.partitions
            return make(settings.name(of: topic), count, topic.isCompacted ? compacted : kept)
        }
        let changelogs = Role.allCases.filter(\.isTransactional).map { role in
            make(settings.changelog(of: role), settings.partitions, compacted)
        }
        return ours + changelogs
    }

    private func make(_ name: String, _ partitions: Int32, _ policy: [String: String]) -> KafkaNewTopic {
        var all = policy
        all["max.message.bytes"] = String(settings.recordBytesMax)
        if settings.replication >= 3 { all["min.insync.replicas"] = "2" }
        return KafkaNewTopic(name, partitions: partitions, replication: settings.replication, settings: all)
    }

    /// Nothing is deleted by age: a backfill's records are old when they arrive.
    private var kept: [String: String] { ["cleanup.policy": "delete", "retention.ms": "-1"] }

    private var compacted: [String: String] {
        ["cleanup.policy": "compact", "delete.retention.ms": String(Self.tombstoneRetentionMs)]
    }

    /// Whether the number of partitions is part of the state.
    private func isFixed(_ name: String) -> Bool {
        let fixed: [Topic] = [.links, .inbox, .moves]
        return fixed.contains { settings.name(of: $0) == name } || name.hasSuffix(".changelog")
    }

    // MARK: what is there

    private static func compare(
        _ wanted: KafkaNewTopic,
        _ actual: KafkaTopicDescription,
        _ found: [String: String],
        isFixed: Bool
    ) -> [Finding] {
        var findings: [Finding] = []
        if isFixed, actual.partitions != wanted.partitions {
            let message = """
                expected \(wanted.partitions) partitions, found \(actual.partitions): the number is fixed \
                for life, because state is kept by it; set kafka.partitions back, or choose a new prefix \
                and replay the input topics into it
                """
            findings.append(Finding(topic: wanted.name, severity: .error, message: message))
        }
        if actual.replication < wanted.replication {
            let message = "expected \(wanted.replication) replicas, found \(actual.replication)"
            findings.append(Finding(topic: wanted.name, severity: .warning, message: message))
        }
        for (key, value) in wanted.settings.sorted(by: { $0.key < $1.key }) where found[key] != value {
            if key == "delete.retention.ms" || key == "max.message.bytes" {
                if (found[key].flatMap { Int64($0) } ?? 0) >= (Int64(value) ?? 0) { continue }
            }
            let severity: Finding.Severity = ["cleanup.policy", "retention.ms"].contains(key) ? .error : .warning
            let message =
                "expected \(key)=\(value), found \(found[key] ?? "nothing"): change it with kafka-configs.sh --alter"
            findings.append(Finding(topic: wanted.name, severity: severity, message: message))
        }
        return findings
    }

    /// The topics that intake reads are not ours to make.
    private func inputs(_ existing: [KafkaTopicDescription], _ admin: KafkaAdmin) throws -> [Finding] {
        let names = Self.matching(settings.inputs, among: existing.map(\.name))
        var findings: [Finding] = []
        for input in settings.inputs {
            if input.hasPrefix("^"), names.isEmpty {
                findings.append(Finding(topic: input, severity: .warning, message: "no topic matches yet"))
            } else if !input.hasPrefix("^"), !names.contains(input) {
                findings.append(
                    Finding(
                        topic: input,
                        severity: .error,
                        message: "is missing; input topics are made by who writes to them"
                    )
                )
            }
        }
        let found = try admin.settings(of: names)
        for name in names {
            let retentionMs = found[name]?["retention.ms"].flatMap { Int64($0) } ?? -1
            guard retentionMs >= 0, found[name]?["message.timestamp.type"] != "LogAppendTime" else { continue }
            let message = """
                retention.ms=\(retentionMs) counts from the records' own timestamps: records stamped with older \
                event times vanish at once; for backfills set retention.ms=-1 or message.timestamp.type=LogAppendTime
                """
            findings.append(Finding(topic: name, severity: .note, message: message))
        }
        return findings
    }

    /// The topics that a selection names: itself, or what a regular expression matches.
    static func matching(_ selection: [String], among names: [String]) -> [String] {
        names.filter { name in
            selection.contains { wanted in
                guard wanted.hasPrefix("^") else { return wanted == name }
                guard let pattern = try? Regex(wanted) else { return false }
                return name.firstMatch(of: pattern) != nil
            }
        }
        .sorted()
    }
}
