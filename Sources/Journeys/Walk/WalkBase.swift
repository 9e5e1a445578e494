// SPDX-License-Identifier: Apache-2.0
public import Digests
internal import Foundation
public import Touchpoints

/// What came of a customer's events before a time, where they are no longer kept: a walk goes on from it.
public struct WalkBase {
    /// An event that is no longer kept, whose alerts may still change: it caused one that was open, or a deadline, or news
    /// can make it the cause of one.
    public struct Unsettled: Codable, Sendable {
        public var timeMs: Int64
        public var key: Hash128
        /// Ids of its alerts that had ended: they stand for good.
        public var ended: [Hash128]
    }

    private struct Packed: Codable {
        var cutMs: Int64
        var last: WalkPlace?
        var events: Int
        var notes: WalkNotes
        var state: FoldState
        var unsettled: [Unsettled]
        var shape: RulebookShape
    }

    private let packed: Packed

    /// All events before it have been taken, milliseconds.
    public var cutMs: Int64 { packed.cutMs }
    public var unsettled: [Unsettled] { packed.unsettled }

    /// - Parameters:
    ///   - cutMs: a time that the watermark has passed; deadlines before it fire.
    ///   - point: after the last event before it.
    ///   - before: what was unsettled at the base that the walk went on from.
    init(cutMs: Int64, _ point: Walk.Point, before: [Unsettled], _ book: Rulebook) {
        var fold = point.fold
        fold.finish(untilMs: cutMs - 1)
        var unsettled: [Hash128: Unsettled] = [:]
        var causes = fold.state.alerts.running.map(\.cause) + fold.state.alerts.open.map(\.cause)
        // News to come may be about what is wanted.
        if !book.broadcastRules.isEmpty { causes += fold.state.basket.causes }
        for cause in causes {
            unsettled[cause.key] = Unsettled(timeMs: cause.timeMs, key: cause.key, ended: [])
        }
        for event in before { unsettled[event.key]?.ended = event.ended }
        for alert in fold.ended { unsettled[alert.cause.key]?.ended.append(alert.told(book).id) }
        packed = Packed(
            cutMs: cutMs,
            last: point.last,
            events: point.events,
            notes: point.notes,
            state: fold.state,
            unsettled: unsettled.values.sorted { ($0.timeMs, $0.key) < ($1.timeMs, $1.key) },
            shape: book.shape
        )
    }

    /// - Throws: `DecodingError` for what `bytes` did not write.
    public init(_ bytes: [UInt8]) throws { packed = try JSONDecoder().decode(Packed.self, from: Data(bytes)) }

    /// As it is stored.
    public func bytes() throws -> [UInt8] { Array(try JSONEncoder().encode(packed)) }

    func point(_ book: Rulebook, _ scoresText: @escaping Fold.TextScorer) -> Walk.Point {
        var point = Walk.Point(fold: Fold(book, scoresText: scoresText))
        point.fold.state = packed.state.moved(from: packed.shape, to: book)
        point.last = packed.last
        point.events = packed.events
        point.notes = packed.notes
        return point
    }
}

extension Walk {
    /// The time of the first restock that a walk from the base has still to take; nil: there is none before a time.
    public func firstNews(_ restocks: Restocks, beforeMs: Int64) -> Int64? {
        waiting(restocks, untilMs: beforeMs - 1).first?.place.timeMs
    }

    /// Folds the oldest events away. Deadlines up to the cut have fired.
    ///
    /// - Parameters:
    ///   - events: the customer's that are kept and lie before the cut, in the order of the walk.
    ///   - cutMs: a time that the watermark has passed.
    public mutating func fold(away events: [Touchpoint], _ restocks: Restocks, cutMs: Int64) -> WalkBase {
        var step = WalkStep(after: nil)
        take(events, restocks, untilMs: cutMs - 1, keepsCheckpoints: false, &step)
        return WalkBase(cutMs: cutMs, live, before: unsettled, book)
    }
}
