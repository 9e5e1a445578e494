// SPDX-License-Identifier: Apache-2.0
internal import CRocksDB

extension RocksHandle {
    /// Lends the value where RocksDB keeps it; nil: no such row.
    func pinned<Result>(_ key: [UInt8], _ body: (RawSpan) throws -> Result) throws -> Result? {
        let slice = unsafe try withBytes(of: key) { (pointer, count) throws(StateStoreError) in
            unsafe try call("read") { error in
                unsafe rocksdb_get_pinned(database, readOptions, pointer, count, error)
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

    func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? {
        do {
            return try pinned(key) { [UInt8](copying: $0) }
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
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        let rows = RocksIterator(self, prefix: prefix)
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
