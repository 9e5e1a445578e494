// SPDX-License-Identifier: Apache-2.0
import Pipeline
import Testing

/// A transport, as its tests need it.
struct EventLogUnderTest {
    /// Opens the log as a process does. The same instance opened again is that process restarted: with its local
    /// state, or after the loss of its disk.
    var open: (_ instance: String, _ keepsLocalState: Bool) throws -> any EventLog
    /// Ends a session as kill -9 would.
    var crash: (any LogSession) -> Void
    /// Keys and values of the records that a reader of committed records sees.
    var visible: (Topic) throws -> [(key: String, value: String)]
    /// Makes the next commit of this transaction fail.
    var spoil: (inout Transaction) -> Void
    /// Two workers of a role may run at once.
    var sharesPartitions: Bool
}

/// What every transport promises. Each transport has a suite that calls these.
enum EventLogConformance {
    static func commitIsAllOrNothing(_ log: EventLogUnderTest) throws {
        var process = try log.open("one", true)
        try feed(process, ["a", "b", "c", "d", "e"])
        var worker = try TallyWorker(process)
        try worker.run { $0.read.count == 5 }
        log.spoil(&worker.transaction)
        do {
            guard case .aborted = try worker.session.commit(worker.transaction) else {
                Issue.record("a transaction that cannot be committed as a whole must not be committed")
                return
            }
            try worker.startOver()
        } catch {  // where a failure is final, the process ends with it
            try worker.session.close()
            try process.close()
            process = try log.open("one", true)
            worker = try TallyWorker(process)
        }
        #expect(try log.visible(.transitions).isEmpty)
        try worker.run { $0.read.count == 5 }
        #expect(try worker.commit() == .committed)
        #expect(try log.visible(.transitions).map(\.value).sorted() == ["a", "b", "c", "d", "e"])
        #expect(try worker.storedTotal() == 5)
        try worker.session.close()
        try process.close()
    }

    static func restartGoesOnFromTheLastCommit(_ log: EventLogUnderTest, keepsLocalState: Bool) throws {
        var process = try log.open("one", true)
        try feed(process, ["a", "b", "c", "d"])
        var worker = try TallyWorker(process)
        for expected in [4, 6] {
            if expected == 6 { try feed(process, ["e", "f"]) }
            try worker.run { $0.total == expected }
            #expect(try worker.commit() == .committed)
        }
        // A row that was deleted must not come back.
        worker.transaction.change(partition: 0, key: Array("row a".utf8), value: nil)
        #expect(try worker.commit() == .committed)
        let rows = try worker.rows()
        #expect(rows.count == 5)
        try worker.session.close()
        try process.close()

        process = try log.open("one", keepsLocalState)
        worker = try TallyWorker(process)
        try worker.run { $0.isCaughtUp }
        #expect(worker.read.isEmpty)
        #expect(try worker.rows() == rows)
        try feed(process, ["g"])
        try worker.run { $0.total == 7 }
        #expect(worker.read == ["g"])
        #expect(try worker.commit() == .committed)
        #expect(try log.visible(.transitions).count == 7)
        try worker.session.close()
        try process.close()
    }

    static func uncommittedRecordsComeAgainAfterACrash(_ log: EventLogUnderTest) throws {
        var process = try log.open("one", true)
        try feed(process, ["a", "b"])
        var worker = try TallyWorker(process)
        try worker.run { $0.read.count == 2 }
        #expect(try worker.commit() == .committed)
        try feed(process, ["c", "d", "e"])
        try worker.run { $0.read.count == 5 }
        log.crash(worker.session)
        try process.close()

        process = try log.open("one", true)
        worker = try TallyWorker(process)
        try worker.run { $0.read.count == 3 }
        #expect(worker.read.sorted() == ["c", "d", "e"])
        #expect(try worker.commit() == .committed)
        #expect(try log.visible(.transitions).map(\.value).sorted() == ["a", "b", "c", "d", "e"])
        try worker.session.close()
        try process.close()
    }

    static func workersShareAndHandOver(_ log: EventLogUnderTest) throws {
        try #require(log.sharesPartitions)
        let (first, second) = (try log.open("one", true), try log.open("two", true))
        try feed(first, (0..<40).map { "v\($0)" })
        let one = try TallyWorker(first)
        try one.run { $0.read.count == 40 }
        // Nothing is committed yet: giving partitions back commits it.
        let two = try TallyWorker(second)
        let end = ContinuousClock.now + .seconds(60)
        while one.partitions.isEmpty || two.partitions.isEmpty || one.partitions.count == one.all,
            ContinuousClock.now < end
        {
            try one.step()
            try two.step()
        }
        #expect(one.partitions.isDisjoint(with: two.partitions))
        #expect(one.partitions.count + two.partitions.count == one.all)
        #expect(two.read.isEmpty)
        #expect(try log.visible(.transitions).count == 40)
        #expect(try one.storedTotal() + two.storedTotal() == 40)
        try feed(first, (40..<80).map { "v\($0)" })
        while one.total + two.total < 80, ContinuousClock.now < end {
            try one.step()
            try two.step()
        }
        #expect(try one.commit() == .committed)
        #expect(try two.commit() == .committed)
        let values = try log.visible(.transitions).map(\.value)
        #expect(values.count == 80)
        #expect(Set(values).count == 80)
        for worker in [one, two] { try worker.session.close() }
        for process in [first, second] { try process.close() }
    }

