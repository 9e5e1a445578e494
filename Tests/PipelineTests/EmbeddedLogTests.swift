// SPDX-License-Identifier: Apache-2.0
import Digests
import Dispatch
import Foundation
import StateStore
import Synchronization
import Testing

@testable import Pipeline

/// What only the embedded log does.
@Suite struct EmbeddedLogTests {
    @Test func `positions, records and state are there after reopening`() throws {
        let fixture = try EmbeddedLogFixture()
        try fixture.feed(["a", "b", "c"])
        let intake = try LogReader(fixture.log, .intake)
        guard case .records(let batch) = try intake.session.poll(maxRecords: 2, waitMs: 0) else {
            Issue.record("no records")
            return
        }
        try intake.commit { transaction in
            transaction.next = batch.next
            transaction.append(.inbox, partition: 1, key: "k", text: "passed on")
            transaction.set(0, "row", "value")
            transaction.output(.deadletter, key: "k", text: "{}")
        }
        try fixture.reopen()
        let again = try LogReader(fixture.log, .intake)
        #expect(try again.texts() == ["c"])
        #expect(try again.rows(0) == ["row=value"])
        #expect(try LogReader(fixture.log, .journey).texts() == ["passed on"])
        #expect(try fixture.outputs(.deadletter) == ["{}"])
        try fixture.feed(["d"])
        #expect(try again.batches().flatMap(\.records).map(\.offset) == [3])
    }

