// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// The place of an event in a customer's walk: by time, then the rank of its type, then key.
public struct WalkPlace: Hashable, Comparable, Codable, Sendable {
    /// Milliseconds since 1970.
    public var timeMs: Int64
    var rank: Int
    public var key: Hash128

    /// Before all events of a time.
    public init(startOfMs timeMs: Int64) {
        self.timeMs = timeMs
        rank = .min
        key = .zero
    }

    /// After all events of a time.
    init(endOfMs timeMs: Int64) {
        self.timeMs = timeMs
        rank = .max
        key = .zero
    }

    init(timeMs: Int64, rank: Int, key: Hash128) {
        self.timeMs = timeMs
        self.rank = rank
        self.key = key
    }

    public static func < (a: Self, b: Self) -> Bool {
        if a.timeMs != b.timeMs { return a.timeMs < b.timeMs }
        return a.rank != b.rank ? a.rank < b.rank : a.key < b.key
    }
}

extension Rulebook {
    /// Where an event stands in the walk.
    public func place(of event: Touchpoint) -> WalkPlace {
        WalkPlace(timeMs: event.timeMs, rank: types.info(of: event.type).rank, key: event.key)
    }
}
