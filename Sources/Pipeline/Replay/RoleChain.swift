// SPDX-License-Identifier: Apache-2.0
package import Configuration
internal import StateStore
internal import Touchpoints

/// The three roles without a transport, each to be driven by itself: what one appends is the caller's to hand on. For measurements.
///
/// Each batch is one commit: what is due goes out, and the rows go to a temporary store.
package final class RoleChain {
    private let plan: RolePlan
    private let settings: RocksDBSettings
    private let scratch: ScratchFolder
    private var intake: IntakeEngine
    private var identity: IdentityRole
    private var journey: JourneyEngine
    private var store: RocksDBStore
    private var transaction = Transaction()
    /// Partitions of the inbox and of moves.
    package static let partitions: Int32 = 4

    package init(_ configuration: TabijiConfiguration) throws {
        plan = RolePlan(configuration, partitions: Self.partitions)
        let limits = configuration.service.limits
        scratch = try ScratchFolder()
        settings = RocksDBSettings(
            path: scratch.path("state"),
            writeBufferBytes: limits.storeWriteBuffer.bytes,
            blockCacheBytes: limits.storeCache.bytes,
            writeAheadLog: false
        )
        store = try RocksDBStore(settings)
        intake = IntakeEngine(context: plan.intakeContext)
        identity = IdentityRole(plan, owners: plan.owners)
        journey = JourneyEngine(context: plan.journeyContext)
        try open()
    }

    private func open() throws {
        for partition in 0..<Self.partitions {
            try journey.open(partition: partition, state: state(.journey, partition))
        }
        try identity.open(partition: 0, state: state(.identity, 0))
    }

    /// Everything ends, the store too; what is not in it is gone.
    package func shutDown() throws {
        transaction.removeAll()
        for partition in 0..<Self.partitions { journey.close(partition: partition) }
        identity.close(partition: 0)
        try store.close()
    }

    /// After `shutDown`: new roles begin with what is stored.
    package func startAgain() throws {
        store = try RocksDBStore(settings)
        intake = IntakeEngine(context: plan.intakeContext)
        identity = IdentityRole(plan, owners: plan.owners)
        journey = JourneyEngine(context: plan.journeyContext)
        try open()
    }

    /// Lets a role work through a batch of its inputs and commit.
    ///
    /// - Parameters:
    ///   - nowMs: the worker's clock.
    ///   - commitMs: how far it goes on with each further commit; not 0: commits follow as long as something is due.
    ///   - take: told of each transaction, once its rows are written.
    package func work(
        _ role: Role,
        _ batch: RecordBatch,
        nowMs: Int64,
        commitMs: Int64 = 0,
        take: (Transaction) -> Void
    ) throws {
        let engine: any RoleEngine =
            switch role {
            case .intake: intake
            case .identity: identity
            case .journey: journey
            }
        var nowMs = nowMs
        try engine.process(batch, nowMs: nowMs, into: &transaction)
        var isMore = true
        while isMore {
            isMore = try engine.prepare(nowMs: nowMs, into: &transaction)
            let rows = MemoryEventLog.rows(transaction, of: role)
            if !rows.isEmpty { try store.write(rows, sync: false) }
            engine.committed()
            take(transaction)
            transaction.removeAll()
            nowMs += commitMs
            if commitMs > 0, !isMore { isMore = engine.isDue(nowMs: nowMs) }
        }
    }

    /// The entries of the identity log in a batch of it.
    package static func observations(in batch: RecordBatch) throws -> Int {
        var count = 0
        for record in batch.records where record.key != nil {  // no ticks
            var reader = ByteReader(batch.bytes, record.value ?? 0..<0)
            _ = try reader.byte()
            while !reader.isAtEnd {
                _ = try reader.identityInput()
                count += 1
            }
        }
        return count
    }

    /// Closes and removes the store.
    package func close() throws {
        try store.close()
        scratch.remove()
    }

    private func state(_ role: Role, _ partition: Int32) -> any StateReader {
        StoreStateReader(store: store, prefix: MemorySession.prefix(role, partition))
    }
}
