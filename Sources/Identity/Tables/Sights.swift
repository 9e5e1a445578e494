// SPDX-License-Identifier: Apache-2.0

/// When a company was seen, and with what besides: moments in the order in which they count.
///
/// One moment takes no room of its own; more take eight bytes each while all have one content, else twelve.
struct Sights: Sendable {
    private var firstMs: Int64 = 0
    private var only: Int32 = -1
    private var times: [Int64] = []
    private var contents: [Int32] = []

    var count: Int { times.isEmpty ? (only < 0 ? 0 : 1) : times.count }

    subscript(_ place: Int) -> Moment {
        if times.isEmpty { return Moment(timeMs: firstMs, content: only) }
        return Moment(timeMs: times[place], content: contents.isEmpty ? only : contents[place])
    }

    /// The first place whose moment is not before a time.
    func place(ofMs timeMs: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].timeMs < timeMs { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ moment: Moment, at place: Int) {
        guard count > 0 else {
            (firstMs, only) = (moment.timeMs, moment.content)
            return
        }
        if times.isEmpty { times.append(firstMs) }
        if contents.isEmpty && moment.content != only { contents = [Int32](repeating: only, count: times.count) }
        times.insert(moment.timeMs, at: place)
        if !contents.isEmpty { contents.insert(moment.content, at: place) }
    }

    mutating func remove(at place: Int) {
        if times.isEmpty {
            only = -1
            return
        }
        times.remove(at: place)
        if !contents.isEmpty {
            contents.remove(at: place)
            only = contents.first ?? only
        }
        if times.isEmpty { only = -1 }
    }
}