    @Test func `nothing acknowledged is lost when the process is killed`() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tabiji-log-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let store = try RocksDBStore(RocksDBSettings(path: folder))
            let log = try EmbeddedEventLog(EmbeddedLogSettings(), store: store, nowMs: { 0 })
            for index in 0..<50 { try log.append("touchpoints.events", .inputs(["\(index)"])) }
            let intake = try LogReader(log, .intake)
            guard case .records(let batch) = try intake.session.poll(maxRecords: 20, waitMs: 0) else { return }
            try intake.commit { transaction in
                transaction.next = batch.next
                for text in batch.texts { transaction.append(.inbox, partition: 0, key: "k", text: text) }
                transaction.set(0, "row", "value")
            }
            _ = try intake.batches()
            kill(getpid(), SIGKILL)
        }
        let store = try RocksDBStore(RocksDBSettings(path: folder, createIfMissing: false))
        let log = try EmbeddedEventLog(EmbeddedLogSettings(), store: store, nowMs: { 0 })
        let intake = try LogReader(log, .intake)
        #expect(try intake.texts() == (20..<50).map { "\($0)" })
        #expect(try intake.rows(0) == ["row=value"])
        #expect(try LogReader(log, .journey).texts() == (0..<20).map { "\($0)" })
        try log.close()
    }

    @Test func `the key, headers and time of an input record are kept`() throws {
        let fixture = try EmbeddedLogFixture()
        var records = RecordBatch()
        let headers = [RecordBatch.Header("ce_id", "1"), RecordBatch.Header("旅", "")]
        let value: [UInt8] = [2]
        records.append(topic: "", partition: 9, offset: 9, timestampMs: 5, key: [1], value: value, headers: headers)
        records.append(topic: "", partition: 9, offset: 9, value: nil as [UInt8]?)
        #expect(try fixture.embedded.append("touchpoints.control", records) == 0)
        let batch = try #require(LogReader(fixture.log, .intake).batches().first)
        #expect(batch.topics == ["touchpoints.control"])
        #expect(batch.records.map(\.timestampMs) == [5, fixture.clock.nowMs])
        #expect(batch.records.map { $0.key.map { Array(batch.bytes[$0]) } } == [[1], nil])
        #expect(batch.records.map { $0.value.map { Array(batch.bytes[$0]) } } == [[2], nil])
        #expect(Array(batch.headerList[batch.records[0].headers]) == headers)
        #expect(batch.records[1].headers.isEmpty)
    }

    @Test func `outputs keep their attributes, and compacted topics the newest of a key`() throws {
        let fixture = try EmbeddedLogFixture()
        let journey = try LogReader(fixture.log, .journey)
        try journey.commit { transaction in
            transaction.output(.transitions, key: "c", text: "{}", timeMs: -7)
            for text in ["1", "2"] { transaction.output(.profiles, key: "a", text: text) }
            transaction.output(.profiles, key: "b", text: "1")
        }
        try journey.commit { transaction in
            transaction.output(.profiles, key: "b", text: nil)
            transaction.output(.profiles, key: "c", text: "3")
        }
        let attributes = EventAttributes(
            id: Hash128(high: 1, low: 1),
            type: "tabiji.transition",
            timeMs: -7,
            subject: Hash128(high: 2, low: 3),
            realm: "default"
        )
        let expected = EmbeddedOutput(offset: 0, key: Array("c".utf8), attributes: attributes, data: Array("{}".utf8))
        #expect(try fixture.embedded.outputs(.transitions, max: 10) == [expected])
        #expect(try fixture.outputs(.profiles) == ["2", "3"])
        #expect(try fixture.embedded.outputs(.profiles, max: 1).map(\.key) == [Array("a".utf8)])
    }

    @Test func `outputs can be read from an offset on`() throws {
        let fixture = try EmbeddedLogFixture()
        try LogReader(fixture.log, .journey).commit { transaction in
            for index in 0..<10 { transaction.output(.alerts, key: "c", text: "\(index)") }
        }
        let read = try fixture.embedded.outputs(.alerts, from: 4, max: 3)
        #expect(read.map(\.offset) == [4, 5, 6])
        #expect(try fixture.embedded.outputs(.alerts, from: 10, max: 3).isEmpty)
        #expect(try fixture.embedded.outputs(.alerts, max: 0).isEmpty)
    }

    @Test func `what its only reader has committed is purged, and offsets go on after it`() throws {
        var settings = EmbeddedLogSettings()
        settings.purgeRecords = 10
        let fixture = try EmbeddedLogFixture(settings)
        let intake = try LogReader(fixture.log, .intake)
        for round in 0..<10 {
            try fixture.feed((0..<5).map { "\(round * 5 + $0)" })
            let batches = try intake.batches()
            try intake.commit { transaction in for batch in batches { transaction.next.merge(batch.next) { $1 } } }
        }
        #expect(try recordRows(fixture) < 15)
        fixture.clock.advance(ms: settings.sweepEveryMs)
        try intake.commit { $0.set(0, "a", "b") }
        #expect(try recordRows(fixture) == 0)
        try fixture.reopen()
        try fixture.feed(["later"])
        let batch = try #require(LogReader(fixture.log, .intake).batches().first)
        #expect(batch.texts == ["later"])
        #expect(batch.records[0].offset == 50)
    }

    @Test func `outputs go by number and by age`() throws {
        var settings = EmbeddedLogSettings()
        settings.retention = [.deadletter: .init(recordsMax: nil, ageMsMax: 1_000_000)]
        settings.retentionOtherwise = .init(recordsMax: 3, ageMsMax: nil)
        let fixture = try EmbeddedLogFixture(settings)
        let journey = try LogReader(fixture.log, .journey)
        for index in 0..<6 {
            try journey.commit { transaction in
                transaction.output(.deadletter, key: "c", text: "\(index)")
                transaction.output(.alerts, key: "c", text: "\(index)")
            }
            fixture.clock.advance(ms: 300_000)
        }
        try journey.commit { $0.set(0, "a", "b") }
        #expect(try fixture.outputs(.deadletter) == ["3", "4", "5"])
        #expect(try fixture.outputs(.alerts) == ["3", "4", "5"])
        try fixture.reopen()
        #expect(try fixture.embedded.outputs(.alerts, max: 9).map(\.offset) == [3, 4, 5])
    }

    @Test func `one session of a role at a time`() throws {
        let fixture = try EmbeddedLogFixture()
        let first = try fixture.log.session(.journey, worker: 0)
        let error = #expect(throws: EmbeddedLogError.self) { try fixture.log.session(.journey, worker: 1) }
        #expect(error?.code == .roleTaken)
        _ = try fixture.log.session(.intake, worker: 0)
        try first.close()
        _ = try fixture.log.session(.journey, worker: 0)
    }

    @Test func `another number of partitions is refused`() throws {
        let fixture = try EmbeddedLogFixture()
        fixture.settings.partitions = 8
        let error = #expect(throws: EmbeddedLogError.self) { try fixture.reopen() }
        #expect(error?.code == .partitionsChanged)
        #expect(error?.message.contains("4 partitions") == true)
    }

    @Test func `rows of a newer format are refused, not skipped`() throws {
        let fixture = try EmbeddedLogFixture()
        var batch = WriteBatch()
        batch.put(EmbeddedRows.meta, [2, 0, 4])
        try fixture.store.write(batch, sync: true)
        #expect(#expect(throws: EmbeddedLogError.self) { try fixture.reopen() }?.code == .newerFormat)
        batch.removeAll()
        batch.put(EmbeddedRows.meta, [1])
        try fixture.store.write(batch, sync: true)
        #expect(#expect(throws: EmbeddedLogError.self) { try fixture.reopen() }?.code == .corrupt)
    }

    @Test func `inputs that are not configured any more are read to their end`() throws {
        let fixture = try EmbeddedLogFixture()
        try fixture.feed(["a"])
        fixture.settings.inputTopics = ["touchpoints.other"]
        try fixture.reopen()
        try fixture.embedded.append("touchpoints.other", .inputs(["b"]))
        #expect(try LogReader(fixture.log, .intake).texts().sorted() == ["a", "b"])
        let error = #expect(throws: EmbeddedLogError.self) { try fixture.embedded.append("unknown", .inputs(["c"])) }
        #expect(error?.code == .unknownTopic)
    }

    @Test func `too long a queue of inputs is refused whole, until it is shorter`() throws {
        var settings = EmbeddedLogSettings()
        settings.inputBacklogMax = 5
        let fixture = try EmbeddedLogFixture(settings)
        try fixture.feed(["1", "2", "3"])
        let error = #expect(throws: EmbeddedLogError.self) { try fixture.feed(["4", "5", "6"]) }
        #expect(error?.code == .backlogFull)
        #expect(error?.isRetriable == true)
        #expect(fixture.embedded.backlog(.intake)["touchpoints.events"] == 3)
        let intake = try LogReader(fixture.log, .intake)
        let batches = try intake.batches()
        #expect(batches.flatMap(\.texts) == ["1", "2", "3"])
        try intake.commit { $0.next = batches[0].next }
        try fixture.feed(["4", "5", "6"])
        #expect(try intake.texts() == ["4", "5", "6"])
    }

    @Test func `intake waits while those behind it have too much to do`() throws {
        var settings = EmbeddedLogSettings()
        settings.internalBacklogMax = 3
        let fixture = try EmbeddedLogFixture(settings)
        try fixture.feed(["event"])
        let intake = try LogReader(fixture.log, .intake)
        try intake.commit { transaction in
            for index in 0..<3 { transaction.append(.inbox, partition: 0, key: nil, text: "\(index)") }
        }
        guard case .idle(let isCaughtUp) = try intake.session.poll(maxRecords: 10, waitMs: 0) else {
            Issue.record("intake was not held back")
            return
        }
        #expect(!isCaughtUp)
        let journey = try LogReader(fixture.log, .journey)
        let batches = try journey.batches()
        try journey.commit { $0.next = batches[0].next }
        #expect(try intake.texts() == ["event"])
    }

    @Test func `places that were never handed out cannot be committed`() throws {
        let fixture = try EmbeddedLogFixture()
        let intake = try LogReader(fixture.log, .intake)
        for wrong in [
            TopicPartition("touchpoints.events", 0), .init("touchpoints.events", 1), .init("tabiji.inbox", 0),
            .init("no", 0),
        ] {
            let error = #expect(throws: EmbeddedLogError.self) {
                try intake.commit { transaction in
                    transaction.next[wrong] = 1
                    transaction.set(0, "row", "value")
                }
            }
            #expect(error?.code == .invalid)
        }
        #expect(try intake.rows(0).isEmpty)
    }

    @Test func `a closed log says so`() throws {
        let fixture = try EmbeddedLogFixture()
        let intake = try LogReader(fixture.log, .intake)
        try fixture.log.close()
        try fixture.log.close()
        let calls: [() throws -> Void] = [
            { try fixture.feed(["a"]) }, { _ = try intake.session.poll(maxRecords: 1, waitMs: 60_000) },
            { try intake.commit { $0.set(0, "a", "b") } },
        ]
        for call in calls {
            #expect(#expect(throws: EmbeddedLogError.self) { try call() }?.code == .closed)
        }
    }

    @Test func `a poll that waits is woken by an append`() throws {
        let fixture = try EmbeddedLogFixture()
        let log = fixture.embedded
        let found = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            if index == 0 {
                // A minute: only a wake-up ends this in time.
                let intake = try? LogReader(log, .intake)
                if case .records(let batch)? = try? intake?.session.poll(maxRecords: 10, waitMs: 60_000) {
                    found.withLock { $0 = batch.texts }
                }
            } else {
                _ = try? log.append("touchpoints.events", .inputs(["woken"]))
            }
        }
        #expect(found.withLock { $0 } == ["woken"])
    }

    private func recordRows(_ fixture: EmbeddedLogFixture) throws -> Int {
        var count = 0
        try fixture.store.scan(prefix: [EmbeddedRows.records]) { _, _ in
            count += 1
            return true
        }
        return count
    }
}
