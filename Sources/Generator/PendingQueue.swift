// SPDX-License-Identifier: Apache-2.0

/// Events that are still to be written, by the time at which they shall be, then in the order in which they were put
/// in.
///
/// A binary heap of plain numbers over a pool of lines, whose room is used again.
struct PendingQueue {
    struct Entry {
        var timeMs: Int64
        var order: UInt64
        var slot: Int32
        /// Counted already: a late event or a repeat, to be written as it is.
        var isSettled: Bool

        static func < (a: Entry, b: Entry) -> Bool { a.timeMs != b.timeMs ? a.timeMs < b.timeMs : a.order < b.order }
    }

    private var heap: [Entry] = []
    private var lines: [[UInt8]] = []
    private var free: [Int32] = []
    private var order: UInt64 = 0

    var first: Entry? { heap.first }

    func line(_ entry: Entry) -> [UInt8] { lines[Int(entry.slot)] }

    /// An empty line to write into, to be given back with `add`.
    mutating func takeLine() -> (slot: Int32, line: [UInt8]) {
        guard let slot = free.popLast() else {
            lines.append([])
            return (Int32(lines.count - 1), [])
        }
        var line: [UInt8] = []
        swap(&line, &lines[Int(slot)])
        line.removeAll(keepingCapacity: true)
        return (slot, line)
    }

    mutating func add(_ line: [UInt8], slot: Int32, timeMs: Int64) {
        lines[Int(slot)] = line
        push(slot, timeMs, isSettled: false)
    }

    /// The same line, to be written at another time.
    mutating func postpone(_ entry: Entry, toMs timeMs: Int64) { push(entry.slot, timeMs, isSettled: true) }

    mutating func `repeat`(_ entry: Entry, atMs timeMs: Int64) {
        let (slot, _) = takeLine()
        lines[Int(slot)] = lines[Int(entry.slot)]
        push(slot, timeMs, isSettled: true)
    }

    /// Gives a line's room back.
    mutating func release(_ entry: Entry) { free.append(entry.slot) }

    mutating func pop() -> Entry? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(last) }
        return top
    }

    private mutating func push(_ slot: Int32, _ timeMs: Int64, isSettled: Bool) {
        order += 1
        let entry = Entry(timeMs: timeMs, order: order, slot: slot, isSettled: isSettled)
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry < heap[parent] else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    /// Puts an entry in at the top and lets it find its place.
    private mutating func sink(_ entry: Entry) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < entry else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}
