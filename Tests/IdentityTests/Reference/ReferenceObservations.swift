// SPDX-License-Identifier: Apache-2.0

/// The observations that count: of equal ones in a bucket of time, the earliest.
struct ReferenceObservations {
    struct Row {
        var timeMs: Int64
        var firstName: Int32
        var nameCount: Int32
        /// A replacement order and what it stands in for; -1: none.
        var new: Int32 = -1
        var old: Int32 = -1
        var signsOut: Bool
        /// The event's own word: 0 none, 1 no, 2 yes.
        var consent: UInt8
    }

    private(set) var rows: [Row] = []
    private(set) var names: [Int32] = []
    private var numbers: [[UInt8]: Int] = [:]

    func names(of number: Int) -> ArraySlice<Int32> {
        let row = rows[number]
        return names[Int(row.firstName)..<Int(row.firstName + row.nameCount)]
    }

    /// Takes an observation whose content and bucket have this key.
    mutating func take(_ row: Row, names found: [Int32], example: String, key: [UInt8]) {
        if let number = numbers[key] {
            rows[number].timeMs = min(rows[number].timeMs, row.timeMs)
            return
        }
        numbers[key] = rows.count
        var row = row
        row.firstName = Int32(names.count)
        row.nameCount = Int32(found.count)
        rows.append(row)
        names += found
    }
}
