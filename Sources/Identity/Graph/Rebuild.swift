// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// Components made anew from their links, best first; what breaks a rule stays out.
///
/// Works on numbers of its own, from 0: a component has a few hundred members at most, for `max_identifiers` bounds it.
struct Rebuild {
    struct Candidate {
        var link: Int32
        var a: Int32
        var b: Int32
        /// Not between names of the observation at hand.
        var isOld: Bool
        var priorities: Int
        var lastSeenMs: Int64
        var hashes: (Hash128, Hash128)
    }

    private let rules: NamespaceTable
    /// For each member those that it may never be with; empty when there are none.
    private let barred: [[Int32]]
    private var label: [Int32]
    private var next: [Int32]
    private var size: [Int32]
    private var counts: [Int32]

    init(_ entries: [NamespaceTable.Entry], barred: [[Int32]], rules: NamespaceTable) {
        self.rules = rules
        self.barred = barred
        label = entries.indices.map { Int32($0) }
        next = label
        size = [Int32](repeating: 1, count: entries.count)
        counts = [Int32](repeating: 0, count: entries.count * rules.limits.count)
        for (node, entry) in entries.enumerated() where entry.limitSlot >= 0 {
            counts[node * rules.limits.count + entry.limitSlot] = 1
        }
    }

    /// For each candidate, in this order: the observation's own links first, then the stronger, then the newer, then
    /// by hash: nil when it stands, else why not.
    mutating func run(_ candidates: [Candidate]) -> [(link: Int32, reason: LinkTable.Kind?)] {
        let order = candidates.sorted { x, y in
            if x.isOld != y.isOld { return !x.isOld }
            if x.priorities != y.priorities { return x.priorities < y.priorities }
            if x.lastSeenMs != y.lastSeenMs { return x.lastSeenMs > y.lastSeenMs }
            return x.hashes.0 != y.hashes.0 ? x.hashes.0 < y.hashes.0 : x.hashes.1 < y.hashes.1
        }
        return order.map { candidate in
            let (a, b) = (label[Int(candidate.a)], label[Int(candidate.b)])
            // Within a component that is allowed: it stays as it is.
            if a == b { return (candidate.link, nil) }
            let reason = reason(against: a, b)
            if reason == nil { merge(a, b) }
            return (candidate.link, reason)
        }
    }

    /// Why two components may not be one; nil: they may. The reasons rank: full, unlinked, the limit of the strongest
    /// namespace.
    private func reason(against a: Int32, _ b: Int32) -> LinkTable.Kind? {
        if Int(size[Int(a)]) + Int(size[Int(b)]) > rules.maxIdentifiers { return .customerFull }
        if !barred.isEmpty && holdsBarredPair(a, b) { return .unlinked }
        let width = rules.limits.count
        for (slot, limit) in rules.limits.enumerated() {
            if Int(counts[Int(a) * width + slot]) + Int(counts[Int(b) * width + slot]) > limit.most {
                return .limit(limit.namespace)
            }
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
