// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// Finds out, at opening, what a store holds, and writes what a new one needs.
struct EmbeddedRecovery {
    private(set) var inputs: [String: UInt8] = [:]
    private(set) var content = EmbeddedPlaces.Content()

    private static let corrupt = EmbeddedLogError(
        .corrupt,
        "the store holds rows that the log does not write; name a folder that is the log's alone"
    )

    init(store: any StateStore, settings: EmbeddedLogSettings) throws {
        guard (1...1024).contains(settings.partitions) else {
            throw EmbeddedLogError(.invalid, "partitions is \(settings.partitions): expected 1 to 1024")
        }
        try checkMeta(store, settings)
        try readNames(store)
        try readPlaces(store)
        try addMissing(store, settings)
    }

    private func checkMeta(_ store: any StateStore, _ settings: EmbeddedLogSettings) throws {
        guard let meta = try store.get(EmbeddedRows.meta) else { return }
        guard let format = meta.first, meta.count == 3 else { throw Self.corrupt }
        guard format <= EmbeddedRows.format else {
            throw EmbeddedLogError(
                .newerFormat,
                "the store has format \(format), this program reads up to 1: run the newer one"
            )
        }
        let partitions = Int32(meta[1]) << 8 | Int32(meta[2])
        guard partitions == settings.partitions else {
            throw EmbeddedLogError(
                .partitionsChanged,
                "the store was made with \(partitions) partitions, the configuration says \(settings.partitions): the "
                    + "number is fixed for life; set it back, or name a new data folder"
            )
        }
    }

    private mutating func readNames(_ store: any StateStore) throws {
        var found: [String: UInt8] = [:]
        try store.scan(prefix: [EmbeddedRows.names]) { key, value in
            let key = [UInt8](copying: key)
            guard key.count == 2 else { throw Self.corrupt }
            found[String(decoding: [UInt8](copying: value), as: UTF8.self)] = key[1]
            return true
        }
        inputs = found
    }

    private mutating func readPlaces(_ store: any StateStore) throws {
        var found = content
        try store.scan(prefix: [EmbeddedRows.ends]) { key, value in
            guard let place = EmbeddedRows.place([UInt8](copying: key), at: 1),
                let end = EmbeddedRows.number([UInt8](copying: value), at: 0)
            else { throw Self.corrupt }
            found.ends[place] = end
            return true
        }
        for (place, end) in found.ends {
            var start = end
            try store.scan(prefix: EmbeddedRows.records(place)) { key, _ in
                guard let first = EmbeddedRows.number([UInt8](copying: key), at: 4) else { throw Self.corrupt }
                start = first
                return false
            }
            found.starts[place] = start
        }
        try store.scan(prefix: [EmbeddedRows.positions]) { key, value in
            let key = [UInt8](copying: key)
            guard key.count == 5, let role = Role(rawValue: key[1]), let place = EmbeddedRows.place(key, at: 2),
                let next = EmbeddedRows.number([UInt8](copying: value), at: 0)
            else { throw Self.corrupt }
            found.positions[role, default: [:]][place] = next
            return true
        }
        content = found
    }

    private mutating func addMissing(_ store: any StateStore, _ settings: EmbeddedLogSettings) throws {
        var batch = WriteBatch()
        let partitions = UInt16(settings.partitions)
        batch.put(
            EmbeddedRows.meta,
            [EmbeddedRows.format, UInt8(partitions >> 8), UInt8(truncatingIfNeeded: partitions)]
        )
        for name in settings.inputTopics where inputs[name] == nil {
            let last = inputs.values.max().map(Int.init) ?? Int(Place.firstInput) - 1
            guard let number = UInt8(exactly: last + 1) else {
                throw EmbeddedLogError(.invalid, "the store has had 128 input topics; it takes no more")
            }
            inputs[name] = number
            batch.put([EmbeddedRows.names, number], Array(name.utf8))
        }
        try store.write(batch, sync: true)
    }
}
