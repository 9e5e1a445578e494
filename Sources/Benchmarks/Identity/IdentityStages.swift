// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Identity
internal import Touchpoints

/// The identity engine alone, among as many customers as there are events: three identifiers each, of which two in ten
/// share their device with the neighbour.
struct IdentityStages {
    private static let batch = 500
    /// Sign-ins of those who share a device, each in a bucket of its own.
    private static let contested = 20_000
    private static let explained = 2_000
    private let options: BenchmarkOptions
    private var customers: Int { options.events }

    init(_ options: BenchmarkOptions) { self.options = options }

    func measure(_ stage: Stage) throws -> StageResult {
        switch stage {
        case .observeNew:
            return try result(stage, 2 * customers) { sample in
                var engine = engine()
                try introduce { batch in try sample { _ = engine.apply(batch) } }
            }
        case .observeRepeat:
            return try observing(stage, count: customers) { traffic in traffic.next() }
        case .observeContested:
            return try observing(stage, count: Self.contested) { traffic in
                let customer = traffic.draw(below: (customers + 9) / 10) * 10 + traffic.draw(below: 2)
                _ = traffic.next()  // Time goes on.
                return traffic.observation(of: customer, 2, at: traffic.timeMs)
            }
        case .observeLate:
            return try observing(stage, count: Self.contested) { traffic in
                let timeMs = Self.startMs + Int64(traffic.draw(below: customers)) * Self.stepMs
                return traffic.observation(of: traffic.draw(below: customers), 2, at: timeMs)
            }
        case .lookup:
            return try asking(stage, count: customers) { engine, hash in _ = engine.map(of: hash) }
        default:
            return try asking(stage, count: Self.explained) { engine, hash in
                _ = engine.decisions(around: hash)
            }
        }
    }

    private static let startMs: Int64 = 1_700_000_000_000
    private static let stepMs: Int64 = 1_000

    private func engine() -> IdentityEngine { IdentityEngine(rules: .shipped, realm: "default") }

    private func result(_ stage: Stage, _ units: Int, _ pass: ((() throws -> Void) throws -> Void) throws -> Void)
        throws -> StageResult
    {
        try StageResult(stage, units: units, passes: options.passes) { try Sample.adding(pass) }
    }

    /// Everybody is seen twice: with the e-mail address, and on the device.
    private func introduce(_ take: ([IdentityInput]) throws -> Void) rethrows {
        let traffic = IdentityTraffic(customers: customers)
        for first in stride(from: 0, to: customers, by: Self.batch) {
            try take(
                (first..<min(first + Self.batch, customers)).flatMap { customer in
                    let timeMs = Self.startMs + Int64(customer) * Self.stepMs
                    return [
                        traffic.observation(of: customer, 0, at: timeMs),
                        traffic.observation(of: customer, 2, at: timeMs + 1),
                    ]
                }
            )
        }
    }

    /// Further observations, after everybody is known.
    private func observing(_ stage: Stage, count: Int, _ next: (inout IdentityTraffic) -> IdentityInput)
        throws -> StageResult
    {
        try result(stage, count) { sample in
            var engine = engine()
            introduce { _ = engine.apply($0) }
            let laterMs = Self.startMs + Int64(customers) * Self.stepMs
            var traffic = IdentityTraffic(customers: customers, fromMs: laterMs, stepMs: 300_000)
            for first in stride(from: 0, to: count, by: Self.batch) {
                let batch = (first..<min(first + Self.batch, count)).map { _ in next(&traffic) }
                try sample { _ = engine.apply(batch) }
            }
        }
    }

    private func asking(_ stage: Stage, count: Int, _ ask: @escaping (inout IdentityEngine, Hash128) -> Void)
        throws -> StageResult
    {
        try result(stage, count) { sample in
            var engine = engine()
            introduce { _ = engine.apply($0) }
            var traffic = IdentityTraffic(customers: customers)
            let hashes = (0..<count).map { _ in
                IdentityTraffic.name(.device, traffic.draw(below: customers)).hash
            }
            try sample { for hash in hashes { ask(&engine, hash) } }
        }
    }
}
