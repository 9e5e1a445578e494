// SPDX-License-Identifier: Apache-2.0
import Digests
import StateStore
import Touchpoints

@testable import Pipeline

/// The journey role by itself, over a store in memory. It can die between two commits, or in the middle of one.
final class JourneyAlone {
    private let plan: RolePlan
    private let store = MemoryStore()
    private let intake: IntakeEngine
    private let engine: JourneyEngine
    private var transaction = Transaction()
    /// What has been read and not committed: it comes again.
    private var uncommitted: [RecordBatch] = []
    private var nowMs: Int64 = 0
    /// What readers were told of alerts.
    private(set) var alerts: [Alert] = []
    private(set) var deadLetters: [String] = []
    /// Events that each commit passed on.
    private(set) var passedOn: [Int] = []

    struct Alert {
        var id: Hash128
        var data: String
    }

    init(_ change: (inout JourneyRoleSettings) -> Void) throws {
        var plan = try StoryRun.shipped.get()
        plan.journey.latenessMs = nil
        plan.journey.outOfOrdernessMs = 0
        change(&plan.journey)
        self.plan = plan
        intake = IntakeEngine(context: plan.intakeContext)
        engine = JourneyEngine(context: plan.journeyContext)
        try open()
    }

    var caches: JourneyCaches { engine.caches }
    var totals: JourneyTotals { engine.totals }
    /// Since the partitions were opened.
    var folds: Int { engine.folds }
    var broadcasts: Int { engine.broadcasts }

    /// All that is not in the state is gone; what was not committed is read again.
    func restart() throws {
        transaction.removeAll()
        for partition in 0..<plan.journey.partitions { engine.close(partition: partition) }
        try open()
        for batch in uncommitted { try engine.process(batch, nowMs: nowMs, into: &transaction) }
    }

    /// A commit of which nothing happens.
    func abort() throws {
        _ = try engine.prepare(nowMs: nowMs, into: &transaction)
        try restart()
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
            let offset = Int64(index)
            batch.append(topic: "touchpoints.events", offset: offset, timestampMs: 4_000_000_000_000, value: line)
        }
        var routed = Transaction()
        nowMs += 1_000
        try intake.process(batch, nowMs: nowMs, into: &routed)
        _ = intake.prepare(nowMs: nowMs, into: &routed)
        intake.committed()
        let inbox = RecordBatch(routed, of: [.inbox])
        try engine.process(inbox, nowMs: nowMs, into: &transaction)
        uncommitted.append(inbox)
    }

    /// An identifier as intake would name it.
    func identifier(_ namespace: String, _ value: String) -> Identifier {
        Identifier(namespace: NamespaceID(namespace), hash: plan.hasher.hash("\(namespace):\(value)"))
    }

    /// A record of the identity role, to every partition.
    func tell(_ record: JourneyRecord) throws {
        var writer = ByteWriter()
        writer.journeyRecord(record)
        try read((0..<plan.journey.partitions).map { (partition: $0, value: writer.bytes) })
    }

    private func read(_ moves: [(partition: Int32, value: [UInt8])]) throws {
        var batch = RecordBatch()
        for move in moves {
            batch.append(topic: Topic.moves.name, partition: move.partition, value: move.value)
        }
        try engine.process(batch, nowMs: nowMs, into: &transaction)
        uncommitted.append(batch)
    }

    /// One commit; what it passes on is read again. False: nothing is left to do.
    func commit() throws -> Bool {
        let isMore = try engine.prepare(nowMs: nowMs, into: &transaction)
        for append in transaction.appends {
            let data = append.value.map { String(decoding: transaction.bytes[$0], as: UTF8.self) } ?? ""
            if append.topic == .alerts { alerts.append(Alert(id: append.attributes?.id ?? .zero, data: data)) }
            if append.topic == .deadletter { deadLetters.append(data) }
        }
        let rows = MemoryEventLog.rows(transaction, of: .journey)
        if !rows.isEmpty { try store.write(rows, sync: false) }
        engine.committed()
        let moves = transaction.appends.filter { $0.topic == .moves }.map { append in
            (partition: append.partition ?? 0, value: append.value.map { Array(transaction.bytes[$0]) } ?? [])
        }
        transaction.removeAll()
        uncommitted.removeAll()
        passedOn.append(moves.count)
        if !moves.isEmpty { try read(moves) }
        return isMore || !rows.isEmpty
    }
}
