// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation
internal import Identity
internal import Pipeline
internal import Touchpoints

/// The identity engine alone, without rows and topics: what storms do to everybody else.
enum IdentityBench {
    /// Ordinary traffic with a storm of the same volume mixed into it.
    static func measure(
        _ storms: [IdentityStorm],
        _ configuration: TabijiConfiguration,
        steps: Int,
        _ show: (String) -> Void
    ) {
        show("storm              everybody else, µs each    the storm, µs each    its last tenth    records    memory")
        for storm in storms {
            let rules = storm.rules(configuration.identity)
            var traffic = IdentityTraffic(rules, customers: 50_000, seed: 1)
            var engine = IdentityEngine(rules: rules, realm: "default")
            var (others, own, last) = (0.0, 0.0, 0.0)
            var records = 0
            let batch = 100
            var timeMs: Int64 = 1_700_000_000_000
            // Everybody else is known already.
            for _ in 0..<2_000 {
                timeMs += 60_000
                _ = engine.apply((0..<batch).map { _ in .seen(traffic.next(atMs: timeMs)) })
            }
            var step = 0
            while step < steps {
                timeMs += 60_000
                let ordinary = (0..<batch).map { _ in IdentityInput.seen(traffic.next(atMs: timeMs)) }
                let stormy = (0..<batch).map { place in
                    IdentityInput.seen(storm.observation(step + place, of: steps, atMs: timeMs + Int64(place) * 500))
                }
                step += batch
                others += seconds { _ = engine.apply(ordinary) }
                let spent = seconds {
                    let changes = engine.apply(stormy)
                    records += changes.rows.count + changes.decisions.count
                    for map in changes.maps { records += map.map.spans.count }
                }
                own += spent
                if step > steps * 9 / 10 { last += spent }
                if others + own > 120 { break }
            }
            let memory = ProcessUsage.now().peakMemoryBytes >> 20
            let each = 1e6 / Double(step)
            show(
                storm.rawValue.padding(toLength: 18, withPad: " ", startingAt: 0)
                    + String(
                        format: "%26.2f%22.2f%18.2f%11d%6d MiB%@",
                        others * each,
                        own * each,
                        last * each * 10,
                        records / step,
                        memory,
                        step < steps ? "  (stopped at \(step))" : ""
                    )
            )
        }
    }

    private static func seconds(_ work: () -> Void) -> Double {
        let start = ProcessUsage.now().cpuSeconds
        work()
        return ProcessUsage.now().cpuSeconds - start
    }
}
