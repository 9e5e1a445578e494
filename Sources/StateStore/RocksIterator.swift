// SPDX-License-Identifier: Apache-2.0
internal import CRocksDB

/// One walk over the rows of a prefix. Holds the database open, and its bounds in place: RocksDB keeps their addresses.
@safe struct RocksIterator: ~Copyable {
    private let handle: RocksHandle
    private let iterator: OpaquePointer
    private let options: OpaquePointer
    private let prefix: [UInt8]
    /// The first key past the prefix; nil when there is none.
    private let end: [UInt8]?
    private let lowerBound: UnsafeMutableBufferPointer<CChar>
    private let upperBound: UnsafeMutableBufferPointer<CChar>

    init(_ handle: RocksHandle, prefix: [UInt8]) {
        self.handle = handle
        self.prefix = prefix
        end = KeyOrder.end(ofPrefix: prefix)
        unsafe lowerBound = Self.allocate(prefix)
        unsafe upperBound = Self.allocate(end ?? [])
        unsafe options = rocksdb_readoptions_create()
        unsafe rocksdb_readoptions_set_iterate_lower_bound(options, lowerBound.baseAddress, lowerBound.count)
        if end != nil {
            unsafe rocksdb_readoptions_set_iterate_upper_bound(options, upperBound.baseAddress, upperBound.count)
        }
        unsafe iterator = rocksdb_create_iterator(handle.database, options)
        handle.ledger.opened(.readOptions)
        handle.ledger.opened(.iterator)
    }

    deinit {
        unsafe rocksdb_iter_destroy(iterator)
        handle.ledger.freed(.iterator)
        unsafe rocksdb_readoptions_destroy(options)
        handle.ledger.freed(.readOptions)
        unsafe lowerBound.deallocate()
        unsafe upperBound.deallocate()
    }

    var isValid: Bool { unsafe rocksdb_iter_valid(iterator) != 0 }

    /// A copy of the key that the walk is at.
    var key: [UInt8] {
        var count = 0
        let start = unsafe rocksdb_iter_key(iterator, &count)
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    func seek(from: [UInt8]?, order: ScanOrder) {
        switch order {
        case .ascending:
            let start = from.map { KeyOrder.compare($0, prefix) > 0 ? $0 : prefix } ?? prefix
            unsafe seek(start) { unsafe rocksdb_iter_seek($0, $1, $2) }
        case .descending:
            if let from, end.map({ KeyOrder.compare(from, $0) < 0 }) ?? true {
                unsafe seek(from) { unsafe rocksdb_iter_seek_for_prev($0, $1, $2) }
            } else {
                unsafe rocksdb_iter_seek_to_last(iterator)
            }
        }
    }

    func advance(_ order: ScanOrder) {
        switch order {
        case .ascending: unsafe rocksdb_iter_next(iterator)
        case .descending: unsafe rocksdb_iter_prev(iterator)
        }
    }

    /// Lends the row to `body`; it lies where RocksDB keeps it until the next move.
    func visit(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool) throws -> Bool {
        var keyCount = 0
        var valueCount = 0
        let key = unsafe rocksdb_iter_key(iterator, &keyCount)
        let value = unsafe rocksdb_iter_value(iterator, &valueCount)
        return try body(
            unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: key, count: keyCount)),
            unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: value, count: valueCount))
        )
    }

    /// Throws what ended the walk, if it was not the end of the rows.
    func check() throws(StateStoreError) {
        unsafe try handle.call("scan") { error in unsafe rocksdb_iter_get_error(iterator, error) }
    }

    private func seek(_ key: [UInt8], _ move: (OpaquePointer, UnsafePointer<CChar>?, Int) -> Void) {
        unsafe key.withUnsafeBytes { buffer in
            unsafe move(iterator, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
    }

    private static func allocate(_ key: [UInt8]) -> UnsafeMutableBufferPointer<CChar> {
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(key.count, 1))
        for index in key.indices { unsafe copy[index] = CChar(bitPattern: key[index]) }
        return unsafe UnsafeMutableBufferPointer(rebasing: copy[..<key.count])
    }
}
