// SPDX-License-Identifier: Apache-2.0

/// Intake's session, which takes in ownership maps of other processes before each poll: an event whose owner is known
/// goes there at once, without a hop.
final class OwnerFollowingSession: LogSession {
    private let base: any LogSession
    private let tail: any LogTail
    private let owners: OwnerView

    init(_ base: any LogSession, tail: any LogTail, owners: OwnerView) {
        self.base = base
        self.tail = tail
        self.owners = owners
    }

    /// - Throws: `PackedError.newerFormat`, when a newer program writes the maps; and what the session throws.
    func poll(maxRecords: Int, waitMs: Int) throws -> LogEvent {
        for value in tail.poll() { owners.learn(try OwnerRecord.map(value)) }
        return try base.poll(maxRecords: maxRecords, waitMs: waitMs)
    }

    var lag: Int64? { base.lag }

    func restore(partition: Int32, progress: (RestoreProgress) -> Void) throws {
        try base.restore(partition: partition, progress: progress)
    }

    func resume(_ partitions: [TopicPartition]) throws { try base.resume(partitions) }
    func release(_ partitions: [TopicPartition]) throws { try base.release(partitions) }
    func state(partition: Int32) -> any StateReader { base.state(partition: partition) }
    func commit(_ transaction: Transaction) throws -> CommitOutcome { try base.commit(transaction) }

    func close() throws {
        tail.close()
        try base.close()
    }
}
