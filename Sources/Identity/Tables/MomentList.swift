// SPDX-License-Identifier: Apache-2.0

/// Moments in the order of time, in pieces: one more costs the same at either end, however many there are.
struct MomentList: Sendable {
    struct Place: Sendable {
        var chunk = 0
        var offset = 0
    }

    private static let most = 256

    /// None is empty.
    private var chunks: [[Moment]] = []

    /// - Parameter moments: in the order of time.
    init(_ moments: [Moment] = []) {
        for start in stride(from: 0, to: moments.count, by: Self.most / 2) {
            chunks.append(Array(moments[start..<min(moments.count, start + Self.most / 2)]))
        }
    }

    /// nil: the end.
    subscript(_ place: Place) -> Moment? { place.chunk < chunks.count ? chunks[place.chunk][place.offset] : nil }

    /// The first place whose moment does not come before some moment.
    func place(_ comesBefore: (Moment) -> Bool) -> Place {
        var (low, high) = (0, chunks.count)
        while low < high {
            let middle = (low + high) / 2
            if comesBefore(chunks[middle][chunks[middle].count - 1]) { low = middle + 1 } else { high = middle }
        }
        guard low < chunks.count else { return Place(chunk: low) }
        var (first, end) = (0, chunks[low].count)
        while first < end {
            let middle = (first + end) / 2
            if comesBefore(chunks[low][middle]) { first = middle + 1 } else { end = middle }
        }
        return Place(chunk: low, offset: first)
    }

    func place(after place: Place) -> Place {
        place.offset + 1 < chunks[place.chunk].count
            ? Place(chunk: place.chunk, offset: place.offset + 1) : Place(chunk: place.chunk + 1)
    }

    /// Adds a moment, unless it is there.
    mutating func insert(_ moment: Moment, _ isBefore: (Moment, Moment) -> Bool) {
        var place = place { isBefore($0, moment) }
        if self[place] == moment { return }
        if place.chunk == chunks.count {
            guard let last = chunks.last else {
                chunks = [[moment]]
                return
            }
            place = Place(chunk: chunks.count - 1, offset: last.count)
        }
        chunks[place.chunk].insert(moment, at: place.offset)
        let count = chunks[place.chunk].count
        guard count > Self.most else { return }
        let rest = Array(chunks[place.chunk][(count / 2)...])
        chunks[place.chunk].removeSubrange((count / 2)...)
        chunks.insert(rest, at: place.chunk + 1)
    }

    mutating func remove(_ moment: Moment, _ isBefore: (Moment, Moment) -> Bool) {
        let place = place { isBefore($0, moment) }
        guard self[place] == moment else { return }
        chunks[place.chunk].remove(at: place.offset)
        if chunks[place.chunk].isEmpty { chunks.remove(at: place.chunk) }
    }
}
