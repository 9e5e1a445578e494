// SPDX-License-Identifier: Apache-2.0

/// Drives one role over one session: poll, process, commit; rebalances and aborts between. Owned by one thread.
final class Worker {
    let role: Role
    let engine: any RoleEngine
    private let session: any LogSession
    private let settings: WorkerSettings
    private let clock: () -> Int64
    private let observe: (ServiceFact) -> Void

    private var transaction = Transaction()
    private var pendingRecords = 0
    private var beganMs: Int64?
    private var assigned: Set<TopicPartition> = []
    /// The last poll found nothing left to read, and everything is committed.
    private(set) var isCaughtUp = false

    init(
        role: Role,
        engine: any RoleEngine,
        session: any LogSession,
        settings: WorkerSettings,
        clock: @escaping () -> Int64,
        observe: @escaping (ServiceFact) -> Void
    ) {
        self.role = role
        self.engine = engine
        self.session = session
        self.settings = settings
        self.clock = clock
        self.observe = observe
    }

    /// Records that wait to be read; nil: not known yet.
    var lag: Int64? { session.lag }

    /// One round: a poll and what follows from it.
    /// - Returns: false when everything that is there has been read, processed and committed.
    func step(waitMs: Int) throws -> Bool {
        let now = clock()
        let wait = beganMs.map { max(0, min(Int64(waitMs), $0 + settings.commitIntervalMs - now)) } ?? Int64(waitMs)
        var isBusy = true
        switch try session.poll(maxRecords: settings.batchRecordsMax, waitMs: Int(wait)) {
        case .assigned(let partitions): try open(partitions)
        case .revoked(let partitions): try give(back: partitions)
        case .lost(let partitions): try lose(partitions)
        case .records(let batch): try process(batch)
        case .idle(let isCaughtUp):
            if isCaughtUp { engine.caughtUp(nowMs: clock()) }
            isBusy = false
        }
        isCaughtUp = !isBusy && beganMs == nil
        let later = clock()
        if beganMs == nil, engine.isDue(nowMs: later) { beganMs = later }
        if let began = beganMs,
            !isBusy && settings.commitsWhenIdle || isFull || later - began >= settings.commitIntervalMs
        {
            try commit()
            return true
        }
        return isBusy || beganMs != nil
    }

    private var isFull: Bool {
        pendingRecords >= settings.commitRecordsMax || transaction.bytes.count >= settings.commitBytesMax
    }

    private func process(_ batch: RecordBatch) throws {
        let now = clock()
        if beganMs == nil { beganMs = now }
        pendingRecords += batch.records.count
        for record in batch.records {
            transaction.next[TopicPartition(batch.topics[record.topic], record.partition)] = record.offset + 1
        }
        try engine.process(batch, nowMs: now, into: &transaction)
        observe(.processed(role: role, records: batch.records.count, bytes: batch.bytes.count))
    }

    /// Commits what is done, in as many transactions as the engine wants.
    func commit() throws {
        while true {
            let started = clock()
            let isMore = try engine.prepare(nowMs: started, into: &transaction)
            if !transaction.isEmpty {
                switch try session.commit(transaction) {
                case .committed:
                    engine.committed()
                    observe(
                        .committed(
                            role: role,
                            records: pendingRecords,
                            appends: transaction.appends.count,
                            ms: clock() - started
                        )
                    )
                case .aborted(let reason):
                    observe(.aborted(role: role, reason: reason))
                    return try startOver()
                case .lost:
                    observe(.aborted(role: role, reason: "the assignment was lost"))
                    return try startOver(reopen: false)
                }
            } else {
                engine.committed()
            }
            forget()
            if !isMore { return }
        }
    }

    /// For work that does not come from records: the last tick of a bounded run.
    func amend(_ change: (inout Transaction) throws -> Void) rethrows { try change(&transaction) }

    private func forget() {
        transaction.removeAll()
        pendingRecords = 0
        beganMs = nil
    }

    /// Nothing of the transaction happened: the engine begins anew from the last commit.
    private func startOver(reopen: Bool = true) throws {
        forget()
        let numbers = Set(assigned.map(\.partition))
        for number in numbers { engine.close(partition: number) }
        engine.reset()
        guard reopen, role.isTransactional else { return }
        for number in numbers.sorted() { try engine.open(partition: number, state: session.state(partition: number)) }
    }

    // MARK: assignment

    private func open(_ partitions: [TopicPartition]) throws {
        if !transaction.isEmpty { try commit() }
        if role.isTransactional {
            let numbers = Set(partitions.map(\.partition)).subtracting(assigned.map(\.partition))
            for number in numbers.sorted() {
                let started = clock()
                var records = 0
                try session.restore(partition: number) { records = $0.records }
                try engine.open(partition: number, state: session.state(partition: number))
                observe(.restored(role: role, partition: number, records: records, ms: clock() - started))
            }
        }
        assigned.formUnion(partitions)
        (engine as? IntakeEngine)?.assigned(partitions, nowMs: clock())
        try session.resume(partitions)
        observe(.assigned(role: role, partitions: partitions.count))
    }

    private func give(back partitions: [TopicPartition]) throws {
        try commit()
        try drop(partitions)
    }

    private func lose(_ partitions: [TopicPartition]) throws {
        forget()
        engine.reset()
        try drop(partitions)
    }

    private func drop(_ partitions: [TopicPartition]) throws {
        assigned.subtract(partitions)
        let left = Set(assigned.map(\.partition))
        for number in Set(partitions.map(\.partition)).subtracting(left) { engine.close(partition: number) }
        (engine as? IntakeEngine)?.released(partitions)
        try session.release(partitions)
        observe(.released(role: role, partitions: partitions.count))
    }

    /// Commits what is done and leaves.
    func close() throws {
        try commit()
        try session.close()
    }
}

/// Limits of a worker.
public struct WorkerSettings: Sendable {
    /// Records of one poll.
    public var batchRecordsMax = 5_000
    /// Records of one commit.
    public var commitRecordsMax = 20_000
    /// Bytes of one commit's appends and state changes.
    public var commitBytesMax = 32 << 20
    /// The longest that a record waits for its commit. Milliseconds.
    public var commitIntervalMs: Int64 = 100
    /// Commit as soon as nothing is left to read: for bounded runs.
    public var commitsWhenIdle = false

    public init() {}
}
