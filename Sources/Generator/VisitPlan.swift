// SPDX-License-Identifier: Apache-2.0

/// When everybody comes next: a binary heap, one entry a person.
struct VisitPlan {
    struct Visit {
        var timeMs: Int64
        var number: Int

        static func < (a: Visit, b: Visit) -> Bool { a.timeMs != b.timeMs ? a.timeMs < b.timeMs : a.number < b.number }
    }

    private var heap: [Visit] = []

    var first: Visit? { heap.first }

    mutating func add(_ timeMs: Int64, _ number: Int) {
        heap.append(Visit(timeMs: timeMs, number: number))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// The one who came first comes again at another time.
    mutating func replaceFirst(_ timeMs: Int64) {
        guard !heap.isEmpty else { return }
        heap[0].timeMs = timeMs
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
