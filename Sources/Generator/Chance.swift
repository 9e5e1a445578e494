// SPDX-License-Identifier: Apache-2.0

/// A source of chance that is the same everywhere: SplitMix64.
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mix(state)
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// 0 ..< `bound`, which is at least 1.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// Whether something of this many percent happens.
    mutating func percent(_ percent: Double) -> Bool { Double(next() >> 11) * 0x1p-53 * 100 < percent }

    mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }

    /// Milliseconds, evenly, of a range in seconds.
    mutating func seconds(_ range: ClosedRange<Int>) -> Int64 {
        Int64(range.lowerBound) * 1000 + Int64(below((range.upperBound - range.lowerBound) * 1000 + 1))
    }

    mutating func minutes(_ range: ClosedRange<Int>) -> Int64 { seconds(range.lowerBound * 60...range.upperBound * 60) }
    mutating func hours(_ range: ClosedRange<Int>) -> Int64 { minutes(range.lowerBound * 60...range.upperBound * 60) }
    mutating func days(_ range: ClosedRange<Int>) -> Int64 { hours(range.lowerBound * 24...range.upperBound * 24) }

    /// A gap around `meanMs`: mostly short, now and then long.
    mutating func gap(meanMs: Int64) -> Int64 {
        // The sum of two even draws of which one is doubled now and then: an exponential's look without a logarithm,
        // whose last bit machines may disagree on.
        let part = Int64(below(Int(max(1, meanMs))))
        return part + (percent(25) ? Int64(below(Int(max(1, 4 * meanMs)))) : 0)
    }
}
