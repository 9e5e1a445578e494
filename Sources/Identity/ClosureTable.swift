// SPDX-License-Identifier: Apache-2.0

/// Which identifiers were ever seen together, directly or through others: closures, which only grow.
///
/// Everything that `ClosureFold` does for an identifier depends on the observations of its closure alone, and on facts
/// about identifiers in it, taken in an order that leaving other observations out preserves:
/// - a link, a hub's count, a claim and a sign-in come from one observation, whose names are all of one closure;
/// - a component is connected by links, so it lies within a closure, and its limits, its rebuilds and its barred pairs
///   do too;
/// - a reference is claimed by, or stands for, a name of the same observation, and these chains stay within the
///   closure.
///
/// So to know the result for all, each closure may be folded alone, and after new inputs only the closures that they
/// touch.
struct ClosureTable: Sendable {
    private var parents: [Int32] = []
    /// The members of each closure in a ring.
    private var ring: [Int32] = []
    // Valid at the root:
    private var sizes: [Int32] = []
    private var firstObservations: [Int32] = []
    private var lastObservations: [Int32] = []
    private var observationCounts: [Int32] = []

    /// Makes room for identifiers up to `count`, each a closure of its own.
    mutating func grow(to count: Int) {
        while parents.count < count {
            parents.append(Int32(parents.count))
            ring.append(Int32(ring.count))
            sizes.append(1)
            firstObservations.append(-1)
            lastObservations.append(-1)
            observationCounts.append(0)
        }
    }

    func root(_ number: Int32) -> Int32 {
        var node = number
        while parents[Int(node)] != node { node = parents[Int(node)] }
        return node
    }

    func hasObservations(_ root: Int32) -> Bool { firstObservations[Int(root)] >= 0 }

    /// Joins two closures; `absorbed` is the root that is one no more, nil when they were one already.
    mutating func join(
        _ a: Int32,
        _ b: Int32,
        _ observations: inout ObservationTable
    ) -> (root: Int32, absorbed: Int32?) {
        let (first, second) = (root(a), root(b))
        guard first != second else { return (first, nil) }
        let (into, from) = sizes[Int(first)] >= sizes[Int(second)] ? (first, second) : (second, first)
        parents[Int(from)] = into
        sizes[Int(into)] += sizes[Int(from)]
        ring.swapAt(Int(into), Int(from))
        if firstObservations[Int(from)] >= 0 {
            if firstObservations[Int(into)] < 0 {
                firstObservations[Int(into)] = firstObservations[Int(from)]
            } else {
                observations.rows[Int(lastObservations[Int(into)])].next = firstObservations[Int(from)]
            }
            lastObservations[Int(into)] = lastObservations[Int(from)]
            observationCounts[Int(into)] += observationCounts[Int(from)]
        }
        return (into, from)
    }

    mutating func file(_ observation: Int32, at root: Int32, _ observations: inout ObservationTable) {
        if firstObservations[Int(root)] < 0 {
            firstObservations[Int(root)] = observation
        } else {
            observations.rows[Int(lastObservations[Int(root)])].next = observation
        }
        lastObservations[Int(root)] = observation
        observationCounts[Int(root)] += 1
    }

    func members(_ root: Int32) -> [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(Int(sizes[Int(root)]))
        var node = root
        repeat {
            found.append(node)
            node = ring[Int(node)]
        } while node != root
        return found
    }

    func observations(_ root: Int32, _ table: ObservationTable) -> [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(Int(observationCounts[Int(root)]))
        var number = firstObservations[Int(root)]
        while number >= 0 {
            found.append(number)
            number = table.rows[Int(number)].next
        }
        return found
    }
}
