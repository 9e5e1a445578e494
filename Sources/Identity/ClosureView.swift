// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

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

    /// - Parameter local: room for a number per identifier of the engine; what it holds does not matter.
    init(
        identifiers: [Int32],
        observations: [Int32],
        in tables: EngineTables,
        rules: NamespaceTable,
        local: inout [Int32]
    ) {
        self.identifiers = identifiers
        for (place, number) in identifiers.enumerated() { local[Int(number)] = Int32(place) }
        let hashes = identifiers.map { tables.identifiers.hashes[Int($0)] }
        self.hashes = hashes
        derived = tables.derived
        namespaces = identifiers.map { tables.identifiers.namespaces[Int($0)] }
        var names: [Int32] = []
        let seen = observations.map { number in
            let row = tables.observations.rows[Int(number)]
            let start = names.count
            for name in tables.observations.names(of: number) { names.append(local[Int(name)]) }
            return Seen(
                timeMs: row.timeMs,
                names: start..<names.count,
                new: row.new < 0 ? -1 : local[Int(row.new)],
                old: row.old < 0 ? -1 : local[Int(row.old)],
                signsOut: row.signsOut,
                isForgotten: tables.facts.isForgotten(number, tables.observations, rules),
                hasConsent: tables.facts.hasConsent(number, tables.observations, rules),
                number: number
            )
        }
        self.names = names
        let texts = tables.identifiers
        self.observations = seen.sorted { x, y in
            if x.timeMs != y.timeMs { return x.timeMs < y.timeMs }
            return Self.isBefore(x, y, names, hashes) { texts.value(identifiers[Int($0)]) }
        }
        var barred: [[Int32]] = []
        if !tables.facts.unlinked.isEmpty {
            // Partners in other closures can never share a component with these.
            let root = identifiers.first.map { tables.closures.root($0) }
            barred = identifiers.map { number in
                (tables.facts.unlinked[number] ?? []).filter { tables.closures.root($0) == root }.map { local[Int($0)] }
            }
            if barred.allSatisfy(\.isEmpty) { barred = [] }
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
