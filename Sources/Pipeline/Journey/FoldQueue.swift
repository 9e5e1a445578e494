// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// Customers that wait for a fold, each once, in the order in which they came.
struct FoldQueue {
    private var order: [Hash128]
    private var members: Set<Hash128>
    /// Before it, all have left.
    private var first = 0

    init(_ customers: Set<Hash128> = []) {
        order = customers.sorted()
        members = customers
    }

    var count: Int { members.count }
    var isEmpty: Bool { members.isEmpty }

    func contains(_ customer: Hash128) -> Bool { members.contains(customer) }

    mutating func append(_ customer: Hash128) { if members.insert(customer).inserted { order.append(customer) } }

    /// Those that wait longest.
    func next(_ most: Int) -> ArraySlice<Hash128> { order[first...].prefix(most) }

    mutating func removeFirst(_ count: Int) {
        for customer in order[first..<first + count] { members.remove(customer) }
        first += count
        guard first > order.count / 2 else { return }
        order.removeFirst(first)
        first = 0
    }
}
