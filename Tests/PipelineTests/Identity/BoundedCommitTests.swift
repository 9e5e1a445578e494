// SPDX-License-Identifier: Apache-2.0
import Configuration
import Digests
import StateStore
import Testing
import Touchpoints

@testable import Pipeline

/// One input may move any number of identifiers; one commit tells so many of them.
@Suite struct BoundedCommitTests {
    private static let orders = 40

    @Test func `what one input moves goes out in commits of a bounded size`() throws {
        let whole = try Desk(mapsMax: .max)
        try whole.take(Self.inputs)
        let bounded = try Desk(mapsMax: 5)
        try bounded.take(Self.inputs)
        #expect(whole.sizes.max() ?? 0 > Self.orders)
        #expect(bounded.sizes.max() == 5)
        #expect(bounded.owners == whole.owners)
    }

    @Test(arguments: 1...8)
    func `a crash between two of them leaves nothing untold`(commits: Int) throws {
        let whole = try Desk(mapsMax: .max)
        try whole.take(Self.inputs)
        let broken = try Desk(mapsMax: 5)
        try broken.take(Self.inputs, commitsMax: commits)
        #expect(broken.owners != whole.owners)
        try broken.restart()
        #expect(broken.owners == whole.owners)
        #expect(broken.sizes.max() == 5)
        let told = broken.sizes.count
        try broken.restart()
        #expect(broken.sizes.count == told, "the state says that all is told")
    }

    /// Somebody's orders are known by the e-mail address, until an account takes all of them.
    private static var inputs: [IdentityInput] {
        let email = Identifier(namespace: NamespaceID("email"), hash: Hash128(high: 1, low: 1))
        let account = Identifier(namespace: NamespaceID("user_id"), hash: Hash128(high: 2, low: 2))
        let orders = (0..<orders).map { number in
            let order = Identifier(namespace: NamespaceID("order_id"), hash: Hash128(high: 3, low: UInt64(number)))
            return IdentityInput.seen(Observation(timeMs: Int64(number), names: [email, order]))
        }
        return orders + [.seen(Observation(timeMs: 1_000, names: [account, email]))]
    }
}

/// An identity role between records and a store, one commit after the other.
private final class Desk {
    private let plan: RolePlan
    private let store = MemoryStore()
    private var role: IdentityRole
    /// Maps in each commit that told any.
    private(set) var sizes: [Int] = []
    /// What the newest map of each identifier says.
    private(set) var owners: [Hash128: [OwnershipMap.Span]] = [:]

    init(mapsMax: Int) throws {
        var plan = RolePlan(try TabijiConfiguration.shipped(), partitions: 3)
        plan.journey.mapsPerCommitMax = mapsMax
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
        var batch = RecordBatch()
        for (offset, input) in inputs.enumerated() {
            batch.append(
                topic: Topic.links.name,
                partition: 0,
                offset: Int64(offset),
                timestampMs: 0,
                key: Array("default".utf8),
                value: LinkWriter.record(input)
            )
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
            if !isMore { return }
        }
    }
}
