// SPDX-License-Identifier: Apache-2.0
import KafkaBridge
import KafkaMock
import StateStore
import Testing

@testable import Pipeline

/// What brokers refuse, on brokers within the process.
@Suite struct KafkaRefusalTests {
    private let cluster: MockCluster
    private let log: KafkaEventLog

    init() throws {
        cluster = try #require(MockCluster())
        var settings = KafkaLogSettings(bootstrap: cluster.bootstrap, instance: "one", inputs: ["in"])
        settings.partitions = 1
        settings.outputPartitions = 1
        settings.commitTimeoutMs = 500
        for topic in Topic.allCases { cluster.createTopic(settings.name(of: topic), partitions: 1) }
        cluster.createTopic(settings.changelog(of: .journey), partitions: 1)
        log = KafkaEventLog(settings, store: MemoryStore())
    }

    /// A worker that has read three records and has not committed them.
    private func worker() throws -> TallyWorker {
        let intake = try log.session(.intake, worker: 0)
        var feed = Transaction()
        for value in ["a", "b", "c"] { feed.append(.inbox, partition: 0, key: [7], value: Array(value.utf8)) }
        #expect(try intake.commit(feed) == .committed)
        try intake.close()
        let worker = try TallyWorker(log)
        try worker.run { $0.read.count == 3 }
        return worker
    }

    private func refuse(_ times: Int) {
        let code = KafkaError.Code.illegalGeneration.rawValue
        cluster.fail(.commitOffsets, with: Array(repeating: code, count: times))
    }

    @Test func `a transaction that is refused for now is sent again as it is`() throws {
        let worker = try worker()
        refuse(2)
        #expect(try worker.commit() == .committed)
        #expect(try worker.storedTotal() == 3)
        // Nothing comes again.
        try worker.run { $0.isCaughtUp }
        #expect(worker.read.count == 3)
        try worker.session.close()
    }

    /// The group's offsets cannot tell what became of it: only the changelog can.
    @Test func `after a commit without records and without an answer, the partitions are taken again`() throws {
        let worker = try worker()
        #expect(try worker.commit() == .committed)
        worker.transaction.change(partition: 0, key: Array("row late".utf8), value: [1])
        cluster.delay(.endTransaction, ms: 1_200)
        #expect(try worker.commit() == .lost)
        try worker.run { $0.partitions.isEmpty }
        try worker.run { $0.isCaughtUp }
        #expect(worker.partitions == [0])
        #expect(try worker.rows().keys.contains("row late"))
        try worker.session.close()
    }

    @Test func `one that stays refused is given up, and its records come again`() throws {
        let worker = try worker()
        refuse(3)
        guard case .aborted = try worker.commit() else {
            Issue.record("a transaction that was refused each time must end as aborted")
            return
        }
        #expect(try worker.storedTotal() == 0)
        try worker.startOver()
        try worker.run { $0.read.count == 3 }
        #expect(try worker.commit() == .committed)
        #expect(try worker.storedTotal() == 3)
        try worker.session.close()
    }
}
