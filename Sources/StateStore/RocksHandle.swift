// SPDX-License-Identifier: Apache-2.0
internal import CRocksDB
internal import Glibc

/// An open RocksDB and the options that its calls share. Closed when the last one that holds it lets go.
// Sendable because rocksdb/db.h says: "A DB is safe for concurrent access from multiple threads without any external
// synchronization"; the option objects are never changed after init, and the cache is thread-safe by its own word.
@safe final class RocksHandle: @unchecked Sendable {
    let path: String
    let ledger: HandleLedger
    let database: OpaquePointer
    let cache: OpaquePointer
    let readOptions: OpaquePointer
    let keepsLog: Bool
    private let plainWrite: OpaquePointer
    private let syncedWrite: OpaquePointer

    init(_ settings: RocksDBSettings, ledger: HandleLedger) throws(StateStoreError) {
        try settings.validate()
        try Self.makeParents(of: settings.path)
        let cache = unsafe rocksdb_cache_create_lru(settings.blockCacheBytes)
        guard let cache = unsafe cache else { throw StateStoreError(.io, "no memory for the block cache") }
        ledger.opened(.cache)
        let opened: Result<OpaquePointer, StateStoreError>
        do throws(StateStoreError) {
            unsafe opened = .success(try Self.open(settings, cache: cache, ledger: ledger))
        } catch {
            unsafe opened = .failure(error)
        }
        switch unsafe opened {
        case .failure(let error):
            unsafe rocksdb_cache_destroy(cache)
            ledger.freed(.cache)
            throw error
        case .success(let database):
            unsafe self.database = database
        }
        path = settings.path
        self.ledger = ledger
        unsafe self.cache = cache
        unsafe readOptions = rocksdb_readoptions_create()
        unsafe plainWrite = rocksdb_writeoptions_create()
        unsafe syncedWrite = rocksdb_writeoptions_create()
        keepsLog = settings.writeAheadLog
        for _ in 0..<2 { ledger.opened(.writeOptions) }
        ledger.opened(.readOptions)
        unsafe rocksdb_writeoptions_disable_WAL(plainWrite, keepsLog ? 0 : 1)
        unsafe rocksdb_writeoptions_disable_WAL(syncedWrite, keepsLog ? 0 : 1)
        unsafe rocksdb_writeoptions_set_sync(syncedWrite, keepsLog ? 1 : 0)
    }

    deinit {
        unsafe rocksdb_close(database)
        ledger.freed(.database)
        unsafe rocksdb_cache_destroy(cache)
        ledger.freed(.cache)
        unsafe rocksdb_readoptions_destroy(readOptions)
        ledger.freed(.readOptions)
        unsafe rocksdb_writeoptions_destroy(plainWrite)
        unsafe rocksdb_writeoptions_destroy(syncedWrite)
        for _ in 0..<2 { ledger.freed(.writeOptions) }
    }

    /// RocksDB counts each comparison of keys for the thread, if it is not told that nobody asks.
    func countNothing() { rocksdb_set_perf_level(Int32(rocksdb_disable)) }

    func writeOptions(sync: Bool) -> OpaquePointer { unsafe sync ? syncedWrite : plainWrite }

    /// Makes one C call that reports through an owned error text; reads, frees and classifies the text.
    func call<Value>(
        _ action: String,
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) throws(StateStoreError) -> Value {
        unsafe try Self.call(action, path: path, ledger: ledger, body)
    }

    /// An estimate that RocksDB keeps; 0 when it does not.
    func property(_ name: String) -> Int {
        var value: UInt64 = 0
        let found = unsafe rocksdb_property_int(database, name, &value)
        return found == 0 ? Int(clamping: value) : 0
    }

    private static func call<Value>(
        _ action: String,
        path: String,
        ledger: HandleLedger,
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) throws(StateStoreError) -> Value {
        var text: UnsafeMutablePointer<CChar>? = nil
        let value = unsafe body(&text)
        guard let text = unsafe text else { return value }
        ledger.opened(.errorText)
        let status = unsafe String(cString: text)
        unsafe rocksdb_free(text)
        ledger.freed(.errorText)
        throw .classify(status, doing: action, path: path)
    }

    private static func open(
        _ settings: RocksDBSettings,
        cache: OpaquePointer,
        ledger: HandleLedger
    ) throws(StateStoreError) -> OpaquePointer {
        let options = unsafe RocksOptions(settings, cache: cache, ledger: ledger)
        let database = unsafe try call("open", path: settings.path, ledger: ledger) { error in
            unsafe rocksdb_open(options.pointer, settings.path, error)
        }
        guard let database = unsafe database else {
            throw StateStoreError(.io, "cannot open the store at \(settings.path): no reason given")
        }
        ledger.opened(.database)
        return unsafe database
    }

    private static func makeParents(of path: String) throws(StateStoreError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            made += part + "/"
            guard unsafe mkdir(made, 0o750) != 0, errno != EEXIST, errno != EISDIR else { continue }
            var facts = stat()
            guard unsafe stat(made, &facts) != 0 else { continue }
            let reason = unsafe String(cString: strerror(errno))
            throw .classify("IO error: \(made): \(reason)", doing: "make the folder of", path: path)
        }
    }
}
