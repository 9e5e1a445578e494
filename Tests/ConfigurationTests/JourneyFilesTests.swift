// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Testing

@Suite struct `Stage models, rules and scores` {
    @Test func `are placed where they are wrong by themselves`() throws {
        let folder = try ScratchFolder()
        try folder.write(
            "alerts.yaml",
            """
            rules:
              - rule: one
                titel: {en: One, ja: 一}
                kind: matches
                within: soon
            """
        )
        #expect(
            folder.mistakes() == [
                "alerts.yaml:2:5: rules[0].title: expected this key, which is required",
                "alerts.yaml:3:5: rules[0].titel: expected a known key, found “titel”; did you mean “title”?",
                "alerts.yaml:4:11: rules[0].kind: expected one of match, absence, sequence, count, threshold, stuck, "
                    + "broadcast, found “matches”",
                "alerts.yaml:5:13: rules[0].within: expected a length of time such as 30m, 24h or 14d, found “soon”",
            ]
        )
    }

    @Test func `are placed where they are wrong together`() throws {
        let folder = try ScratchFolder()
        try folder.write(
            "journeys/tiny.yaml",
            """
            model: small
            title: {en: Small, ja: 小}
            stages:
              - stage: first
                title: {en: First, ja: 初}
                enter: [{type: order_complete}]
            """
        )
        let mistakes = folder.mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasPrefix("journeys/tiny.yaml:6:20: stages[0].enter[0].type: ") == true)
        #expect(mistakes.first?.contains("order_completed") == true)
    }
}

@Suite struct `Rules that make no sense` {
    /// The shipped file with a text put in the place of another.
    private func mistakes(_ name: String, _ old: String, _ new: String) throws -> [String] {
        let text = try repositoryText("config/\(name)")
        try #require(text.contains(old))
        let folder = try ScratchFolder()
        try folder.write(name, text.replacing(old, with: new, maxReplacements: 1))
        return folder.mistakes()
    }

    private func line(_ name: String, _ text: String) throws -> Int {
        try repositoryText("config/\(name)").prefix(
            upTo: #require(repositoryText("config/\(name)").range(of: text)).lowerBound
        )
        .split(separator: "\n", omittingEmptySubsequences: false).count
    }

    @Test func `a stage that nothing leads to is found in its file`() throws {
        let found = try mistakes(
            "journeys/seed-4.yaml",
            "  - stage: consideration",
            "  - stage: nowhere\n    title: {en: Nowhere, ja: 無}\n  - stage: consideration"
        )
        #expect(found.count == 1)
        let line = try line("journeys/seed-4.yaml", "  - stage: consideration")
        #expect(
            found.first
                == "journeys/seed-4.yaml:\(line):12: stages[1].stage: “nowhere” cannot be reached: nothing leads to it"
        )
    }

    @Test(arguments: [
        ("facts: {stars: {lte: 2}}}", "facts: {stars: {gt: 5}}}", "can never match"),
        ("type: delivery_failed", "type: delivery_fialed", "did you mean “delivery_failed”?"),
        ("{starts_contact: true}", "{start_contact: true}", "did you mean “starts_contact”?"),
        ("by: promised_at", "by: promissed_at", "did you mean “promised_at”?"),
        ("{before.waited_seconds:duration}", "{before.waitd_seconds:duration}", "did you mean “waited_seconds”?"),
    ])
    func `what an alert rule gets wrong is found with file, line and key`(old: String, new: String, what: String) throws
    {
        let found = try mistakes("alerts.yaml", old, new)
        let line = try line("alerts.yaml", old)
        #expect(!found.isEmpty)
        for mistake in found {
            #expect(mistake.hasPrefix("alerts.yaml:\(line):"))
            #expect(mistake.contains(": rules[") && mistake.contains(what))
        }
    }
}
