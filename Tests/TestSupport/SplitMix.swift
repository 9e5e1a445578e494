// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: numbers that are the same for the same state, so that a failure can be run again.
public struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(state: UInt64) { self.state = state }
    public init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    public mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
    public mutating func happens(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
    public mutating func one<T>(of items: [T]) -> T { items[number(0..<items.count)] }
}
