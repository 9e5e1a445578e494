// SPDX-License-Identifier: Apache-2.0
import Foundation
import StateStore
import Synchronization
import Testing

@testable import Pipeline

@Suite struct EmbeddedLogThreadTests {
    /// What the threads share.
    private final class Run: Sendable {
        let log: EmbeddedEventLog
        let total: Int
        let failures = Mutex<[String]>([])

        init(_ log: EmbeddedEventLog, total: Int) {
            self.log = log
            self.total = total
        }

        /// Works through all records of a role, `total` of them.
        func work(_ role: Role, _ each: (String, inout Transaction) -> Void) {
            do {
                let reader = try LogReader(log, role)
                var seen = 0
                while seen < total {
                    guard case .records(let batch) = try reader.session.poll(maxRecords: 100, waitMs: 1000) else {
                        continue
                    }
                    seen += batch.records.count
                    try reader.commit { transaction in
                        transaction.next = batch.next
                        for text in batch.texts { each(text, &transaction) }
                    }
                }
            } catch {
                failures.withLock { $0.append("\(role): \(error)") }
            }
        }

        func append(_ worker: Int, of workers: Int) {
            for index in stride(from: worker, to: total, by: workers) {
                do {
                    try log.append("touchpoints.events", .inputs(["\(index)"]))
                } catch {
                    failures.withLock { $0.append("append: \(error)") }
                }
            }
        }
    }

    @Test func `writers of inputs and all roles work at the same time`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tabiji-log-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = EmbeddedLogSettings()
        settings.purgeRecords = 50
        let store = try RocksDBStore(RocksDBSettings(path: folder))
        let log = try EmbeddedEventLog(settings, store: store, nowMs: { 0 })
        let run = Run(log, total: 400)
        let group = DispatchGroup()
        let queue = DispatchQueue(label: "log", attributes: .concurrent)
        for worker in 0..<2 { queue.async(group: group) { run.append(worker, of: 2) } }
        queue.async(group: group) {
            run.work(.intake) { $1.append(.links, key: "default", text: $0) }
        }
        queue.async(group: group) {
            run.work(.identity) { $1.append(.moves, key: $0, text: $0) }
        }
        queue.async(group: group) {
            run.work(.journey) { $1.output(.transitions, key: $0, text: $0) }
        }
        group.wait()
        #expect(run.failures.withLock { $0 }.isEmpty)
        let outputs = try log.outputs(.transitions, max: .max).map { String(decoding: $0.data ?? [], as: UTF8.self) }
        #expect(outputs.compactMap { Int($0) }.sorted() == Array(0..<400))
        try log.close()
    }
}
