// SPDX-License-Identifier: Apache-2.0
import Foundation
import KafkaBridge
import Testing

/// What holds in the end of one kind of output: the highest revision of each id, without what was taken back.
struct NetResults {
    struct Result: Equatable {
        var subject: String?
        var time: String?
        /// With 0 for its revision.
        var data: [UInt8]

        var text: String { "\(subject ?? "nobody") \(time ?? "-") \(String(decoding: data, as: UTF8.self))" }

        /// As JSON, for members in another order.
        var parsed: NSObject? { (try? JSONSerialization.jsonObject(with: Data(data))) as? NSObject }
    }

    private(set) var results: [String: Result] = [:]
    /// Records that were read.
    private(set) var records = 0

    /// Of the folder that a replay wrote.
    init(file: URL) throws {
        for line in try Data(contentsOf: file).split(separator: 0x0a) {
            let envelope = try JSONSerialization.jsonObject(with: line)
            let record = try #require(envelope as? [String: Any])
            let start = try #require(line.firstRange(of: Data(",\"data\":".utf8))).upperBound
            let (data, _) = Self.withoutRevision(Array(line[start...].dropLast()))
            let id = try #require(record["id"] as? String)
            results[id] = Result(subject: record["subject"] as? String, time: record["time"] as? String, data: data)
            records += 1
        }
    }

    /// Of a topic, as far as records are committed.
    init(topic: String) throws {
        var revisions: [String: Int] = [:]
        var (found, count) = ([String: Result](), 0)
        try Self.readAll(topic) { record in
            count += 1
            func header(_ name: String) -> String? { record.headers[name].map { String(decoding: $0, as: UTF8.self) } }
            guard let value = record.value else {
                // A customer who is no more: the key of profiles is their id.
                let key = String(decoding: record.key ?? [], as: UTF8.self)
                found.removeValue(forKey: key)
                revisions.removeValue(forKey: key)
                return
            }
            guard let id = header("ce_id") else {
                Issue.record("a record of \(topic) has no ce_id")
                return
            }
            let (data, revision) = Self.withoutRevision(value)
            if let known = revisions[id], known >= revision { return }
            revisions[id] = revision
            found[id] = Result(subject: header("ce_subject"), time: header("ce_time"), data: data)
        }
        results = found.filter { result in
            let text = String(decoding: result.value.data, as: UTF8.self)
            return !text.contains("\"retracted\":true") && !text.contains("\"merged_into\":")
        }
        records = count
    }

    /// Ids whose results differ, told one by one; nothing when there are none.
    func differences(from wanted: NetResults, atMost limit: Int = 3) -> String? {
        let ids = Set(results.keys).union(wanted.results.keys).filter { id in
            let (mine, theirs) = (results[id], wanted.results[id])
            if mine == theirs { return false }
            guard let mine, let theirs, mine.subject == theirs.subject, mine.time == theirs.time else { return true }
            return mine.parsed != theirs.parsed
        }.sorted()
        if ids.isEmpty { return nil }
        let told = ids.prefix(limit).map { id in
            func text(_ result: Result?) -> String { String(result?.text.prefix(1500) ?? "nothing") }
            return "\(id)\n  daemon: \(text(results[id]))\n  replay: \(text(wanted.results[id]))"
        }
        return "\(ids.count) of \(wanted.results.count) differ\n" + told.joined(separator: "\n")
    }

    /// The name stands last or nearly so; within a text its quotes would be escaped.
    private static func withoutRevision(_ data: [UInt8]) -> (data: [UInt8], revision: Int) {
        let name = Array("\"revision\":".utf8)
        var start = data.count - name.count
        while start >= 0, data[start] != name[0] || !data[start...].starts(with: name) { start -= 1 }
        guard start >= 0 else { return (data, 0) }
        let digits = data[(start + name.count)...].prefix { (0x30...0x39).contains($0) }
        let rest = Array(data[..<start]) + name + [0x30] + data[digits.endIndex...]
        return (rest, Int(String(decoding: digits, as: UTF8.self)) ?? 0)
    }
}

extension NetResults {
    /// Every committed record of a topic, partition by partition in their order.
    static func readAll(
        _ topic: String,
        within limit: Duration = .seconds(180),
        _ take: (ReadRecord) throws -> Void
    ) throws {
        let admin = try KafkaCluster.admin()
        let described = try admin.topics(topic)
        let partitions = try #require(described.first).partitions
        admin.close()
        let consumer = try KafkaConsumer(
            .consumer(bootstrap: KafkaCluster.bootstrap, group: "reader").merging(["enable.partition.eof": "true"])
        )
        defer { consumer.close() }
        var open = Set((0..<partitions).map { KafkaPartition(topic, $0) })
        try consumer.assign(Dictionary(uniqueKeysWithValues: open.map { ($0, KafkaOffset.beginning) }))
        let end = ContinuousClock.now + limit
        while !open.isEmpty {
            for record in consumer.read() { try take(record) }
            for case .end(let partition, _) in consumer.takeEvents() { open.remove(partition) }
            try #require(ContinuousClock.now < end, "\(topic) was not read to its end")
        }
    }
}
