// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// The observations that count: of equal ones in a bucket of time, the earliest.
struct ObservationTable: Sendable {
    struct Row: Sendable {
        var timeMs: Int64
        var firstName: Int32
        var nameCount: Int32
        /// A replacement order and what it stands in for; -1: none.
        var new: Int32 = -1
        var old: Int32 = -1
        var signsOut: Bool
        /// The event's own word: 0 none, 1 no, 2 yes.
        var consent: UInt8
        /// The next observation of the same closure; -1: the last.
        var next: Int32 = -1
    }

    var rows: [Row] = []
    private(set) var names: [Int32] = []
    private(set) var examples: [String] = []
    private var numbers: [Hash128: Int32] = [:]

    enum Outcome {
        case new(Int32)
        case earlier(Int32)
        case nothing
    }

    func names(of number: Int32) -> ArraySlice<Int32> {
        let row = rows[Int(number)]
        return names[Int(row.firstName)..<Int(row.firstName + row.nameCount)]
    }

    /// Takes an observation whose content has this key; what comes later in the bucket than what stands changes
    /// nothing.
    mutating func take(_ row: Row, names found: [Int32], example: String, key: Hash128) -> Outcome {
        if let number = numbers[key] {
            guard row.timeMs < rows[Int(number)].timeMs else { return .nothing }
            rows[Int(number)].timeMs = row.timeMs
            examples[Int(number)] = example
            return .earlier(number)
        }
        let number = Int32(rows.count)
        numbers[key] = number
        var row = row
        row.firstName = Int32(names.count)
        row.nameCount = Int32(found.count)
        rows.append(row)
        names += found
        examples.append(example)
        return .new(number)
    }
}
