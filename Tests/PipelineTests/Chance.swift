// SPDX-License-Identifier: Apache-2.0
import TestSupport

typealias Chance = SplitMix

extension SplitMix {
    init(seed: UInt64) { self.init(state: seed &* 0x2545_f491_4f6c_dd1d) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func happens(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
    mutating func one<T>(of items: [T]) -> T { items[number(0..<items.count)] }
}
