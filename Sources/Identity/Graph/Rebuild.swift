// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// Components made anew from their links, best first; what breaks a rule stays out.
///
/// Works on numbers of its own, from 0: a component has a few hundred members at most, for `max_identifiers` bounds it.
struct Rebuild {
    struct Candidate {
        var link: Int32
        /// The ends, in numbers of the rebuild.
        var a: Int32
        var b: Int32
        /// Not between names of the observation at hand.
        var isOld: Bool
        var priorities: Int
        var lastSeenMs: Int64
    }

    struct Verdict {
        var link: Int32
        var a: Int32
        /// Between names of the observation at hand.
        var isOwn: Bool
        /// nil: it stands.
        var reason: LinkTable.Kind?
    }

    private let rules: NamespaceTable
    private let hashes: [Hash128]
    /// For each member those that it may never be with; empty when there are none.
    private let barred: [[Int32]]
    private(set) var label: [Int32]
    /// The next member of a component, in a ring.
    private(set) var next: [Int32]
    // Of a component, valid at its label:
    private(set) var size: [Int32]
    private(set) var counts: [Int32]

    /// - Parameters:
    ///   - slots: for each member the place of its namespace's limit; −1: it has none.
    ///   - hashes: for each member its own.
    init(slots: [Int], hashes: [Hash128], barred: [[Int32]], rules: NamespaceTable) {
        self.rules = rules
        self.hashes = hashes
        self.barred = barred
        label = slots.indices.map { Int32($0) }
        next = label
        size = [Int32](repeating: 1, count: slots.count)
        counts = [Int32](repeating: 0, count: slots.count * rules.limits.count)
        for (node, slot) in slots.enumerated() where slot >= 0 { counts[node * rules.limits.count + slot] = 1 }
    }

    /// For each candidate, in this order: the observation's own links first, then the stronger, then the newer, then
    /// by hash: whether it stands.
    ///
    /// Candidates that come nearly in this order cost little more than a look at each.
    mutating func run(_ candidates: [Candidate]) -> [Verdict] {
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(candidates.count)
        let hashes = hashes
        for candidate in candidates.sorted(by: { Self.isBetter($0, $1, hashes) }) {
            let (a, b) = (label[Int(candidate.a)], label[Int(candidate.b)])
            // Within a component that is allowed: it stays as it is.
            let reason = a == b ? nil : reason(against: a, b)
            if a != b && reason == nil { merge(a, b) }
            verdicts.append(
                Verdict(link: candidate.link, a: candidate.a, isOwn: !candidate.isOld, reason: reason)
            )
        }
        return verdicts
    }

    private static func isBetter(_ x: Candidate, _ y: Candidate, _ hashes: [Hash128]) -> Bool {
        if x.isOld != y.isOld { return !x.isOld }
        if x.priorities != y.priorities { return x.priorities < y.priorities }
        if x.lastSeenMs != y.lastSeenMs { return x.lastSeenMs > y.lastSeenMs }
        if x.a != y.a { return hashes[Int(x.a)] < hashes[Int(y.a)] }
        return hashes[Int(x.b)] < hashes[Int(y.b)]
    }

    /// Why two components may not be one; nil: they may. The reasons rank: full, unlinked, the limit of the strongest
    /// namespace.
    private func reason(against a: Int32, _ b: Int32) -> LinkTable.Kind? {
        if Int(size[Int(a)]) + Int(size[Int(b)]) > rules.maxIdentifiers { return .customerFull }
        if !barred.isEmpty && holdsBarredPair(a, b) { return .unlinked }
        let width = rules.limits.count
        for slot in 0..<width
        where Int(counts[Int(a) * width + slot]) + Int(counts[Int(b) * width + slot]) > rules.limits[slot].most {
            return .limit(rules.limits[slot].namespace)
        }
        return nil
    }

    /// Each component alone holds no barred pair, so only pairs across count.
    private func holdsBarredPair(_ a: Int32, _ b: Int32) -> Bool {
        var node = a
        repeat {
            if barred[Int(node)].contains(where: { label[Int($0)] == b }) { return true }
            node = next[Int(node)]
        } while node != a
        return false
    }

    private mutating func merge(_ a: Int32, _ b: Int32) {
        let (into, from) = size[Int(a)] >= size[Int(b)] ? (a, b) : (b, a)
        var node = from
        repeat {
            label[Int(node)] = into
            node = next[Int(node)]
        } while node != from
        next.swapAt(Int(into), Int(from))
        size[Int(into)] += size[Int(from)]
        let width = rules.limits.count
        for slot in 0..<width { counts[Int(into) * width + slot] += counts[Int(from) * width + slot] }
    }
}
