// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A store that ends with the process: for bounded replays and tests. Good for some millions of rows.
///
/// A scan sees one copy of the rows; what is written meanwhile goes to another, which shares with the first
/// what has not changed.
public final class MemoryStore: StateStore {
    private struct State {
        var rows = SortedRows()
        var isClosed = false
    }

    private let state = Mutex(State())

    public init() {}

    public func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? { try rows()[key] }

    public func read<Result>(_ key: [UInt8], _ body: (RawSpan) throws -> Result) throws -> Result? {
        guard let value = try rows()[key] else { return nil }
        return try body(unsafe value.span.bytes)
    }

    public func scan(
        prefix: [UInt8],
        from: [UInt8]?,
        order: ScanOrder,
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try rows().scan(prefix: prefix, from: from, order: order, visit)
    }

    public func write(_ batch: WriteBatch, sync: Bool) throws(StateStoreError) {
        try state.withLock { (state) throws(StateStoreError) in
            guard !state.isClosed else { throw .closed("memory") }
            for operation in batch.operations {
                switch operation {
                case .put(let key, let value): state.rows.put(Array(batch.bytes[key]), Array(batch.bytes[value]))
                case .delete(let key): state.rows.delete(Array(batch.bytes[key]))
                case .deleteRange(let from, let to):
                    state.rows.deleteRange(from: Array(batch.bytes[from]), to: Array(batch.bytes[to]))
                case .deletePrefix(let range):
                    let prefix = Array(batch.bytes[range])
                    state.rows.deleteRange(from: prefix, to: KeyOrder.end(ofPrefix: prefix))
                }
            }
        }
    }

    public func flush() throws(StateStoreError) { _ = try rows() }

    public func statistics() throws(StateStoreError) -> StateStoreStatistics {
        let rows = try rows()
        // Two arrays a row: a header of 32 bytes each, and the two references.
        let memory = rows.byteCount + rows.count * 80
        return StateStoreStatistics(
            rows: rows.count,
            storedBytes: rows.byteCount,
            memoryBytes: memory,
            pendingCompactionBytes: 0
        )
    }

    public func close() throws(StateStoreError) {
        state.withLock { state in state = State(isClosed: true) }
    }

    private func rows() throws(StateStoreError) -> SortedRows {
        try state.withLock { (state) throws(StateStoreError) in
            guard !state.isClosed else { throw .closed("memory") }
            return state.rows
        }
    }
}

extension SortedRows {
    /// As `StateStore.scan`.
    func scan(
        prefix: [UInt8],
        from: [UInt8]?,
        order: ScanOrder,
        _ visit: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        var place: Place? = order == .ascending ? first(prefix, from) : last(prefix, from)
        while let here = place, let row = self.row(at: here), row.key.starts(with: prefix) {
            guard try visit(unsafe row.key.span.bytes, unsafe row.value.span.bytes) else { return }
            place = order == .ascending ? after(here) : before(here)
        }
    }

    private func first(_ prefix: [UInt8], _ from: [UInt8]?) -> Place {
        guard let from, KeyOrder.compare(from, prefix) > 0 else { return lowerBound(prefix) }
        return lowerBound(from)
    }

    private func last(_ prefix: [UInt8], _ from: [UInt8]?) -> Place? {
        let past = KeyOrder.end(ofPrefix: prefix)
        if let from, past.map({ KeyOrder.compare(from, $0) < 0 }) ?? true {
            let place = lowerBound(from)
            if let row = self.row(at: place), row.key == from { return place }
            return before(place)
        }
        return before(past.map(lowerBound) ?? end)
    }
}
