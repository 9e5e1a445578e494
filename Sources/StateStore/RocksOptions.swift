// SPDX-License-Identifier: Apache-2.0
internal import CRocksDB

/// The options of one database, alive while it is opened: RocksDB copies them.
@safe struct RocksOptions: ~Copyable {
    let pointer: OpaquePointer
    private let ledger: HandleLedger

    init(_ settings: RocksDBSettings, cache: OpaquePointer, ledger: HandleLedger) {
        unsafe pointer = rocksdb_options_create()
        self.ledger = ledger
        ledger.opened(.options)
        unsafe rocksdb_options_set_create_if_missing(pointer, settings.createIfMissing ? 1 : 0)
        unsafe rocksdb_options_set_paranoid_checks(pointer, 1)
        // A last record cut short by a crash is dropped, it was never acknowledged; damage before it is an error,
        // where the default mode would drop what follows in silence.
        unsafe rocksdb_options_set_wal_recovery_mode(
            pointer,
            Int32(rocksdb_tolerate_corrupted_tail_records_recovery)
        )
        unsafe setMemory(settings, cache: cache)
        setFiles(settings)
    }

    deinit {
        unsafe rocksdb_options_destroy(pointer)
        ledger.freed(.options)
    }

    private func setMemory(_ settings: RocksDBSettings, cache: OpaquePointer) {
        unsafe rocksdb_options_set_write_buffer_size(pointer, settings.writeBufferBytes)
        unsafe rocksdb_options_set_max_write_buffer_number(pointer, 2)
        unsafe rocksdb_options_set_db_write_buffer_size(pointer, settings.writeBufferBytes * 2)
        // Most rows that are asked for are not there: a filter of a fiftieth of the buffer says so without a search.
        unsafe rocksdb_options_set_memtable_prefix_bloom_size_ratio(pointer, 0.02)
        unsafe rocksdb_options_set_memtable_whole_key_filtering(pointer, 1)
        unsafe rocksdb_options_set_max_open_files(pointer, Int32(clamping: settings.openFilesMax))
        let table = unsafe rocksdb_block_based_options_create()
        defer { unsafe rocksdb_block_based_options_destroy(table) }
        unsafe rocksdb_block_based_options_set_block_cache(table, cache)
        unsafe rocksdb_block_based_options_set_block_size(table, 8 << 10)
        unsafe rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1)
        unsafe rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1)
        unsafe rocksdb_block_based_options_set_format_version(table, 5)
        // The table's options own the policy from here on.
        unsafe rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10))
        unsafe rocksdb_options_set_block_based_table_factory(pointer, table)
    }

    private func setFiles(_ settings: RocksDBSettings) {
        unsafe rocksdb_options_set_compression(pointer, Self.code(settings.compression))
        if settings.compression != .none {
            unsafe rocksdb_options_set_bottommost_compression(pointer, Int32(rocksdb_zstd_compression))
        }
        unsafe rocksdb_options_set_level_compaction_dynamic_level_bytes(pointer, 1)
        unsafe rocksdb_options_set_max_background_jobs(pointer, Int32(clamping: settings.backgroundJobs))
        unsafe rocksdb_options_set_bytes_per_sync(pointer, 1 << 20)
        unsafe rocksdb_options_set_max_total_wal_size(pointer, UInt64(settings.writeBufferBytes) * 4)
        unsafe rocksdb_options_set_info_log_level(pointer, 2)
        unsafe rocksdb_options_set_max_log_file_size(pointer, 4 << 20)
        unsafe rocksdb_options_set_keep_log_file_num(pointer, 3)
        unsafe rocksdb_options_set_stats_dump_period_sec(pointer, 0)
        unsafe rocksdb_options_set_stats_persist_period_sec(pointer, 0)
    }

    private static func code(_ compression: RocksDBSettings.Compression) -> Int32 {
        switch compression {
        case .none: Int32(rocksdb_no_compression)
        case .lz4: Int32(rocksdb_lz4_compression)
        case .zstd: Int32(rocksdb_zstd_compression)
        }
    }
}
