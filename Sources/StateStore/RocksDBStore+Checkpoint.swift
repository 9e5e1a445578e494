// SPDX-License-Identifier: Apache-2.0
internal import CRocksDB

extension RocksDBStore {
    /// Makes a folder that holds the store as it is now, to be opened as a store of its own. Files that never change
    /// are linked, not copied, where the folder lies on the same file system: it costs little more than a flush.
    ///
    /// - Parameter path: a folder that is not there yet; its parent is.
    /// - Throws: `noSpace`, `io`, `closed`.
    public func checkpoint(to path: String) throws(StateStoreError) {
        try flush()  // what is in memory, also without a write-ahead log
        let handle = try open()
        let checkpoint = unsafe try handle.call("checkpoint") { error in
            unsafe rocksdb_checkpoint_object_create(handle.database, error)
        }
        guard let checkpoint = unsafe checkpoint else {
            throw StateStoreError(.io, "cannot checkpoint the store to \(path): no reason given")
        }
        ledger.opened(.checkpoint)
        defer {
            unsafe rocksdb_checkpoint_object_destroy(checkpoint)
            ledger.freed(.checkpoint)
        }
        unsafe try handle.call("checkpoint") { error in unsafe rocksdb_checkpoint_create(checkpoint, path, 0, error) }
    }
}
