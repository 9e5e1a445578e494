// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Identity

@Suite struct HubTableTests {
    /// The moment of the first person too many, found by looking at all.
    private func since(_ sights: [(person: Int32, timeMs: Int64)], most: Int) -> Int64? {
        var first: [Int32: Int64] = [:]
        for sight in sights { first[sight.person] = min(sight.timeMs, first[sight.person] ?? .max) }
        let times = first.values.sorted()
        return times.count > most ? times[most] : nil
    }

    @Test(arguments: [0, 1, 7, 8, 9, 20])
    func `a value is a hub since its first person too many, in whatever order they are learned`(most: Int) {
        for seed in 0..<40 {
            var chance = SplitMix(state: UInt64(seed))
            var table = HubTable()
            table.grow(to: 2)
            var sights: [[(person: Int32, timeMs: Int64)]] = [[], []]
            for _ in 0..<200 {
                let value = Int.random(in: 0...1, using: &chance)
                let person = Int32.random(in: 0..<Int32(most + 5), using: &chance)
                let timeMs = Int64.random(in: 0..<100_000, using: &chance)
                let before = since(sights[value], most: most)
                sights[value].append((person, timeMs))
                let after = since(sights[value], most: most)
                let isEarlier = table.meet(
                    person,
                    Int32(value),
                    at: Moment(timeMs: timeMs, content: 0),
                    most: most
                ) { $0.timeMs < $1.timeMs }
                #expect(isEarlier == (before != after))
                #expect(table.since[Int32(value)]?.timeMs == after)
            }
        }
    }
}
