// SPDX-License-Identifier: Apache-2.0

/// One role's logic over its partitions: pure but for the state it reads. A worker drives it; it never blocks and reads no clock.
protocol RoleEngine: AnyObject {
    /// A partition's state is restored: take it over.
    func open(partition: Int32, state: any StateReader) throws
    /// The partition is gone, or what is not committed is to be forgotten.
    func close(partition: Int32)
    /// Works through a batch; what comes of it goes into the transaction or the overlay.
    func process(_ batch: RecordBatch, nowMs: Int64, into transaction: inout Transaction) throws
    /// Before a commit: what is due goes out, the overlay becomes state changes. True: more is waiting for another commit.
    func prepare(nowMs: Int64, into transaction: inout Transaction) throws -> Bool
    /// The transaction is in the log.
    func committed()
    /// The transaction was aborted, and the partitions are closed: nothing of it happened.
    func reset()
    /// Whether something waits for a commit though no record came (profiles whose time has come, ticks).
    func isDue(nowMs: Int64) -> Bool
    /// Everything that is there has been read: a source may be idle.
    func caughtUp(nowMs: Int64)
}
