// SPDX-License-Identifier: Apache-2.0

/// What references lead to: the strongest name of the earliest observation that names a reference after another
/// namespace's, and for a replacement order the one that it stands in for. Neither depends on links.
struct ClaimTable: Sendable {
    struct Claim: Sendable {
        var by: Int32
        var moment: Moment
    }

    private var claims: [Int32: Claim] = [:]
    private var replaced: [Int32: Claim] = [:]
    /// References that lead, or once led, to an identifier: chains.
    private var first: [Int32: Int32] = [:]
    private var chain: [(reference: Int32, next: Int32)] = []

    mutating func claim(_ reference: Int32, by name: Int32, at moment: Moment, _ isBefore: (Moment, Moment) -> Bool)
        -> Bool
    {
        if let known = claims[reference], !isBefore(moment, known.moment) { return false }
        claims[reference] = Claim(by: name, moment: moment)
        file(reference, at: name)
        return true
    }

    mutating func replace(_ new: Int32, _ old: Int32, at moment: Moment, _ isBefore: (Moment, Moment) -> Bool) -> Bool {
        if let known = replaced[new], !isBefore(moment, known.moment) { return false }
        replaced[new] = Claim(by: old, moment: moment)
        file(new, at: old)
        return true
    }

    /// Whether what a reference leads to was said at a moment.
    func holds(_ reference: Int32, at moment: Moment) -> Bool {
        claims[reference]?.moment == moment || replaced[reference]?.moment == moment
    }

    /// Forgets what a reference leads to, for it is about to be found anew.
    mutating func clear(_ reference: Int32) {
        claims[reference] = nil
        replaced[reference] = nil
    }

    private mutating func file(_ reference: Int32, at name: Int32) {
        chain.append((reference, first[name] ?? -1))
        first[name] = Int32(chain.count - 1)
    }

    func forEachReference(to name: Int32, _ body: (Int32) -> Void) {
        var place = first[name] ?? -1
        while place >= 0 {
            let (reference, next) = chain[Int(place)]
            if claims[reference]?.by == name || replaced[reference]?.by == name { body(reference) }
            place = next
        }
    }

    /// The first identifier on the way from a reference that has an owner: depth first, what it stands in for before
    /// what claimed it, without going in circles. nil: it leads nowhere.
    ///
    /// Walks with a stack of its own, for a chain of replacements may be as long as its sender likes. A reference that
    /// led nowhere is not asked again: all that it leads to leads nowhere, or is being asked already.
    func owner(of reference: Int32, isReference: (Int32) -> Bool, isOwned: (Int32) -> Bool) -> Int32? {
        var todo = [reference]
        var asked: Set<Int32> = []
        while let node = todo.popLast() {
            guard isReference(node) else {
                if isOwned(node) { return node }
                continue
            }
            guard asked.insert(node).inserted else { continue }
            if let name = claims[node]?.by { todo.append(name) }
            if let name = replaced[node]?.by { todo.append(name) }
        }
        return nil
    }
}
