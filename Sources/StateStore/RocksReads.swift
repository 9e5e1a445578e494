// SPDX-License-Identifier: Apache-2.0
internal import CRocksDB

/// Reads, of the database as it is or of a snapshot: what tells the two apart is the read options.
extension RocksHandle {
    /// Lends the value where RocksDB keeps it; nil: no such row.
    func pinned<Result>(
        _ key: [UInt8],
        _ options: OpaquePointer,
        _ body: (RawSpan) throws -> Result
    ) throws -> Result? {
        let slice = unsafe try withBytes(of: key) { (pointer, count) throws(StateStoreError) in
            unsafe try call("read") { error in
                unsafe rocksdb_get_pinned(database, options, pointer, count, error)
            }
        }
        guard let slice = unsafe slice else { return nil }
        ledger.opened(.pinned)
        defer {
            unsafe rocksdb_pinnableslice_destroy(slice)
            ledger.freed(.pinned)
        }
        var count = 0
        let start = unsafe rocksdb_pinnableslice_value(slice, &count)
        return try body(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: count)))
    }

    func get(_ key: [UInt8], _ options: OpaquePointer) throws(StateStoreError) -> [UInt8]? {
        do {
            return unsafe try pinned(key, options) { [UInt8](copying: $0) }
        } catch let error as StateStoreError {
            throw error
        } catch {
            throw StateStoreError(.io, "cannot read the store at \(path): \(error)")
        }
    }

    func scan(
        prefix: [UInt8],
        from: [UInt8]?,
        order: ScanOrder,
        snapshot: OpaquePointer?,
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        let rows = unsafe RocksIterator(self, prefix: prefix, snapshot: snapshot)
        rows.seek(from: from, order: order)
        while rows.isValid {
            guard try rows.visit(visit) else { return }
            rows.advance(order)
        }
        try rows.check()
    }
}

/// Lends the bytes of a key to a C call, as the `char *` and the length that RocksDB takes.
func withBytes<Value>(
    of key: [UInt8],
    _ body: (UnsafePointer<CChar>?, Int) throws(StateStoreError) -> Value
) throws(StateStoreError) -> Value {
    // `withUnsafeBytes` rethrows without a type, so the result carries the error out.
    let result: Result<Value, StateStoreError> = unsafe key.withUnsafeBytes { buffer in
        do throws(StateStoreError) {
            return .success(
                unsafe try body(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
            )
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

/// A view of a store at one moment. Keeps the store open.
// Sendable because rocksdb/db.h gives snapshots the same promise as the database ("safe for concurrent access"), and
// neither pointer changes after init.
@safe final class RocksSnapshot: StoreView, @unchecked Sendable {
    private let handle: RocksHandle
    private let snapshot: OpaquePointer
    private let options: OpaquePointer

    init(_ handle: RocksHandle) throws(StateStoreError) {
        guard let snapshot = unsafe rocksdb_create_snapshot(handle.database) else {
            throw StateStoreError(.io, "cannot take a snapshot of the store at \(handle.path)")
        }
        self.handle = handle
        unsafe self.snapshot = snapshot
        unsafe options = rocksdb_readoptions_create()
        unsafe rocksdb_readoptions_set_snapshot(options, snapshot)
        handle.ledger.opened(.snapshot)
        handle.ledger.opened(.readOptions)
    }

    deinit {
        unsafe rocksdb_readoptions_destroy(options)
        handle.ledger.freed(.readOptions)
        unsafe rocksdb_release_snapshot(handle.database, snapshot)
        handle.ledger.freed(.snapshot)
    }

    func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? { unsafe try handle.get(key, options) }

    func read<Result>(_ key: [UInt8], _ body: (RawSpan) throws -> Result) throws -> Result? {
        unsafe try handle.pinned(key, options, body)
    }

    func scan(
        prefix: [UInt8],
        from: [UInt8]?,
        order: ScanOrder,
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        unsafe try handle.scan(prefix: prefix, from: from, order: order, snapshot: snapshot, visit)
    }
}
