// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import KafkaBridge
internal import StateStore
internal import Touchpoints

/// Brings the local rows of a state partition up to its changelog.
///
/// Done is: the position has reached the end that the changelog had (open transactions included) after the group's
/// stable offsets were asked for, and the meta record names just those offsets. The first alone is not enough,
/// because offsets and the changelog's end of a transaction become visible one after the other; and "the last offset
/// is the end minus one" never holds, because the ends of transactions take offsets too.
final class ChangelogRestorer {
    private let settings: KafkaLogSettings
    private let role: Role
    private let store: any StateStore
    private let reader: KafkaConsumer
    /// Sees open transactions: its end is the true one.
    private let surveyor: KafkaConsumer

    /// Rows of one write.
    private static let rowsMax = 1_000
    /// Local rows not written for longer are read anew: tombstones may have been cleaned away meanwhile.
    static let ageMaxMs: Int64 = KafkaTopics.tombstoneRetentionMs / 2
    /// Without progress for so long, give up: no transaction stays open longer.
    private let patience: Duration

    init(_ settings: KafkaLogSettings, _ role: Role, store: any StateStore, observer: KafkaObserver) throws {
        self.settings = settings
        self.role = role
        self.store = store
        patience = .milliseconds(60_000 + 4 * settings.transactionTimeoutMs)
        reader = try KafkaConsumer(settings.readerConfig(), observer: observer)
        reader.readsHeaders = false
        surveyor = try KafkaConsumer(settings.readerConfig(isolation: "read_uncommitted"), observer: observer)
    }

    func close() {
        reader.close(within: .seconds(5))
        surveyor.close(within: .seconds(5))
    }

    /// - Parameters:
    ///   - committed: stable offsets of the inputs, asked for just before; absent where the group has none.
    ///   - goOn: asked now and then; false ends the restore.
    /// - Returns: where the state stands; nil: it was ended.
    func restore(
        _ partition: Int32,
        committed: [Topic: Int64],
        progress: (RestoreProgress) -> Void,
        while goOn: () throws -> Bool
    ) throws -> PartitionMeta? {
        let changelog = KafkaPartition(settings.changelog(of: role), partition)
        let bounds = try surveyor.watermarks(changelog, within: .seconds(60))
        var meta = try localMeta(partition)
        let isUsable = meta.map { $0.position >= bounds.low && $0.position <= bounds.high && !isStale($0) } ?? false
        if !isUsable { meta = try startOver(partition, at: bounds.low) }
        var current = meta ?? PartitionMeta()
        if current.position < bounds.high {
            guard let caughtUp = try replay(changelog, from: current, to: bounds, progress, goOn) else { return nil }
            current = caughtUp
        }
        for (topic, offset) in committed where current.offsets[topic] != offset {
            throw KafkaLogError(
                """
                \(changelog): the state stands at offset \(current.offsets[topic] ?? -1) of \
                \(settings.name(of: topic)), but the group \(settings.group(of: role)) committed \(offset); were its offsets changed by \
                hand? Put them back, or begin with a new prefix
                """,
                exitCode: 74
            )
        }
        return current
    }

    private func replay(
        _ changelog: KafkaPartition,
        from start: PartitionMeta,
        to bounds: KafkaWatermarks,
        _ progress: (RestoreProgress) -> Void,
        _ goOn: () throws -> Bool
    ) throws -> PartitionMeta? {
        var meta = start
        var count = 0
        var lastProgress = ContinuousClock.now
        try reader.assign([changelog: meta.position])
        defer { try? reader.unassign() }
        _ = reader.takeEvents()
        while meta.position < bounds.high {
            let read = try step(changelog, &meta)
            count += read.records
            if read.isProgress { lastProgress = .now }
            progress(RestoreProgress(records: count, remaining: Int(max(0, bounds.high - meta.position))))
            if read.isOutOfRange { meta = try startOver(changelog.partition, at: bounds.low) }
            if read.isOutOfRange { try reader.assign([changelog: KafkaOffset.beginning]) }
            guard try goOn() else { return nil }
            if .now - lastProgress > patience {
                throw KafkaLogError(
                    "\(changelog): stuck at offset \(meta.position) of \(bounds.high); a transaction does not end",
                    exitCode: 75
                )
            }
        }
        return meta
    }

    /// Reads once and writes what came, with how far it goes.
    private func step(
        _ changelog: KafkaPartition,
        _ meta: inout PartitionMeta
    ) throws -> (records: Int, isProgress: Bool, isOutOfRange: Bool) {
        var bytes: [UInt8] = []
        var records: [KafkaRecord] = []
        let limits = KafkaPollLimits(records: Self.rowsMax, wait: .milliseconds(100))
        _ = reader.poll(into: &bytes, limits: limits) { records.append($0) }
        let before = meta.position
        var batch = WriteBatch()
        let prefix = StateKeys.prefix(role, changelog.partition)
        for record in records {
            meta.position = record.offset + 1
            guard let key = record.key else { continue }
            if key.isEmpty {
                if let value = record.value { meta.offsets = try PartitionMeta(changelog: bytes, value).offsets }
            } else if let value = record.value {
                batch.put(prefix, bytes[key], bytes[value])
            } else {
                batch.delete(prefix, bytes[key])
            }
        }
        var isOutOfRange = false
        for event in reader.takeEvents() {
            switch event {
            case .end(changelog, let offset): meta.position = max(meta.position, offset)
            case .partitionFailed(changelog, let error):
                if error.code == .autoOffsetReset || error.code == .offsetOutOfRange { isOutOfRange = true }
            case .failed(let error): if error.isFatal { throw error }
            default: continue
            }
        }
        if meta.position != before {
            meta.writtenMs = Self.nowMs()
            batch.put(PartitionMeta.localKey(role, changelog.partition), meta.packedLocally)
            try store.write(batch, sync: false)
        }
        return (records.count, meta.position != before, isOutOfRange)
    }

    private func localMeta(_ partition: Int32) throws -> PartitionMeta? {
        guard let row = try store.get(PartitionMeta.localKey(role, partition)) else { return nil }
        return try PartitionMeta(local: row)
    }

    private func isStale(_ meta: PartitionMeta) -> Bool { Self.nowMs() - meta.writtenMs > Self.ageMaxMs }

    /// Drops all local rows of a partition.
    private func startOver(_ partition: Int32, at position: Int64) throws -> PartitionMeta {
        var batch = WriteBatch()
        batch.deletePrefix(StateKeys.prefix(role, partition))
        batch.delete(PartitionMeta.localKey(role, partition))
        try store.write(batch, sync: false)
        var meta = PartitionMeta()
        meta.position = position
        return meta
    }

    static func nowMs() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
