// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge
public import StateStore
internal import Synchronization

/// The log on Apache Kafka.
///
/// Each session is one consumer, a static member of its role's group, and one producer. Identity and journey commit
/// in Kafka transactions: outputs, the compacted changelog of their state, the inputs' offsets; then the same changes
/// go to the local store in one batch. So the store may be behind the changelog, never ahead; taking over a partition
/// replays the rest. Intake appends, waits until all is acknowledged, and only then commits its offsets.
///
/// What it does not do: change the number of partitions (a new prefix and a replay do), and go on after another
/// process took its transactional id (it throws; the process ends with 75).
public final class KafkaEventLog: EventLog {
    /// What the client library tells about itself.
    public enum Note: Sendable {
        /// Severity as in syslog: 0 emergency … 7 debug.
        case log(severity: Int, client: String, message: String)
        /// The library's statistics, JSON.
        case statistics(client: String, json: String)
    }

    private let settings: KafkaLogSettings
    private let store: any StateStore
    private let tell: @Sendable (Note) -> Void
    private let counts = Mutex<[String: Int32]>([:])

    /// - Parameters:
    ///   - store: of local state; used for this prefix and instance alone. Closed by its owner, after the sessions.
    ///   - tell: called on the library's threads and the sessions'; return at once.
    public init(
        _ settings: KafkaLogSettings,
        store: any StateStore,
        tell: @escaping @Sendable (Note) -> Void = { _ in }
    ) {
        self.settings = settings
        self.store = store
        self.tell = tell
    }

    /// Throws `KafkaLogError`: a topic is missing, or Kafka cannot be reached.
    public func session(_ role: Role, worker: Int) throws -> any LogSession {
        try KafkaLogError.wrapping {
            let needed = try topicCounts(role)
            let name = "\(role.name)-\(worker)"
            return try KafkaSession(
                role: role,
                worker: worker,
                settings: settings,
                store: store,
                counts: needed,
                observer: observer(name)
            )
        }
    }

    public func partitions(of topic: Topic) throws -> Int32 {
        let name = settings.name(of: topic)
        return try KafkaLogError.wrapping {
            guard let count = try count([name])[name] else { throw KafkaLogError.missing([name]) }
            return count
        }
    }

    public func tail(_ topic: Topic) throws -> (any LogTail)? {
        let name = settings.name(of: topic)
        return try KafkaLogError.wrapping {
            guard let count = try count([name])[name] else { throw KafkaLogError.missing([name]) }
            return try KafkaTail(settings, topic: name, partitions: count, observer: observer("\(topic.name) tail"))
        }
    }

    public func purge() throws -> Int { try KafkaTopics(settings).purge().count }

    public func close() throws {}

    /// Partitions of each topic, by its number; all topics of ours must be there.
    private func topicCounts(_ role: Role) throws -> [Int32] {
        let names = Topic.allCases.map { settings.name(of: $0) }
        let needed = names + (role.isTransactional ? [settings.changelog(of: role)] : [])
        let found = try count(needed)
        let missing = needed.filter { found[$0] == nil }
        guard missing.isEmpty else { throw KafkaLogError.missing(missing) }
        if role.isTransactional {
            // A changelog partition holds the state that the input partitions with its number feed.
            let changelog = settings.changelog(of: role)
            for input in role.inputs where found[settings.name(of: input)] != found[changelog] {
                throw KafkaLogError(
                    """
                    expected \(settings.name(of: input)) and \(changelog) to have as many \
                    partitions as each other, found \(found[settings.name(of: input)] ?? 0) and \
                    \(found[changelog] ?? 0): run 'tabiji topics check'
                    """,
                    exitCode: 78
                )
            }
        }
        return names.map { found[$0] ?? 0 }
    }

    private func count(_ names: [String]) throws -> [String: Int32] {
        let known = counts.withLock { $0 }
        if names.allSatisfy({ known[$0] != nil }) { return known }
        let admin = try KafkaAdmin(settings.adminConfig(), observer: observer("admin"))
        defer { admin.close() }
        let found = try admin.topics()
        return counts.withLock { counts in
            for topic in found where topic.partitions > 0 { counts[topic.name] = topic.partitions }
            return counts
        }
    }

    private func observer(_ client: String) -> KafkaObserver {
        KafkaObserver(
            log: { [tell] in tell(.log(severity: $0, client: client, message: "\($1): \($2)")) },
            statistics: { [tell] in tell(.statistics(client: client, json: $0)) }
        )
    }
}

extension KafkaLogError {
    /// Gives the client's errors their exit code: waiting may help, or not.
    static func wrapping<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as KafkaError {
            throw KafkaLogError(error)
        }
    }

    init(_ error: KafkaError) {
        if error.isFatal {
            self = .stopped(error)
        } else {
            self.init(error.description, exitCode: error.code == .invalidArgument ? 78 : error.isRetriable ? 69 : 75)
        }
    }
}
