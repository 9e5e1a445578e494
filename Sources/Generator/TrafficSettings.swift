// SPDX-License-Identifier: Apache-2.0

/// What traffic to make. The same settings give the same bytes, on every machine.
public struct TrafficSettings: Sendable, Equatable {
    /// People. **Range**: at least 1.
    public var customers: Int
    /// Lines to write, repeats included. **Range**: at least 0.
    public var events: Int
    public var seed: UInt64
    /// Milliseconds since 1970 of the earliest event. **Default**: 2025-01-06T00:00:00+09:00, so that no event lies
    /// ahead of the clock.
    public var startMs: Int64
    /// Percent of events that come minutes to days later in the stream than their time says. **Range**: 0…100.
    public var latePercent: Double
    /// Percent of lines that repeat an earlier one, byte for byte. **Range**: 0…90.
    public var duplicatePercent: Double

    public static let defaultStartMs: Int64 = 1_736_089_200_000

    public init(
        customers: Int,
        events: Int,
        seed: UInt64 = 1,
        startMs: Int64 = defaultStartMs,
        latePercent: Double = 0,
        duplicatePercent: Double = 0
    ) {
        self.customers = max(1, min(customers, 50_000_000))
        self.events = max(0, events)
        self.seed = seed
        // Between 2000 and 9990, so that whatever follows can be written as a date.
        self.startMs = max(946_684_800_000, min(startMs, 253_000_000_000_000))
        self.latePercent = latePercent.isFinite ? max(0, min(latePercent, 100)) : 0
        self.duplicatePercent = duplicatePercent.isFinite ? max(0, min(duplicatePercent, 90)) : 0
    }
}
