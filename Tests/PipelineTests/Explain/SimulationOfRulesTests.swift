// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Testing
import Touchpoints

@testable import Pipeline

/// What other identity rules would do to recorded events.
@Suite struct SimulationOfRulesTests {
    private let bench: ReplayBench

    init() throws { bench = try ReplayBench() }

    private func compare(
        _ events: [[UInt8]],
        trustsFiles: Bool = false,
        _ change: (inout IdentityRules) -> Void
    ) throws -> RulesComparison {
        defer { bench.remove() }
        let file = try bench.file("in.ndjson", events)
        var rules = bench.configuration.identity
        change(&rules)
        return try IdentitySimulation.run(
            bench.configuration,
            trying: rules,
            [.file(path: file, topic: nil)],
            trustsFiles: trustsFiles,
            nowMs: ReplayBench.nowMs
        ) { _ in }
    }

    /// Events a minute apart, by their identifiers.
    private func events(_ identifiers: String...) -> [[UInt8]] {
        identifiers.enumerated().map { number, identifiers in
            ReplayTests.record(
                "e\(number)",
                "page_viewed",
                at: 1_770_000_000_000 + Int64(number) * 600_000,
                identifiers,
                ""
            )
        }
    }

    private func set(_ name: String, _ rules: inout IdentityRules, _ change: (inout IdentityRules.Namespace) -> Void) {
        for index in rules.namespaces.indices where rules.namespaces[index].name == name {
            change(&rules.namespaces[index])
        }
    }

    @Test func `the same rules change nothing`() throws {
        let same = try compare(SmallShop.records(seed: 3, count: 500)) { _ in }
        #expect(same.isSame && same.changes.isEmpty)
        #expect(same.customers.now > 10 && same.customers.now == same.customers.then)
        #expect(same.events.now == same.events.then)
        #expect(same.deadletters.values.allSatisfy { $0.now == $0.then })
    }

    @Test func `a laxer limit merges, and the link that does it is named`() throws {
        let found = try compare(
            events(
                #""loyalty_id":"L1","email":"a@example.com""#,
                #""loyalty_id":"L2","email":"a@example.com""#,
                #""loyalty_id":"L1""#,
                #""loyalty_id":"L9""#
            )
        ) { rules in set("loyalty_id", &rules) { $0.limit = 2 } }
        #expect(found.merged == .init(customers: 2, into: 1))
        #expect(found.split.customers == 0 && found.moved.events == 0)
        #expect(found.customers == .init(now: 3, then: 2))
        let change = try #require(found.changes.first)
        #expect(change.kind == "merged" && change.events == 3)
        #expect(Set(change.from.compactMap(\.identifier?.value)) == ["L1", "L2"])
        #expect(change.because?.rule == "seen_together")
        #expect(change.because?.event == "e0" || change.because?.event == "e1")
    }

