// SPDX-License-Identifier: Apache-2.0

/// What the journey role reads of the configuration.
public struct JourneyRoleSettings: Sendable {
    /// Partitions of the inbox and of moves.
    public var partitions: Int32 = 4
    /// Emit `tabiji.touchpoint` records.
    public var emitsTimeline = false
    /// Bounded replays: fold each customer once, at the last tick.
    public var foldsAtEnd = false
    /// Event time that the promise reaches back; nil: without horizon. Milliseconds.
    public var latenessMs: Int64?
    /// How far the watermark stays behind the newest times. Milliseconds.
    public var outOfOrdernessMs: Int64 = 5_000
    /// A customer's profile goes out at most once in it. Milliseconds of the worker's clock.
    public var profileIntervalMs: Int64 = 5_000
    /// A customer with more touchpoints is suspended.
    public var touchpointsMax = 100_000
    /// Customers folded in one commit of a partition; the others wait for the next.
    public var foldsPerCommitMax = 5_000
    /// Events that one commit of a partition looks at to pass them on; ten times as many for what is forgotten.
    public var eventsPerCommitMax = 20_000
    /// Profiles that one commit of a partition tells.
    public var profilesPerCommitMax = 10_000
    /// Customers that other rules make due in one commit of a partition.
    public var refoldsPerCommitMax = 1_000
    /// Identifiers that one commit looks at, when identity rules are others than before.
    public var reckonsPerCommitMax = 20_000
    /// Ownership maps that one commit of the identity role tells; the others wait for the next.
    public var mapsPerCommitMax = 20_000
    /// Customers looked at in one commit of a partition for events beyond the horizon.
    public var basesPerCommitMax = 64
    /// Ownership maps kept decoded per partition.
    public var mapsCachedMax = 100_000
    /// Customers whose walks are kept per partition; one with many events counts as several, one more for each 64.
    public var customersCachedMax = 10_000
    /// Moods of texts kept per partition.
    public var textsCachedMax = 16_384
    /// How long `merged_into` stands under an old id: a week of watermark. Milliseconds.
    public var mergedForMs: Int64 = 7 * 86_400_000

    public init() {}
}
