// SPDX-License-Identifier: Apache-2.0
internal import TestSupport

/// What one schedule is like. Chance decides; all of it follows from the seed.
struct Circumstances {
    var partitions: Int32
    var intakes: Int
    var journeyWorkers: Int
    /// Each queue keeps its order; else any waiting record may come next, as in the executable protocol.
    var keepsOrder: Bool
    /// Intake learns who owns what, late and in bits; else it never knows anything.
    var intakeKnowsOwners: Bool
    /// Aborted commits, restarts and partitions that move; afterwards all goes well.
    var faults: Int
    var foldsPerCommitMax: Int
    var mapsPerCommitMax: Int
    var eventsPerCommitMax: Int
    /// Maps kept decoded, and observations that intake remembers.
    var cacheMax: Int
    /// Customers whose walks are kept: with few of them nearly every fold begins from the rows.
    var customersCachedMax: Int
    var commitIntervalMs: Int64
    var profileIntervalMs: Int64
    /// How long `merged_into` stands, in event time.
    var mergedForMs: Int64
    /// A last tick ends it, as in a bounded replay; else the watermark stays where the sources left it, as in a daemon.
    var isBounded: Bool
    /// Events about nobody.
    var broadcasts: Int

    init(_ chance: inout SplitMix) {
        partitions = Int32(chance.number(1..<5))
        intakes = chance.number(1..<4)
        journeyWorkers = chance.number(1..<3)
        keepsOrder = chance.happens(0.5)
        intakeKnowsOwners = chance.happens(0.6)
        faults = chance.one(of: [0, 0, 3, 10, 30])
        foldsPerCommitMax = chance.one(of: [1, 3, 1000])
        mapsPerCommitMax = chance.one(of: [1, 3, 1000])
        eventsPerCommitMax = chance.one(of: [1, 3, 1000])
        cacheMax = chance.one(of: [2, 10, 10_000])
        customersCachedMax = chance.one(of: [1, 3, 10_000, 10_000])
        commitIntervalMs = chance.one(of: [0, 20, 200])
        profileIntervalMs = chance.one(of: [0, 50, 1000])
        mergedForMs = chance.one(of: [60_000, 7 * 86_400_000])
        isBounded = chance.happens(0.5)
        broadcasts = chance.one(of: [0, 0, 2, 8])
    }
}
