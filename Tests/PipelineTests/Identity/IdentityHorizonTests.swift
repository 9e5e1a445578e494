// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing
import Touchpoints

@testable import Pipeline

/// The identity role gives back what is older than its watermark by the lateness.
@Suite struct IdentityHorizonTests {
    private static let hour: Int64 = 3_600_000
    private let account = Identifier(namespace: NamespaceID("user_id"), hash: Hash128(high: 2, low: 2))
    private let cookies = (0..<3).map {
        Identifier(namespace: NamespaceID("anonymous_id"), hash: Hash128(high: 4, low: UInt64($0)))
    }

    /// One sight of each cookie in each hour.
    private func visits(_ hours: Range<Int64>) -> [IdentityInput] {
        hours.flatMap { hour in
            cookies.map { .seen(Observation(timeMs: hour * Self.hour, names: [account, $0])) }
        }
    }

    @Test(arguments: [1, 2, 3, 5, .max])
    func `what is older is given back, a crash at any commit on the way changes nothing`(commits: Int) throws {
        let plain = try IdentityDesk()
        try plain.take(visits(0..<200))
        let desk = try IdentityDesk(latenessMs: 24 * Self.hour, sweepMax: 2)
        try desk.take(visits(0..<150))
        let (observations, rows) = (desk.observations, try desk.rows())
        try desk.tick("touchpoints.web/0", 149 * Self.hour, commitsMax: commits)
        try desk.restart()
        try desk.take(visits(150..<200))
        try desk.tick("touchpoints.web/0", 199 * Self.hour)
        #expect(desk.owners == plain.owners)
        #expect(desk.observations < observations / 4)
        #expect(try desk.rows() < rows / 2)
        try desk.take([.seen(Observation(timeMs: Self.hour, names: [account, cookies[0]]))])
        #expect(desk.owners == plain.owners)
    }

    @Test func `a source that lags behind holds the horizon, also after a restart`() throws {
        let desk = try IdentityDesk(latenessMs: 24 * Self.hour)
        try desk.tick("touchpoints.archive/0", 0)
        try desk.take(visits(0..<150))
        let observations = desk.observations
        try desk.tick("touchpoints.web/0", 149 * Self.hour)
        #expect(desk.observations == observations)
        try desk.restart()
        try desk.tick("touchpoints.web/0", 150 * Self.hour)
        #expect(desk.observations == observations)
        try desk.tick("touchpoints.archive/0", 150 * Self.hour)
        #expect(desk.observations < observations)
    }
}
