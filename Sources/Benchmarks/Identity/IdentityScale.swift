// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Identity
internal import Pipeline
internal import StateStore
internal import Touchpoints

/// The identity engine with very many identifiers: what an observation costs as they grow, what they hold, and how long
/// it takes to come back.
///
/// Each customer has a user id, an e-mail address and a device, every third a messenger id besides; two in ten share the
/// device. Observations are spread over 400 days. Rows go to a store as they do beside Kafka: without a log of its own.
struct IdentityScale {
    let customers: Int
    /// Observations of each customer, on average.
    let observationsEach: Int
    private static let batch = 500
    private static let startMs: Int64 = 1_700_000_000_000
    private static let spanMs: Int64 = 400 * 86_400_000

    func run() throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        // Small buffers: what is measured is the engine's memory.
        let store = try RocksDBStore(
            RocksDBSettings(
                path: folder.path("identity"),
                writeBufferBytes: 4 << 20,
                blockCacheBytes: 4 << 20,
                writeAheadLog: false
            )
        )
        let beforeBytes = StormRun.residentBytes()
        try show(take(into: store))
        let heldBytes = StormRun.residentBytes() - beforeBytes
        // The engine is gone by now, but for what the allocator keeps.
        try store.flush()
        let rows = try store.statistics()
        show("rows           \(rows.rows) in \(rows.storedBytes >> 20) MiB on disk")
        show("after dropping \(heldBytes >> 20) MiB")
        try restore(from: store)
        try store.close()
    }

    private func take(into store: RocksDBStore) throws -> String {
        let beforeBytes = StormRun.residentBytes()
        var engine = IdentityEngine(rules: .shipped, realm: "default")
        var rows = WriteBatch()
        func apply(_ inputs: [IdentityInput]) throws {
            for row in engine.apply(inputs).rows {
                if let value = row.value { rows.put(row.key, value) } else { rows.delete(row.key) }
            }
            if rows.byteCount > 4 << 20 {
                try store.write(rows, sync: false)
                rows.removeAll()
            }
        }
        let count = customers * observationsEach
        let stepMs = max(1, Self.spanMs / Int64(count))
        var traffic = IdentityTraffic(customers: customers, fromMs: Self.startMs, stepMs: stepMs)
        let clock = ContinuousClock()
        var waits: [Double] = []
        var tenth = (cpu: ProcessUsage.now().cpuSeconds, done: 0)
        var done = 0
        while done < count {
            var inputs: [IdentityInput] = []
            while inputs.count < Self.batch, done < count {
                inputs.append(done < 3 * customers ? introduce(done, at: traffic.timeMs) : traffic.next())
                if done < 3 * customers { _ = traffic.next() }
                done += 1
            }
            if done % (64 * Self.batch) == 0 {
                for input in inputs {
                    let start = clock.now
                    try apply([input])
                    waits.append((clock.now - start).seconds * 1e6)
                }
            } else {
                try apply(inputs)
            }
            guard done * 10 / count > tenth.done * 10 / count || done == count else { continue }
            let cpu = ProcessUsage.now().cpuSeconds
            let each = (cpu - tenth.cpu) * 1e6 / Double(done - tenth.done)
            show(
                "\(done) taken: \(fixed(each)) µs each, \(engine.identifierCount) identifiers, \(held(beforeBytes)) MiB"
            )
            tenth = (ProcessUsage.now().cpuSeconds, done)
        }
        try store.write(rows, sync: false)
        waits.sort()
        let bytes = StormRun.residentBytes() - beforeBytes
        let at = { (share: Double) in
            waits.isEmpty ? "-" : fixed(waits[min(waits.count - 1, Int(share * Double(waits.count)))])
        }
        return """
            identifiers    \(engine.identifierCount), observations that count \(engine.observationCount)
            memory         \(bytes >> 20) MiB: \(bytes / engine.identifierCount) bytes each identifier
            one at a time  p50 \(at(0.5)) µs, p99 \(at(0.99)) µs, p99.9 \(at(0.999)) µs, most \(at(1)) µs of \(waits.count)
            """
    }

    /// Everybody is seen three times, so that all identifiers are known after the first of them.
    private func introduce(_ number: Int, at timeMs: Int64) -> IdentityInput {
        let (customer, visit) = (number / 3, number % 3)
        let traffic = IdentityTraffic(customers: customers)
        guard visit == 1, customer % 3 == 0 else { return traffic.observation(of: customer, visit, at: timeMs) }
        let pair = [IdentityTraffic.name(.user, customer), IdentityTraffic.name(.line, customer)]
        return .seen(Observation(timeMs: timeMs, names: pair, example: "e"))
    }

    private func restore(from store: RocksDBStore) throws {
        let start = ContinuousClock.now
        let cpu = ProcessUsage.now().cpuSeconds
        var engine = IdentityEngine(rules: .shipped, realm: "default")
        var rows = 0
        try store.scan(prefix: []) { key, value in
            try engine.load(key: [UInt8](copying: key), value: [UInt8](copying: value))
            rows += 1
            return true
        }
        let loaded = (ContinuousClock.now - start).seconds
        _ = engine.apply([])
        let all = (ContinuousClock.now - start).seconds
        show(
            """
            restore        \(rows) rows read in \(fixed(loaded)) s, ready after \(fixed(all)) s \
            (\(fixed(ProcessUsage.now().cpuSeconds - cpu)) s of CPU), \(engine.identifierCount) identifiers
            peak           \(ProcessUsage.now().peakMemoryBytes >> 20) MiB
            """
        )
    }

    private func held(_ beforeBytes: Int) -> Int { (StormRun.residentBytes() - beforeBytes) >> 20 }
    private func fixed(_ value: Double) -> String { String(format: "%.2f", value) }
    private func show(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }
}