    @Test func `whom control records forget is neither counted nor named, wherever they stand`() throws {
        defer { bench.remove() }
        let said = events(
            #""user_id":"u1","email":"a@example.com""#,
            #""user_id":"u1","email":"b@example.com""#,
            #""email":"b@example.com""#,
            #""user_id":"u2""#
        )
        let forget = ReplayTests.record("f", "customer_forgotten", at: 1_780_000_000_000, #""user_id":"u1""#, "")
        for records in [said + [forget], [forget] + said] {
            let again = try SimulationOfRulesTests()
            let found = try again.compare(records, trustsFiles: true) { rules in set("email", &rules) { $0.limit = 1 } }
            #expect(found.events == .init(now: 2, then: 2) && found.customers == .init(now: 2, then: 2))
            #expect(found.changes.isEmpty)
        }
    }

    @Test func `a stricter limit splits, and the refusal that does it is named`() throws {
        let found = try compare(
            events(
                #""user_id":"u1","email":"a@example.com""#,
                #""user_id":"u1","email":"b@example.com""#,
                #""email":"a@example.com""#,
                #""email":"b@example.com""#
            )
        ) { rules in set("email", &rules) { $0.limit = 1 } }
        #expect(found.split.customers == 1 && found.split.into == 1 && found.merged.customers == 0)
        let change = try #require(found.changes.first { $0.kind == "split" })
        #expect(change.because?.rule == "limit:email" && change.because?.decision == "refused")
        let finding = try #require(found.findings.first { $0.kind == "limit_repeated" && $0.namespace == "email" })
        #expect(finding.figures["people"] == 1 && finding.figures["people_over"] == 1 && finding.figures["most"] == 2)
    }

    @Test func `events change hands when a device goes by another policy`() throws {
        let found = try compare(
            events(
                #""user_id":"u1","anonymous_id":"tablet""#,
                #""anonymous_id":"tablet""#,
                #""anonymous_id":"tablet""#,
                #""user_id":"u1""#,
                #""user_id":"u1""#,
                #""user_id":"u1""#,
                #""user_id":"u2","anonymous_id":"tablet""#,
                #""anonymous_id":"tablet""#
            )
        ) { $0.sharedDevice = .lastAuthenticated }
        #expect(found.moved == .init(customers: 1, events: 2))
        #expect(found.merged.customers == 0 && found.split.customers == 0)
        let change = try #require(found.changes.first)
        #expect(change.kind == "moved" && change.from.first?.identifier?.value == "u1")
        #expect(change.into.first?.identifier?.value == "u2")
    }

    @Test func `a unique namespace that real data repeats is pointed out with figures`() throws {
        let found = try compare(
            events(
                #""user_id":"u1","email":"a@example.com""#,
                #""user_id":"u1","email":"b@example.com""#,
                #""user_id":"u2","email":["c@example.com","d@example.com"]"#,
                #""user_id":"u3","email":"e@example.com""#
            )
        ) { rules in set("email", &rules) { $0.limit = 1 } }
        #expect(found.events == .init(now: 4, then: 3))
        #expect(found.deadletters["ambiguous_identifiers"] == .init(now: 0, then: 1))
        let finding = try #require(found.findings.first { $0.kind == "limit_repeated" && $0.namespace == "email" })
        #expect(finding.figures == ["limit": 1, "people": 2, "people_over": 1, "most": 2, "events_refused": 1])
        #expect(finding.message.contains("1 of 2 people"))
        #expect(found.findings.contains { $0.kind == "more_refused" && $0.figures == ["events": 1] })
    }

    @Test func `a hub threshold that would cut families is pointed out, one that cuts crowds is not`() throws {
        let family = (1...4).map { #""user_id":"u\#($0)","email":"family@example.com""# }
        let crowd = (10...40).map { #""user_id":"u\#($0)","email":"shop@example.com","line_id":"shop""# }
        let all = (family + crowd).enumerated().map { number, identifiers in
            ReplayTests.record(
                "e\(number)",
                "page_viewed",
                at: 1_770_000_000_000 + Int64(number) * 600_000,
                identifiers,
                ""
            )
        }
        let low = try compare(all) { rules in set("email", &rules) { $0.maxCustomers = 3 } }
        let cut = try #require(low.findings.first { $0.kind == "hub_cuts_families" })
        #expect(cut.namespace == "email" && cut.figures == ["max_customers": 3, "values": 1, "people": 4])
        let open = try #require(low.findings.first { $0.kind == "unbounded" })
        #expect(open.namespace == "line_id" && open.figures == ["values": 1, "most": 31])
        #expect(low.findings.contains { $0.kind == "never_seen" && $0.namespace == "phone" })
    }

    @Test func `names that the rules do not know are pointed out`() throws {
        let found = try compare(events(#""user_id":"u1","device_token":"t""#, #""anonymous_id":"c""#)) { rules in
            rules.namespaces.removeAll { $0.name == "anonymous_id" }
        }
        let strangers = found.findings.filter { $0.kind == "not_configured" }
        #expect(Set(strangers.compactMap(\.namespace)) == ["device_token", "anonymous_id"])
        #expect(found.deadletters["no_identifier"] == .init(now: 0, then: 1))
    }

    @Test func `mistakes in a file of rules are told with file and key`() throws {
        defer { bench.remove() }
        let file = try bench.file("rules.yaml", [Array("namespaces:\n  user_id: {priority: 1, limt: 1}\n".utf8)])
        let problems = #expect(throws: ConfigurationProblems.self) { try TabijiConfiguration.rules(file: file) }
        let said = try #require(problems).description
        #expect(said.contains("rules.yaml:2") && said.contains("limit"))
        #expect(throws: ConfigurationProblems.self) { try TabijiConfiguration.rules(file: "\(file).not") }
        let good = try bench.file("good.yaml", [Array("namespaces: {user_id: {priority: 1, limit: 1}}\n".utf8)])
        #expect(try TabijiConfiguration.rules(file: good).namespaces.first?.name == "user_id")
    }
}
