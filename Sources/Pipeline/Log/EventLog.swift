// SPDX-License-Identifier: Apache-2.0

/// The one seam to the outside: read batches from partitions, append, commit reads, appends and state together.
///
/// Three transports: Kafka, embedded (the local store), memory (bounded replays). One conformance suite runs on all of them.
public protocol EventLog: AnyObject, Sendable {
    /// Opens what one worker of a role needs. A session belongs to the thread that uses it.
    func session(_ role: Role, worker: Int) throws -> any LogSession

    /// How many partitions a topic of ours has.
    func partitions(of topic: Topic) throws -> Int32

    /// What is committed to a compacted topic of ours from now on, by any process; nil where no other process writes.
    func tail(_ topic: Topic) throws -> (any LogTail)?

    /// Deletes what the only readers of internal topics have committed: it would be kept for ever, and with it what is
    /// forgotten. For logs that do not do so by themselves; from any thread.
    /// - Returns: of how many partitions.
    func purge() throws -> Int

    /// Releases what the log holds. Sessions are closed before.
    func close() throws
}

extension EventLog {
    public func purge() throws -> Int { 0 }
}

/// What a poll found.
public enum LogEvent: Sendable {
    /// Partitions are ours from now on, paused: open their state (`restore`), then `resume`. Their committed offsets are kept by the session.
    case assigned([TopicPartition])
    /// Partitions are about to go: commit what is done, then `release`.
    case revoked([TopicPartition])
    /// Partitions are gone already: drop what is not committed, then `release`. Never commit.
    case lost([TopicPartition])
    case records(RecordBatch)
    /// Nothing within the time given. `caughtUp`: everything that was there when the poll began has been read.
    case idle(caughtUp: Bool)
}

/// How a commit ended.
public enum CommitOutcome: Sendable, Equatable {
    case committed
    /// Nothing of it happened: drop the overlay; the session has gone back to the last commit, the records come again.
    case aborted(reason: String)
    /// The assignment was lost meanwhile: drop everything; the next poll says `lost` and then assigns afresh.
    case lost
}

/// One worker's connection.
public protocol LogSession: AnyObject {
    /// Waits up to `waitMs` for events or records: at most `maxRecords`.
    func poll(maxRecords: Int, waitMs: Int) throws -> LogEvent

    /// Brings the state of one partition up to the last commit. Reads `state` afterwards.
    func restore(partition: Int32, progress: (RestoreProgress) -> Void) throws

    /// Records that wait to be read; nil: not known yet.
    var lag: Int64? { get }

    /// Lets assigned partitions be read, from their committed offsets on.
    func resume(_ partitions: [TopicPartition]) throws

    /// Gives revoked or lost partitions back.
    func release(_ partitions: [TopicPartition]) throws

    /// State rows of one partition as of the last commit.
    func state(partition: Int32) -> any StateReader

    /// All or nothing on transactional roles; on intake: everything is appended durably, then the offsets are committed.
    func commit(_ transaction: Transaction) throws -> CommitOutcome

    /// Leaves the group and frees everything. Uncommitted work is dropped.
    func close() throws
}

/// Follows a topic by itself, in no group. Belongs to the thread that uses it.
public protocol LogTail: AnyObject {
    /// The values of the records that have come since; without waiting. What the outside cannot give now comes later.
    func poll() -> [[UInt8]]
    func close()
}

/// How far a restore is.
public struct RestoreProgress: Sendable {
    public var records: Int
    public var remaining: Int

    public init(records: Int, remaining: Int) {
        self.records = records
        self.remaining = remaining
    }
}

/// Reads state rows. Keys are compared as bytes.
public protocol StateReader {
    func get(_ key: [UInt8]) throws -> [UInt8]?
    /// Rows whose key begins with `prefix`, in order, from a key on when there is one; `visit` returns false to stop.
    func scan(prefix: [UInt8], from: [UInt8]?, _ visit: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool) throws
}

extension StateReader {
    /// All rows whose key begins with `prefix`, in order; `visit` returns false to stop.
    public func scan(prefix: [UInt8], _ visit: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool) throws {
        try scan(prefix: prefix, from: nil, visit)
    }
}
