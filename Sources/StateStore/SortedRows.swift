// SPDX-License-Identifier: Apache-2.0

/// Rows in key order, in chunks: a plain value, so that a copy is a snapshot and costs nothing until one of the two
/// changes.
///
/// Complexity: a look-up is two binary searches; an insertion moves at most one chunk.
struct SortedRows: Sendable {
    struct Row: Sendable {
        var key: [UInt8]
        var value: [UInt8]
    }

    /// A place among the rows; `chunk == chunks.count` is the end.
    struct Place: Equatable {
        var chunk: Int
        var row: Int
    }

    private static let chunkRowsMax = 256

    /// None is empty.
    private var chunks: [[Row]] = []
    private(set) var count = 0
    /// Of keys and values.
    private(set) var byteCount = 0

    subscript(key: [UInt8]) -> [UInt8]? {
        let place = lowerBound(key)
        guard let row = row(at: place), row.key == key else { return nil }
        return row.value
    }

    func row(at place: Place) -> Row? {
        place.chunk < chunks.count ? chunks[place.chunk][place.row] : nil
    }

    /// The first row whose key is not before `key`.
    func lowerBound(_ key: [UInt8]) -> Place {
        // The last chunk that begins at or before the key is the only one that may hold it.
        var (low, high) = (0, chunks.count)
        while low < high {
            let middle = (low + high) / 2
            if KeyOrder.compare(chunks[middle][0].key, key) <= 0 { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return Place(chunk: 0, row: 0) }
        let chunk = low - 1
        (low, high) = (0, chunks[chunk].count)
        while low < high {
            let middle = (low + high) / 2
            if KeyOrder.compare(chunks[chunk][middle].key, key) < 0 { low = middle + 1 } else { high = middle }
        }
        return low < chunks[chunk].count ? Place(chunk: chunk, row: low) : Place(chunk: chunk + 1, row: 0)
    }

    /// One past the last row.
    var end: Place { Place(chunk: chunks.count, row: 0) }

    func after(_ place: Place) -> Place {
        place.row + 1 < chunks[place.chunk].count
            ? Place(chunk: place.chunk, row: place.row + 1) : Place(chunk: place.chunk + 1, row: 0)
    }

    /// nil before the first.
    func before(_ place: Place) -> Place? {
        if place.row > 0 { return Place(chunk: place.chunk, row: place.row - 1) }
        return place.chunk > 0 ? Place(chunk: place.chunk - 1, row: chunks[place.chunk - 1].count - 1) : nil
    }

    mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        let place = lowerBound(key)
        if place.chunk < chunks.count, chunks[place.chunk][place.row].key == key {
            byteCount += value.count - chunks[place.chunk][place.row].value.count
            chunks[place.chunk][place.row].value = value
            return
        }
        count += 1
        byteCount += key.count + value.count
        insert(Row(key: key, value: value), at: place)
    }

    mutating func delete(_ key: [UInt8]) {
        let place = lowerBound(key)
        guard let row = row(at: place), row.key == key else { return }
        count -= 1
        byteCount -= row.key.count + row.value.count
        chunks[place.chunk].remove(at: place.row)
        if chunks[place.chunk].isEmpty { chunks.remove(at: place.chunk) }
    }

    /// Removes `from` ≤ key < `to`; nil: to the end.
    mutating func deleteRange(from: [UInt8], to: [UInt8]?) {
        let first = lowerBound(from)
        let last = to.map(lowerBound) ?? end
        guard first.chunk < last.chunk || (first.chunk == last.chunk && first.row < last.row) else { return }
        if first.chunk == last.chunk {
            trim(first.chunk, first.row..<last.row)
        } else {
            if last.chunk < chunks.count { trim(last.chunk, 0..<last.row) }
            for chunk in first.chunk + 1..<last.chunk { trim(chunk, 0..<chunks[chunk].count) }
            trim(first.chunk, first.row..<chunks[first.chunk].count)
        }
        let touched = first.chunk..<min(last.chunk + 1, chunks.count)
        let kept = chunks[touched].filter { !$0.isEmpty }
        if kept.count < touched.count { chunks.replaceSubrange(touched, with: kept) }
    }

    private mutating func trim(_ chunk: Int, _ rows: Range<Int>) {
        for row in chunks[chunk][rows] { byteCount -= row.key.count + row.value.count }
        count -= rows.count
        chunks[chunk].removeSubrange(rows)
    }

    private mutating func insert(_ row: Row, at place: Place) {
        // At a border the chunk before takes it: rows that come in order fill their chunks.
        guard place.row == 0, place.chunk > 0 else {
            if chunks.isEmpty { chunks.append([row]) } else { grow(place.chunk, row, at: place.row) }
            return
        }
        let chunk = place.chunk - 1
        if chunks[chunk].count < Self.chunkRowsMax {
            chunks[chunk].append(row)
        } else if place.chunk == chunks.count {
            chunks.append([row])
        } else {
            grow(place.chunk, row, at: 0)
        }
    }

    private mutating func grow(_ chunk: Int, _ row: Row, at index: Int) {
        chunks[chunk].insert(row, at: index)
        guard chunks[chunk].count > Self.chunkRowsMax else { return }
        let half = chunks[chunk].count / 2
        let tail = Array(chunks[chunk][half...])
        chunks[chunk].removeSubrange(half...)
        chunks.insert(tail, at: chunk + 1)
    }
}
