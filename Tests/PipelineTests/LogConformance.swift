// SPDX-License-Identifier: Apache-2.0
import StateStore
import TestSupport
import Testing

@testable import Pipeline

/// What every log does alike.
@Suite struct LogConformance {
    @Test(arguments: LogKind.allCases)
    func `input records come in order, no more at a time than asked for`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        let values = (0..<100).map { "event \($0)" }
        try fixture.feed(values)
        let batches = try LogReader(fixture.log, .intake).batches(of: 30)
        #expect(batches.map(\.records.count) == [30, 30, 30, 10])
        #expect(batches.flatMap(\.texts) == values)
        let offsets = batches.flatMap(\.records).map(\.offset)
        #expect(offsets == Array(0..<100))
    }

    @Test(arguments: LogKind.allCases)
    func `a role gets all partitions at first, then what is there, then nothing`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        let session = try fixture.log.session(.journey, worker: 0)
        guard case .assigned(let partitions) = try session.poll(maxRecords: 10, waitMs: 0) else {
            Issue.record("no assignment")
            return
        }
        let expected = (0..<4).flatMap { [TopicPartition("tabiji.inbox", $0), TopicPartition("tabiji.moves", $0)] }
        #expect(Set(partitions) == Set(expected))
        try session.resume(partitions)
        guard case .idle(let isCaughtUp) = try session.poll(maxRecords: 10, waitMs: 0) else {
            Issue.record("records out of nothing")
            return
        }
        #expect(isCaughtUp)
    }

    @Test(arguments: LogKind.allCases)
    func `appends go to the partition that is named, or to the key's, in order`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        let intake = try LogReader(fixture.log, .intake)
        try intake.commit { transaction in
            for index in 0..<50 { transaction.append(.inbox, key: "customer \(index % 7)", text: "\(index)") }
            for index in 0..<5 { transaction.append(.inbox, partition: 3, key: nil, text: "tick \(index)") }
        }
        var seen: [Int32: [String]] = [:]
        var offsets: [Int32: [Int64]] = [:]
        for batch in try LogReader(fixture.log, .journey).batches(of: 8) {
            #expect(batch.records.count <= 8)
            for (record, text) in zip(batch.records, batch.texts) {
                seen[record.partition, default: []].append(text)
                offsets[record.partition, default: []].append(record.offset)
                guard let key = record.key else { continue }
                #expect(record.partition == Murmur2.partition(of: Array(batch.bytes[key]), count: 4))
            }
        }
        #expect(seen.values.reduce(0) { $0 + $1.count } == 55)
        for (partition, texts) in seen {
            let numbers = texts.compactMap { Int($0) }
            #expect(numbers == numbers.sorted())
            #expect(offsets[partition] == (0..<Int64(texts.count)).map { $0 })
        }
        #expect(seen[3]?.suffix(5) == (0..<5).map { "tick \($0)" }[...])
    }

    @Test(arguments: LogKind.allCases)
    func `null keys and null values stay null`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        try LogReader(fixture.log, .intake).commit { transaction in
            transaction.append(.links, key: nil, text: "no key")
            transaction.append(.links, key: "no value", text: nil)
            transaction.append(.links, key: "", text: "")
        }
        let batch = try #require(LogReader(fixture.log, .identity).batches().first)
        #expect(batch.records.map { $0.key?.count } == [nil, 8, 0])
        #expect(batch.records.map { $0.value?.count } == [6, nil, 0])
    }

    @Test(arguments: LogKind.allCases)
    func `what was not committed comes again, and only that`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        try fixture.feed((0..<10).map { "\($0)" })
        let first = try LogReader(fixture.log, .intake)
        let batches = try first.batches(of: 4)
        try first.commit { $0.next = batches[0].next }
        try first.session.close()
        try fixture.feed(["10"])
        let second = try LogReader(fixture.log, .intake)
        let again = try second.batches(of: 100)
        #expect(again.flatMap(\.texts) == (4...10).map { "\($0)" })
        try second.commit { transaction in for batch in again { transaction.next.merge(batch.next) { $1 } } }
        try second.session.close()
        #expect(try LogReader(fixture.log, .intake).texts().isEmpty)
    }

    @Test(arguments: LogKind.allCases)
    func `part of a batch can be committed`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        try fixture.feed((0..<10).map { "\($0)" })
        let first = try LogReader(fixture.log, .intake)
        let batch = try #require(first.batches().first)
        try first.commit { $0.next = batch.next.mapValues { $0 - 3 } }
        try first.session.close()
        #expect(try LogReader(fixture.log, .intake).texts() == ["7", "8", "9"])
    }

    @Test(arguments: LogKind.allCases)
    func `state is as of the last commit, of each role and partition apart`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        let journey = try LogReader(fixture.log, .journey)
        let identity = try LogReader(fixture.log, .identity)
        try journey.commit { transaction in
            transaction.set(0, "a1", "old")
            transaction.set(0, "a2", "kept")
            transaction.set(0, "b", "other")
            transaction.set(1, "a1", "of one")
            transaction.set(256, "a1", "of many")
        }
        try identity.commit { $0.set(0, "a1", "of identity") }
        try journey.commit { transaction in
            transaction.set(0, "a1", "new")
            transaction.set(0, "b", nil)
        }
        #expect(try journey.rows(0) == ["a1=new", "a2=kept"])
        #expect(try journey.rows(0, prefix: "a2") == ["a2=kept"])
        #expect(try journey.rows(1) == ["a1=of one"])
        #expect(try journey.rows(256) == ["a1=of many"])
        #expect(try journey.rows(2).isEmpty)
        #expect(try identity.rows(0) == ["a1=of identity"])
        let state = journey.session.state(partition: 0)
        #expect(try state.get(Array("a1".utf8)) == Array("new".utf8))
        #expect(try state.get(Array("b".utf8)) == nil)
    }

    @Test(arguments: LogKind.allCases)
    func `a commit that fails leaves neither records, nor state, nor places`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        try fixture.feed(["a", "b"])
        let intake = try LogReader(fixture.log, .intake)
        let batches = try intake.batches()
        func work(_ transaction: inout Transaction) {
            for batch in batches { transaction.next.merge(batch.next) { $1 } }
            transaction.append(.inbox, partition: 0, key: "k", text: "for the inbox")
            transaction.set(0, "row", "value")
        }
        fixture.failNextCommit()
        #expect(throws: StateStoreError.self) { try intake.commit(work) }
        let journey = try LogReader(fixture.log, .journey)
        #expect(try journey.texts().isEmpty)
        #expect(try intake.rows(0).isEmpty)
        try intake.session.close()
        let again = try LogReader(fixture.log, .intake)
        #expect(try again.texts() == ["a", "b"])
        #expect(try again.commit(work) == .committed)
        let batch = try #require(journey.batches().first)
        #expect(batch.texts == ["for the inbox"])
        #expect(batch.records.map(\.offset) == [0], "the failed commit used up no offset")
        #expect(try again.rows(0) == ["row=value"])
    }

    @Test(arguments: LogKind.allCases)
    func `outputs can be read in order once they are committed`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        let journey = try LogReader(fixture.log, .journey)
        #expect(try fixture.outputs(.transitions).isEmpty)
        try journey.commit { transaction in
            for index in 0..<10 { transaction.output(.transitions, key: "c\(index)", text: "{\"n\":\(index)}") }
            transaction.output(.alerts, key: "c", text: "{}")
        }
        #expect(try fixture.outputs(.transitions) == (0..<10).map { "{\"n\":\($0)}" })
        #expect(try fixture.outputs(.alerts) == ["{}"])
        #expect(try fixture.outputs(.timeline).isEmpty)
    }

    @Test(arguments: LogKind.allCases)
    func `a role that appends to its own input reads it`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        let journey = try LogReader(fixture.log, .journey)
        try journey.commit { $0.append(.moves, partition: 2, key: "c", text: "passed on") }
        let batch = try #require(journey.batches().first)
        #expect(batch.texts == ["passed on"])
        #expect(batch.next == [TopicPartition("tabiji.moves", 2): 1])
    }

    @Test(arguments: LogKind.allCases)
    func `an empty transaction is nothing`(_ kind: LogKind) throws {
        let fixture = try kind.make()
        #expect(try LogReader(fixture.log, .journey).commit { _ in } == .committed)
    }

    @Test(arguments: LogKind.allCases)
    func `the log tells how many partitions there are`(_ kind: LogKind) throws {
        let log = try kind.make().log
        #expect(try log.partitions(of: .inbox) == 4)
        #expect(try log.partitions(of: .moves) == 4)
        #expect(try log.partitions(of: .links) == 1)
    }

    @Test(arguments: LogKind.allCases, [1, 7] as [UInt64])
    func `a chain of roles that fail at random loses nothing and keeps the order`(_ kind: LogKind, _ seed: UInt64)
        throws
    {
        let fixture = try kind.make()
        var random = SplitMix(state: seed)
        var fed = 0
        var intake = try LogReader(fixture.log, .intake)
        var journey = try LogReader(fixture.log, .journey)
        for _ in 0..<400 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                let count = Int.random(in: 1...5, using: &random)
                try fixture.feed((fed..<fed + count).map { "\($0)" })
                fed += count
            case 2, 3, 4: try pass(&intake, .intake, fixture, &random)
            default: try pass(&journey, .journey, fixture, &random)
            }
        }
        for _ in 0..<300 {
            try pass(&intake, .intake, fixture, &random, fails: false)
            try pass(&journey, .journey, fixture, &random, fails: false)
        }
        #expect(try fixture.outputs(.transitions).map { Int($0) ?? -1 }.sorted() == Array(0..<fed))
    }

    /// One round of a role: intake passes events on by their last digit, journey puts them out and notes the last one.
    private func pass(
        _ reader: inout LogReader,
        _ role: Role,
        _ fixture: any LogFixture,
        _ random: inout SplitMix,
        fails: Bool = true
    ) throws {
        let limit = Int.random(in: 1...10, using: &random)
        guard case .records(let batch) = try reader.session.poll(maxRecords: limit, waitMs: 0) else { return }
        let isFailing = fails && Int.random(in: 0..<4, using: &random) == 0
        var last: [Int32: Int] = [:]
        var transaction = Transaction()
        transaction.next = batch.next
        transaction.set(0, "touched", batch.texts.last)
        for (record, text) in zip(batch.records, batch.texts) {
            if role == .intake {
                transaction.append(.inbox, key: String(text.suffix(1)), text: text)
            } else {
                let before =
                    try last[record.partition] ?? reader.rows(record.partition, prefix: "last").first
                    .flatMap { Int($0.dropFirst(5)) } ?? -1
                let number = try #require(Int(text))
                #expect(number > before, "out of order, or twice")
                last[record.partition] = number
                transaction.set(record.partition, "last", text)
            }
        }
        // Outputs of the log in memory are told before the write: the failing round has none.
        if role == .journey, !isFailing {
            for text in batch.texts { transaction.output(.transitions, key: text, text: text) }
        }
        guard isFailing else {
            #expect(try reader.session.commit(transaction) == .committed)
            return
        }
        fixture.failNextCommit()
        #expect(throws: StateStoreError.self) { try reader.session.commit(transaction) }
        try reader.session.close()
        reader = try LogReader(fixture.log, role)
    }
}