    static func lagIsWhatWaits(_ log: EventLogUnderTest) throws {
        let process = try log.open("one", true)
        let worker = try TallyWorker(process)
        try worker.run { $0.isCaughtUp }
        #expect(worker.session.lag == 0)
        try feed(process, (0..<10).map { "v\($0)" })
        while worker.read.count < 10 {
            try worker.step(maxRecords: 1)
            // At most: a transport may not have heard of all that waits.
            #expect(worker.session.lag ?? .max <= 10 - worker.read.count)
        }
        try worker.run { $0.isCaughtUp }
        #expect(worker.session.lag == 0)
        #expect(try worker.commit() == .committed)
        try worker.session.close()
        try process.close()
    }

    static func outputsAreReadableByKey(_ log: EventLogUnderTest) throws {
        let process = try log.open("one", true)
        let intake = try process.session(.intake, worker: 0)
        var transaction = Transaction()
        transaction.append(.profiles, key: Array("k".utf8), value: nil)
        transaction.append(.profiles, key: Array("k".utf8), value: Array("v".utf8))
        #expect(try intake.commit(transaction) == .committed)
        #expect(try log.visible(.profiles).map(\.key) == ["k", "k"])
        #expect(try log.visible(.profiles).map(\.value) == ["", "v"])
        try intake.close()
        try process.close()
    }

    /// Appends to the inbox, spread over the partitions by value.
    private static func feed(_ log: any EventLog, _ values: [String]) throws {
        let intake = try log.session(.intake, worker: 9)
        let count = try log.partitions(of: .inbox)
        var transaction = Transaction()
        for (index, value) in values.enumerated() {
            transaction.append(.inbox, partition: Int32(index) % count, key: [7], value: Array(value.utf8))
        }
        #expect(try intake.commit(transaction) == .committed)
        try intake.close()
    }
}

/// A journey worker that only counts: each record becomes an output, a row, and one more in its partition's total.
final class TallyWorker {
    let session: any LogSession
    /// How many state partitions there are.
    let all: Int
    var transaction = Transaction()
    /// Values read and not forgotten since the start or the last `startOver`.
    private(set) var read: [String] = []
    private(set) var partitions: Set<Int32> = []
    private(set) var isCaughtUp = false
    private var totals: [Int32: Int] = [:]

    init(_ log: any EventLog, worker: Int = 0) throws {
        session = try log.session(.journey, worker: worker)
        all = Int(try log.partitions(of: .inbox))
    }

    /// By what is in memory.
    var total: Int { totals.values.reduce(0, +) }

    func run(until done: (TallyWorker) throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(60)
        while !(try done(self)) {
            guard ContinuousClock.now < end else {
                Issue.record("no end after 60 s: read \(read), total \(total), partitions \(partitions.sorted())")
                return
            }
            try step()
        }
    }

    func step(maxRecords: Int = 100) throws {
        isCaughtUp = false
        switch try session.poll(maxRecords: maxRecords, waitMs: 50) {
        case .assigned(let given):
            partitions = Set(given.map(\.partition))
            for partition in partitions.sorted() { try open(partition) }
            try session.resume(given)
        case .revoked(let taken):
            #expect(try commit() == .committed)
            try drop(taken)
        case .lost(let taken):
            transaction.removeAll()
            try drop(taken)
        case .records(let batch): try process(batch)
        case .idle(let caughtUp): isCaughtUp = caughtUp
        }
    }

    func commit() throws -> CommitOutcome {
        let outcome = try session.commit(transaction)
        transaction.removeAll()
        return outcome
    }

    /// After an abort.
    func startOver() throws {
        transaction.removeAll()
        read.removeAll()
        for partition in partitions { totals[partition] = try stored(partition) }
    }

    /// By the state of the last commit.
    func storedTotal() throws -> Int { try partitions.reduce(0) { try $0 + stored($1) } }

    /// Rows of all partitions, without the totals.
    func rows() throws -> [String: String] {
        var rows: [String: String] = [:]
        for partition in partitions {
            try session.state(partition: partition).scan(prefix: Array("row ".utf8)) { key, value in
                rows[String(decoding: key, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
                return true
            }
        }
        return rows
    }

    private static let totalKey = Array("total".utf8)

    private func open(_ partition: Int32) throws {
        try session.restore(partition: partition) { _ in }
        totals[partition] = try stored(partition)
    }

    private func stored(_ partition: Int32) throws -> Int {
        let row = try session.state(partition: partition).get(Self.totalKey)
        return row.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    private func process(_ batch: RecordBatch) throws {
        for record in batch.records {
            let value = record.value.map { Array(batch.bytes[$0]) } ?? []
            read.append(String(decoding: value, as: UTF8.self))
            totals[record.partition, default: 0] += 1
            let total = Array(String(totals[record.partition, default: 0]).utf8)
            transaction.append(.transitions, key: value, value: value)
            transaction.change(partition: record.partition, key: Array("row ".utf8) + value, value: value)
            transaction.change(partition: record.partition, key: Self.totalKey, value: total)
            let place = TopicPartition(batch.topics[record.topic], record.partition)
            #expect(record.offset >= transaction.next[place] ?? 0)
            transaction.next[place] = record.offset + 1
        }
    }

    private func drop(_ taken: [TopicPartition]) throws {
        for partition in taken {
            partitions.remove(partition.partition)
            totals.removeValue(forKey: partition.partition)
        }
        try session.release(taken)
    }
}
