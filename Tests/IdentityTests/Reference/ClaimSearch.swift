// SPDX-License-Identifier: Apache-2.0
import Digests

@testable import Identity

/// Finds the customer that a reference leads to: depth first, what it stands in for before what claimed it, without
/// going in circles.
///
/// Walks with a stack of its own, for a chain of replacements may be as long as its sender likes. Within one question
/// a reference that led nowhere is not asked again: all that it leads to leads nowhere, or is being asked already.
struct ClaimSearch {
    let standsFor: [Int32]
    let claimedBy: [Int32]
    /// In which question a reference was asked last.
    private var asked: [Int32]
    private var question: Int32 = 0
    /// Led nowhere in a question that led nowhere as a whole: so it does in every other.
    private var isDeadEnd: [Bool]

    init(standsFor: [Int32], claimedBy: [Int32]) {
        self.standsFor = standsFor
        self.claimedBy = claimedBy
        asked = [Int32](repeating: 0, count: standsFor.count)
        isDeadEnd = [Bool](repeating: false, count: standsFor.count)
    }

    /// - Parameter customers: of identifiers, those of references still nil.
    mutating func owner(_ reference: Int32, _ customers: [Hash128?], isReference: (Int32) -> Bool) -> Hash128? {
        question += 1
        var todo = [reference]
        var visited: [Int32] = []
        while let node = todo.popLast() {
            if !isReference(node) {
                if let customer = customers[Int(node)] { return customer }
                continue
            }
            if asked[Int(node)] == question || isDeadEnd[Int(node)] { continue }
            asked[Int(node)] = question
            visited.append(node)
            if claimedBy[Int(node)] >= 0 { todo.append(claimedBy[Int(node)]) }
            if standsFor[Int(node)] >= 0 { todo.append(standsFor[Int(node)]) }
        }
        for node in visited { isDeadEnd[Int(node)] = true }
        return nil
    }
}
