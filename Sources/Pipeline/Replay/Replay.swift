// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Gzip
internal import StateStore
internal import Touchpoints

/// A bounded run over recorded events: the three roles, one after the other, over a log in memory and a temporary store.
///
/// Records go in by chunks; after each the roles work until nothing is left. So memory is bounded by the chunk, and the result, which
/// no arrival order decides, is the daemon's. When the sources end, one last tick sets the watermark and every customer is folded.
final class Replay {
    private let plan: RolePlan
    private let log: MemoryEventLog
    private let sink: any OutputSink
    private let intake: IntakeEngine
    private let journey: JourneyEngine
    private var workers: [Worker] = []
    private let progress: (ReplayProgress) -> Void
    private let interruption: Interruption
    private(set) var recordsFed = 0

    /// Records fed before the roles work.
    static let chunkRecords = 20_000
    static let chunkBytes = 32 << 20

    init(
        plan: RolePlan,
        store: any StateStore,
        sink: any OutputSink,
        isInterrupted: @escaping @Sendable () -> Bool = { false },
        progress: @escaping (ReplayProgress) -> Void
    ) throws {
        self.plan = plan
        self.sink = sink
        self.progress = progress
        let interruption = Interruption(isInterrupted)
        self.interruption = interruption
        log = MemoryEventLog(store: store, partitions: plan.journey.partitions) { topic, attributes, key, data in
            try interruption.check()
            guard let attributes else { return }
            try sink.take(OutputRecord(topic: topic, attributes: attributes, data: data))
        }
        intake = IntakeEngine(context: plan.intakeContext)
        journey = JourneyEngine(context: plan.journeyContext)
        let identity = IdentityRole(plan, owners: plan.intakeContext.owners)
        var settings = plan.worker
        settings.commitsWhenIdle = true
        settings.commitIntervalMs = .max / 4
        let engines: [(Role, any RoleEngine)] = [(.intake, intake), (.identity, identity), (.journey, journey)]
        for (role, engine) in engines {
            workers.append(
                Worker(
                    role: role,
                    engine: engine,
                    session: log.session(role, worker: 0),
                    settings: settings,
                    clock: { 0 },
                    observe: { _ in }
                )
            )
        }
        try pump()
    }

    /// When the end is being worked out, which may take long, the run can be told to stop within it.
    private final class Interruption {
        var isArmed = false
        private let isInterrupted: @Sendable () -> Bool

        init(_ isInterrupted: @escaping @Sendable () -> Bool) { self.isInterrupted = isInterrupted }

        func check() throws {
            if isArmed, isInterrupted() { throw ReplayInterrupted(records: 0, place: nil) }
        }
    }

    /// What intake counted and told, for a run that goes on.
    var intakeMemory: (counts: IntakeCounts, newestMs: Int64?, refused: Set<Hash128>) {
        (intake.counts, intake.newestMs, intake.refusedSeen)
    }

    /// Takes up where another run stood, whose state the store has.
    func goOn(from position: ReplayPosition) {
        recordsFed = position.recordsFed
        intake.goOn(with: position.counts, newestMs: position.newestMs, refused: position.refusedHashes)
    }

    /// What is forgotten, before any event: nothing of it comes back.
    func forget(_ records: [ForgottenRecord]) throws {
        guard !records.isEmpty else { return }
        workers[0].amend { transaction in
            for record in records {
                var writer = ByteWriter(capacity: 64)
                writer.byte(LinkWriter.format)
                writer.identityInput(record.input)
                transaction.append(.links, key: Array(record.realm.utf8), value: writer.bytes)
            }
        }
        try workers[0].commit()
        try pump()
    }

    /// Feeds records and works until nothing is left.
    func feed(_ batch: RecordBatch) throws {
        recordsFed += batch.records.count
        try log.feed(batch)
        try pump()
    }

    /// The last tick, the last folds, and what has been counted.
    func finish() throws -> ReplaySummary {
        interruption.isArmed = true
        let end = plan.untilMs ?? intake.newestMs
        if let end {
            workers[0].amend { intake.finish(atMs: end, into: &$0) }
            try workers[0].commit()
            try pump()
        }
        let totals = journey.totals
        for worker in workers { try worker.close() }
        try sink.finish()
        try log.close()
        return summary(totals, end)
    }

    private func pump() throws {
        var isBusy = true
        while isBusy {
            isBusy = false
            for worker in workers {
                while try worker.step(waitMs: 0) { isBusy = true }
            }
        }
        progress(ReplayProgress(records: recordsFed, accepted: intake.counts.accepted))
    }

    private func summary(_ totals: JourneyTotals, _ end: Int64?) -> ReplaySummary {
        var summary = ReplaySummary()
        let counts = intake.counts
        summary.read = counts.read
        summary.accepted = totals.events
        summary.control = counts.control
        summary.duplicates = totals.copies - totals.events - totals.conflicts
        summary.forgotten = totals.forgotten
        summary.deadlettersByReason = counts.deadletters
        summary.deadlettersByReason["conflicting_duplicate"] = totals.conflicts == 0 ? nil : totals.conflicts
        summary.deadlettersByReason["too_late"] = totals.tooLate == 0 ? nil : totals.tooLate
        summary.deadletters = summary.deadlettersByReason.values.reduce(0, +)
        summary.skipped = counts.skipped
        summary.tombstones = counts.tombstones
        summary.customers = totals.customers
        summary.transitions = totals.transitions
        summary.alerts = totals.alerts
        summary.ignoredNamespaces = counts.ignored.counts
        summary.unknownMembers = counts.unknown.counts
        summary.digest = totals.digest.hash.hex
        summary.watermarkMs = end
        return summary
    }
}

/// How far a replay is.
public struct ReplayProgress: Sendable {
    public var records: Int
    public var accepted: Int
}
