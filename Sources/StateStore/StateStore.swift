// SPDX-License-Identifier: Apache-2.0

/// Ordered rows of bytes beside a worker.
///
/// Keys are compared as unsigned bytes. Any number of threads may read; writes are taken one at a time, and each batch
/// is all or nothing, for readers as for a crash. Two conformers pass one suite: `RocksDBStore`, which survives the
/// process, and `MemoryStore`, which does not.
///
/// What it does not do: no transactions over several batches (the log's commit is one batch), no column families
/// (the first bytes of a key name what a row is), no time to live.
public protocol StateStore: AnyObject, Sendable {
    /// A copy of one row's value.
    func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]?

    /// Lends one row's value where it lies, without a copy; nil when there is no such row.
    func read<Result>(_ key: [UInt8], _ body: (RawSpan) throws -> Result) throws -> Result?

    /// Visits the rows whose key begins with `prefix`, in order, as of the moment of the call.
    ///
    /// `from`: the key to begin at, itself included; nil: the first (descending: the last) of the prefix. A key before
    /// (descending: after) all of the prefix means the same as nil. `visit` returns false to stop.
    func scan(
        prefix: [UInt8],
        from: [UInt8]?,
        order: ScanOrder,
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws

    /// Applies a batch, all or nothing.
    ///
    /// `sync`: returns only when the batch would survive a power cut. Without a write-ahead log (and in memory) it has
    /// no effect: there `flush` makes durable.
    /// Throws: `noSpace`, `io`, `corrupt`, `closed`.
    func write(_ batch: WriteBatch, sync: Bool) throws(StateStoreError)

    /// Makes everything written so far durable, with or without a write-ahead log.
    func flush() throws(StateStoreError)

    /// Sizes and counts, most of them estimates.
    func statistics() throws(StateStoreError) -> StateStoreStatistics

    /// Flushes and lets go of the files. Reads that are under way end first; later calls throw `closed`, but a second
    /// `close` is nothing.
    func close() throws(StateStoreError)
}

/// The order of a scan.
public enum ScanOrder: Sendable, CaseIterable {
    case ascending, descending
}

extension StateStore {
    /// Visits all rows whose key begins with `prefix`, in ascending order.
    public func scan(prefix: [UInt8], _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool) throws {
        try scan(prefix: prefix, from: nil, order: .ascending, visit)
    }
}

extension [UInt8] {
    /// A copy of what a span lends.
    public init(copying span: RawSpan) {
        self = unsafe span.withUnsafeBytes { buffer in unsafe [UInt8](buffer) }
    }
}

/// Sizes and counts of a store.
public struct StateStoreStatistics: Sendable, Equatable {
    /// Rows; estimated on disk.
    public var rows: Int
    /// Bytes in files; in memory: of keys and values.
    public var storedBytes: Int
    /// Bytes of write buffers, block cache and open tables.
    public var memoryBytes: Int
    /// Bytes that compaction still has to rewrite.
    public var pendingCompactionBytes: Int

    public init(rows: Int, storedBytes: Int, memoryBytes: Int, pendingCompactionBytes: Int) {
        self.rows = rows
        self.storedBytes = storedBytes
        self.memoryBytes = memoryBytes
        self.pendingCompactionBytes = pendingCompactionBytes
    }
}
