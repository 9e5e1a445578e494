// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing
import Touchpoints

@testable import Pipeline

/// A customer with very many events moves, or is forgotten, some events with each commit.
@Suite struct BoundedMovesTests {
    private static let startMs: Int64 = 1_772_000_000_000
    private static let count = 1_000

    /// Views of somebody known by a cookie alone.
    private func views(_ numbers: Range<Int>) -> [[UInt8]] {
        numbers.map { number in
            let text = """
                {"id":"v\(number)","type":"product_viewed","time":\(Self.startMs + Int64(number) * 60_000),\
                "identifiers":{"anonymous_id":"c"},"properties":{"product_id":"p\(number % 7)"}}
                """
            return Array(text.utf8)
        }
    }

    private func role(_ eventsMax: Int) throws -> JourneyAlone {
        try JourneyAlone { settings in
            settings.eventsPerCommitMax = eventsMax
            settings.profileIntervalMs = 0
        }
    }

    private func commitAll(_ role: JourneyAlone, restarts: Bool) throws -> Int {
        var commits = 0
        while try role.commit() {
            commits += 1
            if restarts { try role.restart() }
        }
        return commits
    }

    private func digest(_ role: JourneyAlone) -> Hash128 { role.totals.digest.hash }

    /// A cookie's events become a person's; some come while they move.
    private func moved(eventsMax: Int, restarts: Bool) throws -> (JourneyAlone, commits: Int) {
        let role = try self.role(eventsMax)
        try role.take(views(0..<Self.count))
        _ = try commitAll(role, restarts: false)
        let (cookie, person) = (role.identifier("anonymous_id", "c"), role.identifier("user_id", "u"))
        let spans = [OwnershipMap.Span(fromMs: OwnershipMap.forever, customer: person.hash)]
        let map = OwnershipMap(identifier: cookie, version: 1, spans: spans)
        try role.tell(.map(map, before: [cookie.hash], owners: [person]))
        _ = try role.commit()
        if restarts { try role.restart() }
        try role.take(views(Self.count..<Self.count + 50))
        return (role, try commitAll(role, restarts: restarts))
    }

    @Test func `a move goes out in commits of a bounded size, and a crash after any of them changes nothing`() throws {
        let (whole, _) = try moved(eventsMax: .max / 16, restarts: false)
        #expect(whole.passedOn.max() ?? 0 >= Self.count)
        #expect(whole.totals.customers == 1)
        for restarts in [false, true] {
            let (role, commits) = try moved(eventsMax: 40, restarts: restarts)
            #expect(commits >= Self.count / 40)
            // What comes while it moves is passed on at once.
            #expect(role.passedOn.max() ?? 0 <= 40 + 50)
            #expect(digest(role) == digest(whole))
            #expect(role.totals.events == whole.totals.events && role.totals.customers == 1)
        }
    }

    @Test func `a map that comes while another is at work is followed from the first event on`() throws {
        let role = try self.role(30)
        try role.take(views(0..<Self.count))
        _ = try commitAll(role, restarts: false)
        let cookie = role.identifier("anonymous_id", "c")
        for (version, name) in ["u", "c", "w"].enumerated() {
            let owner = name == "c" ? cookie : role.identifier("user_id", name)
            let spans = [OwnershipMap.Span(fromMs: OwnershipMap.forever, customer: owner.hash)]
            let map = OwnershipMap(identifier: cookie, version: UInt64(version + 1), spans: spans)
            try role.tell(.map(map, before: [cookie.hash, role.identifier("user_id", "u").hash], owners: [owner]))
            for _ in 0..<3 { _ = try role.commit() }
        }
        _ = try commitAll(role, restarts: true)
        #expect(role.totals.events == Self.count && role.totals.customers == 1)
    }

    @Test func `what comes to stay while a move waits is still found after a crash`() throws {
        let role = try self.role(10)
        func named(_ cookie: String, _ lines: [[UInt8]]) -> [[UInt8]] {
            lines.map { line in
                let text = String(decoding: line, as: UTF8.self).replacing(#""c""#, with: #""\#(cookie)""#)
                return Array(text.replacing(#""id":"v"#, with: #""id":"\#(cookie)"#).utf8)
            }
        }
        try role.take(named("c", views(0..<100)) + named("d", views(0..<100)))
        _ = try commitAll(role, restarts: false)
        let (c, d) = (role.identifier("anonymous_id", "c"), role.identifier("anonymous_id", "d"))
        let person = role.identifier("user_id", "u")
        func tell(_ cookie: Identifier, _ version: UInt64, own: Bool = false) throws {
            let own = [OwnershipMap.Span(fromMs: OwnershipMap.forever, customer: cookie.hash)].filter { _ in own }
            let from = own.isEmpty ? OwnershipMap.forever : Self.startMs
            let spans = own + [OwnershipMap.Span(fromMs: from, customer: person.hash)]
            let map = OwnershipMap(identifier: cookie, version: version, spans: spans)
            try role.tell(.map(map, before: [cookie.hash], owners: [person]))
        }
        try tell(c, 1, own: true)
        _ = try role.commit()
        // Before all that moves, and the commit has no room left to go on with it.
        try tell(d, 1)
        try role.take(named("c", views(-1..<0)))
        _ = try role.commit()
        try role.restart()
        _ = try commitAll(role, restarts: false)
        #expect(role.totals.customers == 2)
        try tell(c, 2)
        _ = try commitAll(role, restarts: false)
        #expect(role.totals.customers == 1 && role.totals.events == 201)
    }

    @Test(arguments: [false, true])
    func `what is held is looked through for what is forgotten in commits of a bounded size`(restarts: Bool) throws {
        let role = try self.role(20)
        let others = views(0..<Self.count).map { line in
            Array(String(decoding: line, as: UTF8.self).replacing(#""c""#, with: #""d""#).utf8)
        }
        try role.take(others + views(0..<Self.count))
        _ = try commitAll(role, restarts: false)
        #expect(role.totals.events == 2 * Self.count)
        try role.tell(.forget(role.identifier("anonymous_id", "c"), fromMs: .min, toMs: .max))
        let commits = try commitAll(role, restarts: restarts)
        #expect(commits > 10)
        #expect(role.totals.events == Self.count && role.totals.forgotten == Self.count)
        #expect(role.totals.customers == 1)
        // And what comes again is gone at once.
        try role.take(views(0..<10))
        _ = try role.commit()
        #expect(role.totals.events == Self.count)
    }
}
