// SPDX-License-Identifier: Apache-2.0
import Foundation
import StateStore
import Testing

/// The stores that the conformance suite runs on.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, rocksDB, rocksDBWithoutLog

    var testDescription: String { rawValue }

    /// Opens an empty store, lends it, and removes what it left.
    func use(_ body: (any StateStore) throws -> Void) throws {
        switch self {
        case .memory: try body(MemoryStore())
        case .rocksDB, .rocksDBWithoutLog:
            try withFolder { folder in
                let store = try RocksDBStore(.small(folder + "/store", log: self == .rocksDB))
                try body(store)
                try store.close()
            }
        }
    }
}

extension RocksDBSettings {
    static func small(_ path: String, log: Bool = true) -> RocksDBSettings {
        RocksDBSettings(path: path, writeBufferBytes: 64 << 10, blockCacheBytes: 1 << 20, writeAheadLog: log)
    }
}

func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/tabiji-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension StateStore {
    func put(_ rows: [(String, String)], sync: Bool = false) throws {
        var batch = WriteBatch()
        for (key, value) in rows { batch.put(bytes(key), bytes(value)) }
        try write(batch, sync: sync)
    }

    func text(_ key: String) throws -> String? { try get(bytes(key)).map { String(decoding: $0, as: UTF8.self) } }

    /// Keys in the order of the scan, at most `limit`.
    func keys(_ prefix: String, from: String? = nil, order: ScanOrder = .ascending, limit: Int = .max) throws
        -> [String]
    {
        var found: [String] = []
        try scan(prefix: bytes(prefix), from: from.map(bytes), order: order) { key, _ in
            found.append(String(decoding: [UInt8](copying: key), as: UTF8.self))
            return found.count < limit
        }
        return found
    }

    func rows(_ prefix: [UInt8], from: [UInt8]? = nil, order: ScanOrder = .ascending) throws -> [[[UInt8]]] {
        var found: [[[UInt8]]] = []
        try scan(prefix: prefix, from: from, order: order) { key, value in
            found.append([[UInt8](copying: key), [UInt8](copying: value)])
            return true
        }
        return found
    }
}
