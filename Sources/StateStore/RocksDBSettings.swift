// SPDX-License-Identifier: Apache-2.0

/// How a `RocksDBStore` is opened. Memory is bounded by what stands here: write buffers × 2 + block cache, and about
/// 2 MiB of our own.
public struct RocksDBSettings: Sendable, Equatable {
    /// How blocks on disk are packed. A store may be reopened with another: old blocks are read as they are.
    public enum Compression: String, Sendable, CaseIterable {
        case none, lz4, zstd
    }

    /// The folder. Its parents are made when missing.
    public var path: String
    /// Bytes of one write buffer. Two are in use at most: one is filled while the other goes to disk.
    /// **Default** 32 MiB, **range** 64 KiB…4 GiB.
    public var writeBufferBytes: Int
    /// Bytes of decompressed blocks, indexes and filters kept in memory. **Default** 64 MiB, **range** 0…1 TiB.
    public var blockCacheBytes: Int
    /// Whether a write-ahead log is kept. With it nothing that a synced write acknowledged is lost; without it a crash
    /// goes back to the last flush. **Default** true.
    public var writeAheadLog: Bool
    /// **Default** lz4, and zstd on the last level.
    public var compression: Compression
    /// Files kept open. **Default** 512, **range** 16….
    public var openFilesMax: Int
    /// Threads that flush and compact. **Default** 2.
    public var backgroundJobs: Int
    /// Whether a store that is not there is made. **Default** true.
    public var createIfMissing: Bool

    public init(
        path: String,
        writeBufferBytes: Int = 32 << 20,
        blockCacheBytes: Int = 64 << 20,
        writeAheadLog: Bool = true,
        compression: Compression = .lz4,
        openFilesMax: Int = 512,
        backgroundJobs: Int = 2,
        createIfMissing: Bool = true
    ) {
        self.path = path
        self.writeBufferBytes = writeBufferBytes
        self.blockCacheBytes = blockCacheBytes
        self.writeAheadLog = writeAheadLog
        self.compression = compression
        self.openFilesMax = openFilesMax
        self.backgroundJobs = backgroundJobs
        self.createIfMissing = createIfMissing
    }

    /// Refuses what RocksDB would mend in silence.
    func validate() throws(StateStoreError) {
        func demand(_ holds: Bool, _ text: String) throws(StateStoreError) {
            guard holds else { throw StateStoreError(.invalid, text) }
        }
        try demand(!path.isEmpty, "path is empty: name the folder of the store")
        try demand(
            (64 << 10...4 << 30).contains(writeBufferBytes),
            "writeBufferBytes is \(writeBufferBytes): expected 65536 to 4294967296"
        )
        try demand(
            (0...1 << 40).contains(blockCacheBytes),
            "blockCacheBytes is \(blockCacheBytes): expected 0 to 1099511627776"
        )
        try demand(
            (16...1 << 20).contains(openFilesMax),
            "openFilesMax is \(openFilesMax): expected 16 to 1048576"
        )
        try demand((1...64).contains(backgroundJobs), "backgroundJobs is \(backgroundJobs): expected 1 to 64")
    }
}
