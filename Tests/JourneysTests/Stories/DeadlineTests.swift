// SPDX-License-Identifier: Apache-2.0
import StateStore
import Testing
import Touchpoints

@testable import Pipeline

/// Deadlines of many customers, of which each commit lets a few fire.
@Suite struct DeadlineTests {
    private static let startMs: Int64 = 1_772_000_000_000
    private static let dayMs: Int64 = 86_400_000

    private func line(_ type: String, _ customer: Int, _ timeMs: Int64) -> [UInt8] {
        let text = """
            {"id":"\(type) \(customer)","type":"\(type)","time":\(timeMs),"identifiers":{"user_id":"u\(customer)"},\
            "properties":{"product_id":"p","order_id":"o\(customer)"}}
            """
        return Array(text.utf8)
    }

    @Test func `each fires once, though the program dies after every commit`() throws {
        let count = 200
        let role = try JourneyAlone(foldsPerCommitMax: 7)
        try role.take((0..<count).map { line("product_added", $0, Self.startMs + Int64($0)) })
        while try role.commit() {}
        #expect(role.alerts.isEmpty)
        try role.take([line("page_viewed", count, Self.startMs + Self.dayMs + Int64(count))])
        var commits = 0
        while try role.commit() {
            commits += 1
            try role.restart()
        }
        #expect(commits > 5)
        #expect(role.alerts.count == count)
        #expect(role.alerts.allSatisfy { $0.contains(#""rule":"cart_abandonment""#) && $0.contains(#""revision":1}"#) })
        // A tenth had bought in time, as is known later.
        try role.take((0..<count / 10).map { line("order_completed", $0, Self.startMs + 1_000_000) })
        while try role.commit() { try role.restart() }
        let late = role.alerts.dropFirst(count)
        #expect(late.count == count / 10 && late.allSatisfy { $0.contains(#""retracted":true"#) })
    }

    @Test func `what has fired stays as it was told when the watermark goes on`() throws {
        let role = try JourneyAlone(foldsPerCommitMax: 100)
        try role.take([line("product_added", 1, Self.startMs)])
        while try role.commit() {}
        for days in 1...40 {
            try role.take([line("page_viewed", 100 + days, Self.startMs + Int64(days) * Self.dayMs)])
            while try role.commit() {}
        }
        let told = role.alerts.filter { $0.contains(#""rule":"cart_abandonment""#) }
        #expect(told.count == 2)
        #expect(told.first?.contains(#""state":"opened""#) ?? false)
        #expect(told.last?.contains(#""state":"expired""#) ?? false)
    }

    @Test func `caches have bounds, and tell how they are used`() throws {
        let role = try JourneyAlone(foldsPerCommitMax: 100, customersCachedMax: 4)
        for round in 0..<3 {
            try role.take((0..<40).map { line("page_viewed \(round)", $0, Self.startMs + Int64(round * 1_000 + $0)) })
            while try role.commit() {}
        }
        let caches = role.caches
        #expect(caches.customers.hits + caches.customers.misses == 120)
        #expect(caches.customers.misses > 80 && caches.customers.evictions > 60)
        #expect(caches.maps.hits + caches.maps.misses > 0)
        try role.restart()
        #expect(role.caches.customers.entries == 0)
        #expect(role.caches.customers.misses == caches.customers.misses)
    }
}

/// The journey role by itself, over a store in memory. It can die between two commits.
private final class JourneyAlone {
    private let plan: RolePlan
    private let store = MemoryStore()
    private let intake: IntakeEngine
    private let engine: JourneyEngine
    private var transaction = Transaction()
    private var nowMs: Int64 = 0
    /// What readers were told of alerts.
    private(set) var alerts: [String] = []

    init(foldsPerCommitMax: Int, customersCachedMax: Int = 10_000) throws {
        var plan = try StoryRun.shipped.get()
        plan.journey.foldsPerCommitMax = foldsPerCommitMax
        plan.journey.customersCachedMax = customersCachedMax
        plan.journey.latenessMs = nil
        plan.journey.outOfOrdernessMs = 0
        self.plan = plan
        intake = IntakeEngine(context: plan.intakeContext)
        engine = JourneyEngine(context: plan.journeyContext)
        try open()
    }

    var caches: JourneyCaches { engine.caches }

    /// All that is not in the state is gone.
    func restart() throws {
        transaction.removeAll()
        for partition in 0..<plan.journey.partitions { engine.close(partition: partition) }
        try open()
    }

    private func open() throws {
        for partition in 0..<plan.journey.partitions {
            let prefix = MemorySession.prefix(.journey, partition)
            try engine.open(partition: partition, state: StoreStateReader(store: store, prefix: prefix))
        }
    }

    /// Lines go through intake to the journey role.
    func take(_ lines: [[UInt8]]) throws {
        var batch = RecordBatch()
        for (index, line) in lines.enumerated() {
            batch.append(
                topic: "touchpoints.events",
                partition: 0,
                offset: Int64(index),
                timestampMs: 4_000_000_000_000,
                key: nil,
                value: line
            )
        }
        var routed = Transaction()
        nowMs += 1_000
        try intake.process(batch, nowMs: nowMs, into: &routed)
        _ = intake.prepare(nowMs: nowMs, into: &routed)
        intake.committed()
        var inbox = RecordBatch()
        for append in routed.appends where append.topic == .inbox {
            inbox.append(
                topic: append.topic.name,
                partition: append.partition ?? 0,
                offset: 0,
                timestampMs: -1,
                key: append.key.map { Array(routed.bytes[$0]) },
                value: append.value.map { Array(routed.bytes[$0]) }
            )
        }
        try engine.process(inbox, nowMs: nowMs, into: &transaction)
    }

    /// One commit. False: nothing is left to do.
    func commit() throws -> Bool {
        let isMore = try engine.prepare(nowMs: nowMs, into: &transaction)
        for append in transaction.appends where append.topic == .alerts {
            alerts.append(append.value.map { String(decoding: transaction.bytes[$0], as: UTF8.self) } ?? "")
        }
        let rows = MemoryEventLog.rows(transaction, of: .journey)
        if !rows.isEmpty { try store.write(rows, sync: false) }
        engine.committed()
        transaction.removeAll()
        return isMore || !rows.isEmpty
    }
}
