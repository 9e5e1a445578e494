internal import CRocksDB
// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A store in a folder, by RocksDB.
///
/// With a write-ahead log a synced write survives a power cut, any write survives the death of the process. One process
/// has a folder open at a time.
public final class RocksDBStore: StateStore {
    /// nil: closed. Taken for the length of a reference count; a call under way keeps the database open.
    private let handle: Mutex<RocksHandle?>
    private let writer = Mutex(())
    private let path: String
    let ledger: HandleLedger

    /// Opens the store, or makes it.
    ///
    /// Throws: `locked` (another process has it), `corrupt`, `denied`, `noSpace`, `io`, `newerFormat`, `invalid`.
    public convenience init(_ settings: RocksDBSettings) throws(StateStoreError) {
        try self.init(settings, ledger: HandleLedger())
    }

    init(_ settings: RocksDBSettings, ledger: HandleLedger) throws(StateStoreError) {
        self.ledger = ledger
        path = settings.path
        handle = Mutex(try RocksHandle(settings, ledger: ledger))
    }

    public func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? { try open().get(key) }

    public func read<Result>(_ key: [UInt8], _ body: (RawSpan) throws -> Result) throws -> Result? {
        try open().pinned(key, body)
    }

    public func scan(
        prefix: [UInt8],
        from: [UInt8]?,
        order: ScanOrder,
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try open().scan(prefix: prefix, from: from, order: order, visit)
    }

    public func write(_ batch: WriteBatch, sync: Bool) throws(StateStoreError) {
        let handle = try open()
        guard !batch.isEmpty else { return }
        try writer.withLock { (_) throws(StateStoreError) in
            let native = try RocksBatch(batch, handle)
            try native.write(sync: sync)
        }
    }

    public func flush() throws(StateStoreError) {
        let handle = try open()
        let options = unsafe rocksdb_flushoptions_create()
        defer { unsafe rocksdb_flushoptions_destroy(options) }
        unsafe rocksdb_flushoptions_set_wait(options, 1)
        unsafe try handle.call("flush") { error in unsafe rocksdb_flush(handle.database, options, error) }
    }

    public func statistics() throws(StateStoreError) -> StateStoreStatistics {
        let handle = try open()
        let memory =
            handle.property("rocksdb.cur-size-all-mem-tables")
            + handle.property("rocksdb.estimate-table-readers-mem") + (unsafe rocksdb_cache_get_usage(handle.cache))
        return StateStoreStatistics(
            rows: handle.property("rocksdb.estimate-num-keys"),
            storedBytes: handle.property("rocksdb.live-sst-files-size"),
            memoryBytes: memory,
            pendingCompactionBytes: handle.property("rocksdb.estimate-pending-compaction-bytes")
        )
    }

    /// Rewrites all files into their final shape: for measurements, and for giving space back at once.
    public func compact() throws(StateStoreError) {
        let handle = try open()
        unsafe rocksdb_compact_range(handle.database, nil, 0, nil, 0)
    }

    public func close() throws(StateStoreError) {
        guard handle.withLock({ $0 != nil }) else { return }
        try flush()
        handle.withLock { $0 = nil }
    }

    func open() throws(StateStoreError) -> RocksHandle {
        guard let handle = handle.withLock({ $0 }) else { throw .closed(path) }
        return handle
    }
}

/// The C form of a batch, made and freed by one write.
@safe struct RocksBatch: ~Copyable {
    private let handle: RocksHandle
    private let pointer: OpaquePointer

    init(_ batch: WriteBatch, _ handle: RocksHandle) throws(StateStoreError) {
        self.handle = handle
        unsafe pointer = rocksdb_writebatch_create()
        handle.ledger.opened(.batch)
        if let order = batch.orderByKey {
            for index in order { add(batch.operations[index], of: batch.bytes) }
            return
        }
        for (index, operation) in batch.operations.enumerated() {
            guard case .deletePrefix(let range) = operation else {
                add(operation, of: batch.bytes)
                continue
            }
            let prefix = Array(batch.bytes[range])
            if let end = KeyOrder.end(ofPrefix: prefix) {
                deleteRange(prefix, end)
            } else {
                deleteRange(prefix, try Self.pastLast(prefix, batch, before: index, handle))
            }
        }
    }

    deinit {
        unsafe rocksdb_writebatch_destroy(pointer)
        handle.ledger.freed(.batch)
    }

    func write(sync: Bool) throws(StateStoreError) {
        handle.countNothing()
        unsafe try handle.call("write to") { error in
            unsafe rocksdb_write(handle.database, handle.writeOptions(sync: sync), pointer, error)
        }
    }

    private func add(_ operation: WriteBatch.Operation, of bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            func at(_ range: Range<Int>) -> UnsafePointer<CChar>? { unsafe start.map { unsafe $0 + range.lowerBound } }
            switch operation {
            case .put(let key, let value):
                unsafe rocksdb_writebatch_put(pointer, at(key), key.count, at(value), value.count)
            case .delete(let key):
                unsafe rocksdb_writebatch_delete(pointer, at(key), key.count)
            case .deleteRange(let from, let to):
                unsafe rocksdb_writebatch_delete_range(pointer, at(from), from.count, at(to), to.count)
            case .deletePrefix: break
            }
        }
    }

    private func deleteRange(_ from: [UInt8], _ to: [UInt8]) {
        guard from.lexicographicallyPrecedes(to) else { return }
        add(.deleteRange(from: 0..<from.count, to: from.count..<from.count + to.count), of: from + to)
    }

    /// Of a prefix that nothing can follow (empty, or all 0xFF): the key after the last row that there is, in the store
    /// or earlier in the batch. No other writer can add one meanwhile.
    private static func pastLast(
        _ prefix: [UInt8],
        _ batch: WriteBatch,
        before index: Int,
        _ handle: RocksHandle
    ) throws(StateStoreError) -> [UInt8] {
        var last = prefix
        let rows = RocksIterator(handle, prefix: prefix)
        rows.seek(from: nil, order: .descending)
        if rows.isValid { last = rows.key }
        try rows.check()
        for case .put(let key, _) in batch.operations[..<index] {
            let key = Array(batch.bytes[key])
            if KeyOrder.compare(key, last) > 0 { last = key }
        }
        return last + [0]
    }
}
