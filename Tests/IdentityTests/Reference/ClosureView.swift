// SPDX-License-Identifier: Apache-2.0
import Digests
import Touchpoints

@testable import Identity

/// One closure, in dense numbers of its own: what the fold reads.
struct ClosureView {
    /// An observation with what facts and rules make of it.
    struct Seen {
        var timeMs: Int64
        /// Where its names are, strongest first.
        var names: Range<Int>
        var new: Int32
        var old: Int32
        var signsOut: Bool
        var isForgotten: Bool
        var hasConsent: Bool
        /// The number of the observation in the engine.
        var number: Int32
    }

    /// The engine's numbers of the identifiers.
    let identifiers: [Int32]
    let hashes: [Hash128]
    let namespaces: [UInt8]
    let names: [Int32]
    /// In the order in which they count.
    let observations: [Seen]
    /// For each identifier those that it may never be with; empty when there are none.
    let barred: [[Int32]]

    let derived: DerivedCustomers

    init(_ engine: ReferenceEngine) {
        identifiers = engine.identifiers.hashes.indices.map { Int32($0) }
        let hashes = engine.identifiers.hashes
        self.hashes = hashes
        derived = engine.derived
        namespaces = engine.identifiers.namespaces
        let names = engine.observations.names
        let seen = engine.observations.rows.enumerated().map { number, row in
            let found = engine.observations.names(of: number)
            return Seen(
                timeMs: row.timeMs,
                names: found.startIndex..<found.endIndex,
                new: row.new,
                old: row.old,
                signsOut: row.signsOut,
                isForgotten: engine.facts.isForgotten(row.timeMs, found, engine.rules),
                hasConsent: engine.facts.hasConsent(row.timeMs, row.consent, found, engine.rules),
                number: Int32(number)
            )
        }
        self.names = names
        let texts = engine.identifiers
        self.observations = seen.sorted { x, y in
            if x.timeMs != y.timeMs { return x.timeMs < y.timeMs }
            return Self.isBefore(x, y, names, hashes) { texts.value($0) }
        }
        var barred: [[Int32]] = []
        if !engine.facts.unlinked.isEmpty {
            barred = identifiers.map { Array(engine.facts.unlinked[$0] ?? []) }
        }
        self.barred = barred
    }

    /// The order of observations at one time: by their identifiers' hashes, then by content. Only what differs in
    /// effect needs to differ.
    private static func isBefore(
        _ x: Seen,
        _ y: Seen,
        _ names: [Int32],
        _ hashes: [Hash128],
        _ value: (Int32) -> String?
    ) -> Bool {
        for (a, b) in zip(x.names, y.names) where names[a] != names[b] {
            return hashes[Int(names[a])] < hashes[Int(names[b])]
        }
        if x.names.count != y.names.count { return x.names.count < y.names.count }
        if x.signsOut != y.signsOut { return !x.signsOut }
        if (x.new < 0) != (y.new < 0) { return x.new < 0 }
        for (a, b) in [(x.new, y.new), (x.old, y.old)] where a != b {
            // References travel in plain, and replacements are ordered by their values; hashes do where there are none.
            let (first, second) = (Array((value(a) ?? "").utf8), Array((value(b) ?? "").utf8))
            return first != second ? first.lexicographicallyPrecedes(second) : hashes[Int(a)] < hashes[Int(b)]
        }
        if x.isForgotten != y.isForgotten { return !x.isForgotten }
        return !x.hasConsent && y.hasConsent
    }
}
