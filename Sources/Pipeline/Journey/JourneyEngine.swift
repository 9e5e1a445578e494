// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Telemetry
internal import Touchpoints

/// The journey role: inbox and moves in; transitions, alerts, profiles, touchpoints and events passed on out.
final class JourneyEngine: RoleEngine {
    private let context: JourneyContext
    private var partitions: [Int32: JourneyPartition] = [:]
    /// Of partitions that are gone.
    private var pastCaches = JourneyCaches()

    init(context: JourneyContext) { self.context = context }

    func open(partition: Int32, state: any StateReader) throws {
        if partitions[partition] == nil {
            partitions[partition] = try JourneyPartition(number: partition, context: context, state: state)
        }
    }

    func close(partition: Int32) {
        if let closed = partitions.removeValue(forKey: partition) { pastCaches.add(closed.caches) }
        pastCaches.clear()
    }

    func process(_ batch: RecordBatch, nowMs: Int64, into transaction: inout Transaction) throws {
        let isFresh = batch.topics.map { $0.hasSuffix(Topic.inbox.name) }
        for record in batch.records {
            guard let value = record.value, let partition = partitions[record.partition] else { continue }
            var reader = ByteReader(batch.bytes, value)
            try partition.receive(try reader.journeyRecord(), isFresh: isFresh[record.topic], into: &transaction)
        }
    }

    func prepare(nowMs: Int64, into transaction: inout Transaction) throws -> Bool {
        var isMore = false
        for partition in partitions.values.sorted(by: { $0.number < $1.number }) {
            try partition.dropForgotten(into: &transaction)
            try partition.passOn(into: &transaction)
            try partition.wakeByTime()
            try partition.wakeByNews()
            try partition.refold(into: &transaction)
            try partition.foldDirty(into: &transaction)
            try partition.foldAway(into: &transaction)
            try partition.foldBroadcastsAway()
            try partition.tellProfiles(nowMs: nowMs, into: &transaction)
            try partition.expireMerged(into: &transaction)
            partition.flush(into: &transaction)
            isMore = isMore || partition.hasFoldsWaiting || partition.endMs != nil && partition.isUnsettled
            isMore = isMore || partition.endMs != nil && !partition.telling.isEmpty
        }
        return isMore
    }

    func committed() {
        for partition in partitions.values { partition.committed() }
    }

    func reset() {}

    func isDue(nowMs: Int64) -> Bool { partitions.values.contains { $0.isDue(nowMs: nowMs) } }

    func caughtUp(nowMs: Int64) {}

    /// The sums over this worker's partitions.
    var totals: JourneyTotals {
        partitions.values.reduce(into: JourneyTotals()) { $0.add($1.totals) }
    }

    /// How the caches of this worker's partitions are used, of those that are gone too.
    var caches: JourneyCaches { partitions.values.reduce(into: pastCaches) { $0.add($1.caches) } }

    /// Customers that are still to be folded again because the rules have changed; about. And how many have been.
    var refolding: (left: Int, done: Int) {
        partitions.values.reduce(into: (0, 0)) { sum, partition in
            sum.left += partition.customersToRefold
            sum.done += partition.refolded
        }
    }

    /// Folds of this worker's partitions since they were opened.
    var folds: Int { partitions.values.reduce(0) { $0 + $1.folds } }

    /// Broadcasts that this worker's partitions keep, each its own.
    var broadcasts: Int { partitions.values.reduce(0) { $0 + $1.broadcasts } }

    /// What waits in this worker's partitions for later commits.
    var waiting: JourneyQueues {
        partitions.values.reduce(into: JourneyQueues()) { sum, partition in
            sum.customers += partition.dirty.count
            sum.moves += partition.moves.count
            sum.forgetting += partition.forgetting == nil ? 0 : 1
        }
    }

    /// The least watermark of this worker's partitions; nil while there is none.
    var watermarkMs: Int64? { partitions.values.map(\.watermarkMs).min() }
}

/// What waits for later commits of the journey role.
public struct JourneyQueues: Sendable, Equatable {
    /// Customers to be folded.
    public var customers = 0
    /// Identifiers of customers whose events are still to be passed on by a newer map.
    public var moves = 0
    /// Partitions that still look through what they hold for what is forgotten.
    public var forgetting = 0
}

extension JourneyPartition {
    /// Some of its events are still to be passed on, or looked through for what is forgotten.
    var isUnsettled: Bool { !moves.isEmpty || forgetting != nil }

    /// Customers are left to fold now.
    var hasFoldsWaiting: Bool {
        if endMs != nil { return !dirty.isEmpty || refold != nil }
        return (!dirty.isEmpty || !waking.isEmpty) && !context.settings.foldsAtEnd
    }

    /// Something goes out at this time though nothing came in.
    func isDue(nowMs: Int64) -> Bool {
        if hasFoldsWaiting || (endMs == nil && watermarkMs > .min && watermarkMs >= nextDeadlineMs) { return true }
        if isUnsettled || refold != nil && !context.settings.foldsAtEnd { return true }
        guard !due.isEmpty else { return false }
        if !telling.isEmpty { return true }
        if endMs != nil { return true }
        if context.settings.foldsAtEnd { return false }
        return profilesToldMs == .min || nowMs - profilesToldMs >= context.settings.profileIntervalMs
    }
}
