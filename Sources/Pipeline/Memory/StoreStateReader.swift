// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// The rows of one partition in a store that others share.
struct StoreStateReader: StateReader {
    let store: any StateStore
    let prefix: [UInt8]

    func get(_ key: [UInt8]) throws -> [UInt8]? { try store.get(prefix + key) }

    func scan(
        prefix wanted: [UInt8],
        from: [UInt8]?,
        _ visit: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool
    ) throws {
        try store.scan(prefix: prefix + wanted, from: from.map { prefix + $0 }, order: .ascending) { key, value in
            try visit([UInt8](copying: key.extracting(prefix.count..<key.byteCount)), [UInt8](copying: value))
        }
    }
}
