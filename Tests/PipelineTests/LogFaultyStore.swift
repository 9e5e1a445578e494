// SPDX-License-Identifier: Apache-2.0
import StateStore
import Synchronization

/// A store in memory whose next write can be made to fail. Closing it keeps the rows, as a folder would.
final class FaultyLogStore: StateStore {
    private let rows = MemoryStore()
    private let fails = Atomic(false)

    func failNextWrite() { fails.store(true, ordering: .relaxed) }

    func write(_ batch: WriteBatch, sync: Bool) throws(StateStoreError) {
        if fails.exchange(false, ordering: .relaxed) { throw StateStoreError(.io, "the disk failed, as told") }
        try rows.write(batch, sync: sync)
    }

    func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? { try rows.get(key) }

    func read<Result>(_ key: [UInt8], _ body: (RawSpan) throws -> Result) throws -> Result? {
        try rows.read(key, body)
    }

    func scan(
        prefix: [UInt8],
        from: [UInt8]?,
        order: ScanOrder,
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try rows.scan(prefix: prefix, from: from, order: order, visit)
    }

    func flush() throws(StateStoreError) {}
    func statistics() throws(StateStoreError) -> StateStoreStatistics { try rows.statistics() }
    func close() {}
}
