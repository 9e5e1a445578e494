// SPDX-License-Identifier: Apache-2.0
import Configuration
import Digests
import StateStore
import Touchpoints

@testable import Pipeline

/// An identity role between records and a store, one commit after the other.
final class IdentityDesk {
    private let plan: RolePlan
    private let store = MemoryStore()
    private var role: IdentityRole
    /// Maps in each commit that told any.
    private(set) var sizes: [Int] = []
    /// What the newest map of each identifier says.
    private(set) var owners: [Hash128: [OwnershipMap.Span]] = [:]

    init(mapsMax: Int = .max, latenessMs: Int64? = nil, sweepMax: Int = .max) throws {
        var plan = RolePlan(try TabijiConfiguration.shipped(), partitions: 3)
        plan.journey.mapsPerCommitMax = mapsMax
        plan.journey.reckonsPerCommitMax = sweepMax
        plan.journey.latenessMs = latenessMs
        plan.journey.outOfOrdernessMs = 0
        self.plan = plan
        role = IdentityRole(plan, owners: nil)
        try restart()
    }

    func restart() throws {
        role = IdentityRole(plan, owners: nil)
        try role.open(partition: 0, state: StoreStateReader(store: store, prefix: MemorySession.prefix(.identity, 0)))
        while role.isDue(nowMs: 0) { try commit(Transaction()) }
    }

    func take(_ inputs: [IdentityInput], commitsMax: Int = .max) throws {
        try take(inputs.map { (Array("default".utf8), LinkWriter.record($0)) }, commitsMax: commitsMax)
    }

    /// A source's newest time.
    func tick(_ source: String, _ timeMs: Int64, commitsMax: Int = .max) throws {
        var writer = ByteWriter()
        writer.journeyRecord(.tick(source: source, timeMs: timeMs, isLast: false))
        try take([(nil, writer.bytes)], commitsMax: commitsMax)
    }

    /// The role's observations, and the rows of its state.
    var observations: Int { role.held.observations }
    func rows() throws -> Int {
        var rows = 0
        try store.scan(prefix: []) { _, _ in
            rows += 1
            return true
        }
        return rows
    }

    private func take(_ records: [(key: [UInt8]?, value: [UInt8])], commitsMax: Int) throws {
        var batch = RecordBatch()
        for (offset, record) in records.enumerated() {
            batch.append(topic: Topic.links.name, offset: Int64(offset), key: record.key, value: record.value)
        }
        var transaction = Transaction()
        try role.process(batch, nowMs: 0, into: &transaction)
        try commit(transaction, commitsMax: commitsMax)
    }

    private func commit(_ first: Transaction, commitsMax: Int = .max) throws {
        var transaction = first
        for _ in 0..<commitsMax {
            let isMore = role.prepare(nowMs: 0, into: &transaction)
            let maps = try transaction.appends.filter { $0.topic == .owners }.compactMap(\.value)
                .map { try OwnerRecord.map(Array(transaction.bytes[$0])) }
            for map in maps { owners[map.identifier.hash] = map.spans }
            if !maps.isEmpty { sizes.append(maps.count) }
            try store.write(MemoryEventLog.rows(transaction, of: .identity), sync: false)
            role.committed()
            transaction.removeAll()
            if !isMore, !role.isDue(nowMs: 0) { return }
        }
    }
}
