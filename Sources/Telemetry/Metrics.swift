// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A number that only grows. An addition is one atomic instruction.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    init() {}

    /// The sum so far.
    public var value: Int { count.load(ordering: .relaxed) }

    /// Adds; what is negative is not added.
    public func add(_ amount: Int = 1) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }
}

/// How often a measure fell into which range. Observe batches, not events.
public final class Histogram: Sendable {
    struct Content: Sendable {
        /// Not summed up; the last one is what is over all bounds.
        var counts: [Int]
        var sum = 0.0
    }

    /// Ascending; each holds what is at most as large.
    public let bounds: [Double]
    private let content: Mutex<Content>

    init(bounds: [Double]) {
        self.bounds = bounds
        content = Mutex(Content(counts: [Int](repeating: 0, count: bounds.count + 1)))
    }

    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        content.withLock { content in
            content.counts[index] += 1
            content.sum += value
        }
    }

    /// How many were observed.
    public var count: Int { snapshot.counts.reduce(0, +) }
    /// The sum of what was observed.
    public var sum: Double { snapshot.sum }

    var snapshot: Content { content.withLock { $0 } }

    /// From a tenth of a millisecond to ten seconds, in seconds: for latencies.
    public static let latencyBounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
}
