// SPDX-License-Identifier: Apache-2.0

/// Every change of the links at one identifier, in the order of time: so that one that was seen with very many others
/// costs no walk over all of them.
///
/// Chunks, each with the links that stood before it: what stood at any moment is found by one chunk.
struct NodeTimeline: Sendable {
    struct Turn: Sendable {
        var moment: Moment
        var link: Int32
        var accepts: Bool
    }

    private struct Chunk: Sendable {
        var turns: [Turn]
        /// Links that stood before the first turn, in the order of their numbers.
        var standing: [Int32]
    }

    private static let most = 128

    private var chunks: [Chunk] = []

    typealias Order = (Moment, Moment) -> Bool

    /// - Parameter turns: in any order.
    init(_ turns: [Turn], _ isBefore: Order) {
        let sorted = turns.sorted { Self.isLess($0.moment, $0.link, $1, isBefore) }
        var standing: [Int32] = []
        for start in stride(from: 0, to: sorted.count, by: Self.most / 2) {
            let part = sorted[start..<min(sorted.count, start + Self.most / 2)]
            chunks.append(Chunk(turns: Array(part), standing: standing))
            for turn in part { Self.apply(turn.link, turn.accepts, to: &standing) }
        }
    }

    private static func isLess(_ moment: Moment, _ link: Int32, _ other: Turn, _ isBefore: Order) -> Bool {
        moment == other.moment ? link < other.link : isBefore(moment, other.moment)
    }

    private static func apply(_ link: Int32, _ accepts: Bool, to standing: inout [Int32]) {
        var (low, high) = (0, standing.count)
        while low < high {
            let middle = (low + high) / 2
            if standing[middle] < link { low = middle + 1 } else { high = middle }
        }
        let isIn = low < standing.count && standing[low] == link
        if isIn && !accepts { standing.remove(at: low) }
        if !isIn && accepts { standing.insert(link, at: low) }
    }

    // MARK: - Changes

    /// - Parameters:
    ///   - stands: of the link, after the turn that comes or goes.
    ///   - next: the link's next turn after it.
    mutating func insert(_ turn: Turn, next: Moment?, _ isBefore: Order) {
        guard !chunks.isEmpty else {
            chunks = [Chunk(turns: [turn], standing: [])]
            return
        }
        let number = chunk(of: turn.moment, turn.link, isBefore)
        let place = place(in: number, turn.moment, turn.link, isBefore)
        chunks[number].turns.insert(turn, at: place)
        carry(turn.link, turn.accepts, from: number, next, isBefore)
        let count = chunks[number].turns.count
        guard count > Self.most else { return }
        var standing = chunks[number].standing
        for turn in chunks[number].turns[..<(count / 2)] { Self.apply(turn.link, turn.accepts, to: &standing) }
        let rest = Array(chunks[number].turns[(count / 2)...])
        chunks[number].turns.removeSubrange((count / 2)...)
        chunks.insert(Chunk(turns: rest, standing: standing), at: number + 1)
    }

    mutating func remove(_ link: Int32, at moment: Moment, stands: Bool, next: Moment?, _ isBefore: Order) {
        guard !chunks.isEmpty else { return }
        let number = chunk(of: moment, link, isBefore)
        let place = place(in: number, moment, link, isBefore)
        guard place < chunks[number].turns.count, chunks[number].turns[place].link == link,
            chunks[number].turns[place].moment == moment
        else { return }
        chunks[number].turns.remove(at: place)
        carry(link, stands, from: number, next, isBefore)
        if chunks[number].turns.isEmpty { chunks.remove(at: number) }
    }

    /// Tells the chunks after one of how a link stands, up to the one with its next turn.
    private mutating func carry(_ link: Int32, _ stands: Bool, from number: Int, _ next: Moment?, _ isBefore: Order) {
        if let next, let last = chunks[number].turns.last, !Self.isLess(last.moment, last.link, next, link, isBefore) {
            return
        }
        for later in (number + 1)..<max(number + 1, chunks.count) {
            Self.apply(link, stands, to: &chunks[later].standing)
            guard let next, let last = chunks[later].turns.last else { continue }
            if !Self.isLess(last.moment, last.link, next, link, isBefore) { return }
        }
    }

    private static func isLess(_ a: Moment, _ x: Int32, _ b: Moment, _ y: Int32, _ isBefore: Order) -> Bool {
        a == b ? x < y : isBefore(a, b)
    }

    // MARK: - Questions

    /// The first turn after a moment.
    func next(after moment: Moment, _ isBefore: Order) -> Moment? {
        guard !chunks.isEmpty else { return nil }
        let number = chunk(of: moment, .max, isBefore)
        let place = place(in: number, moment, .max, isBefore)
        if place < chunks[number].turns.count { return chunks[number].turns[place].moment }
        return number + 1 < chunks.count ? chunks[number + 1].turns.first?.moment : nil
    }

    var first: Moment? { chunks.first?.turns.first?.moment }

    /// Links that stand after a moment, or, when it does not count itself, just before it.
    func standing(at moment: Moment, isIncluded: Bool, _ isBefore: Order) -> [Int32] {
        guard !chunks.isEmpty else { return [] }
        let link: Int32 = isIncluded ? .max : -1
        let number = chunk(of: moment, link, isBefore)
        var standing = chunks[number].standing
        for turn in chunks[number].turns[..<place(in: number, moment, link, isBefore)] {
            Self.apply(turn.link, turn.accepts, to: &standing)
        }
        return standing
    }

    /// Calls for each turn after a moment.
    func forEach(after moment: Moment, _ isBefore: Order, _ body: (Turn) -> Void) {
        guard !chunks.isEmpty else { return }
        let number = chunk(of: moment, .max, isBefore)
        for turn in chunks[number].turns[place(in: number, moment, .max, isBefore)...] { body(turn) }
        for chunk in chunks[(number + 1)...] { for turn in chunk.turns { body(turn) } }
    }

    /// The last chunk that does not begin after a turn.
    private func chunk(of moment: Moment, _ link: Int32, _ isBefore: Order) -> Int {
        var (low, high) = (0, chunks.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if Self.isLess(moment, link, chunks[middle].turns[0], isBefore) { high = middle } else { low = middle }
        }
        return low
    }

    /// The first place in a chunk that is not before a turn.
    private func place(in number: Int, _ moment: Moment, _ link: Int32, _ isBefore: Order) -> Int {
        let turns = chunks[number].turns
        var (low, high) = (0, turns.count)
        while low < high {
            let middle = (low + high) / 2
            let turn = turns[middle]
            if Self.isLess(turn.moment, turn.link, moment, link, isBefore) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
