// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Identity
internal import Touchpoints

/// Ordinary traffic with a storm in it: one observation in ten.
///
/// The engine takes batches of fifty and of four hundred and fifty by turns, the storm's and the others', so that each
/// has a time of its own.
struct StormRun {
    struct Figures {
        /// Microseconds of CPU for one observation of the others, in the run's last fifth.
        var ordinary = 0.0
        /// For one of the storm, in its first and its last fifth.
        var first = 0.0
        var last = 0.0
        /// Bytes of rows and spans of maps that one observation of the storm brought, in its last fifth.
        var rowBytes = 0.0
        var spans = 0.0
        var memoryBytes = 0
    }

    let storm: IdentityStorm
    /// Observations of the storm.
    let count: Int
    var rules = IdentityRules.shipped
    var customers = 20_000

    func run(limitSeconds: Double = 900) -> (figures: Figures, done: Int) {
        var engine = IdentityEngine(rules: rules, realm: "default")
        var traffic = IdentityTraffic(customers: customers)
        for _ in 0..<200 { _ = engine.apply((0..<500).map { _ in traffic.next() }) }
        let before = Self.residentBytes()
        var figures = Figures()
        let batch = 50
        let rounds = max(5, count / batch)
        var (ordinary, storms): ([Double], [Double]) = ([], [])
        let start = ContinuousClock.now
        var sizes: [(bytes: Int, spans: Int)] = []
        for round in 0..<rounds {
            let others = (0..<450).map { _ in traffic.next() }
            let own = (0..<batch).compactMap {
                storm.observation(round * batch + $0, of: count, at: traffic.timeMs - Int64(batch - $0))
            }
            ordinary.append(Self.seconds { _ = engine.apply(others) })
            var changes = IdentityChanges()
            storms.append(own.isEmpty ? 0 : Self.seconds { changes = engine.apply(own) })
            sizes.append(
                (
                    changes.rows.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) },
                    changes.maps.reduce(0) { $0 + $1.map.spans.count }
                )
            )
            if (ContinuousClock.now - start).seconds > limitSeconds { break }
        }
        let fifth = max(1, ordinary.count / 5)
        let each = { (times: ArraySlice<Double>, size: Int) in times.reduce(0, +) / Double(times.count * size) * 1e6 }
        figures.ordinary = each(ordinary.suffix(fifth), 450)
        figures.first = each(storms.prefix(fifth), batch)
        figures.last = each(storms.suffix(fifth), batch)
        let last = sizes.suffix(fifth)
        figures.rowBytes = Double(last.reduce(0) { $0 + $1.bytes }) / Double(fifth * batch)
        figures.spans = Double(last.reduce(0) { $0 + $1.spans }) / Double(fifth * batch)
        figures.memoryBytes = Self.residentBytes() - before
        return (figures, storms.count * batch)
    }

    private static func seconds(_ work: () -> Void) -> Double {
        var (from, to) = (timespec(), timespec())
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from)
        work()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to)
        return Double(to.tv_sec - from.tv_sec) + Double(to.tv_nsec - from.tv_nsec) / 1e9
    }

    /// The process's resident memory.
    static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4096
    }
}
