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

    private static let journey = "journeys/journey-7.yaml"

    @Test(arguments: [
        ("journeys/seed-4.yaml", "model: seed-4", "model: classic-5", "model: another model is called “classic-5” too"),
        (
            "journeys/seed-4.yaml", "model: seed-4", "model: \"seed:4\"",
            "model: expected a name without “:”, found “seed:4”"
        ),
        (
            "journeys/classic-5.yaml", "except: email_link_clicked", "except: [email_link_clicked, order_completed]",
            "stages[0].enter[0].except: “order_completed” is not among the types that it is left out of"
        ),
        (
            journey, "{type: product_used, facts: {owned: true}}", "{type: product_used, channel: Store}",
            "stages[4].enter[1].channel: expected a channel as events have it, found “Store”; did you mean “store”?"
        ),
        (
            journey, "{to: use, when: [{is: sour}]}", "{to: advocacy, when: [{is: sour}]}",
            "stages[6].regress[2].to: leads back: expected a stage before “advocacy”"
        ),
        (
            journey, "{to: use, when: [{is: sour}]}", "{to: use, when: []}",
            "stages[6].regress[2].when: expected at least one condition"
        ),
        (
            "alerts.yaml", "rule: dormant", "rule: repeated_help",
            "rules[16].rule: another rule is called “repeated_help” too"
        ),
        (
            "alerts.yaml", "expires: never", "expires: newer",
            "rules[16].expires: expected a length of time such as 30m, 24h or 14d, or never, found “newer”"
        ),
        (
            "alerts.yaml", "severity: critical}", "severity: info}",
            "rules[13].escalate.severity: does nothing: the rule's severity is no less"
        ),
        (
            "alerts.yaml", "ok: {en: intact, ja: 異常なし}", "ok: {en: intact, ja: \"\"}",
            "words.ok.ja: expected a title in this language, found none"
        ),
        (
            "mood/scores.yaml", "emotion: sadness, also: 悲しみ", "emotion: sadness, also: [悲しみ, 不安]",
            "emotions[7].also: another emotion is called “不安” too"
        ),
        (
            "mood/scores.yaml", "score: -0.9}", "score: -9}",
            "emotions[9].score: expected a score between −1 and 1, found -9.0"
        ),
        ("mood/scores.yaml", "joy, gte: 0.6}", "joy, gte: 6}", "labels[0]: can never match: no score is above 1"),
        (
            "vocabulary.yaml", "  - type: page_viewed", "  - type: product_viewed",
            "types[23].type: expected each type once, found “product_viewed” again"
        ),
        (
            "vocabulary.yaml", "product_clicked: product_viewed", "product_clicked: product_view",
            "aliases.product_clicked: expected a type of this vocabulary, found “product_view”; "
                + "did you mean “product_viewed”?"
        ),
    ])
    func `one word that is wrong is one mistake, at its place`(
        name: String,
        old: String,
        new: String,
        what: String
    ) throws {
        let found = try mistakes(name, old, new)
        #expect(found.count == 1)
        let mistake = try #require(found.first)
        #expect(mistake.hasSuffix(": \(what)"))
        // Of two things of one name the second is told.
        let isAtSecond = what.hasPrefix("types[23]")
        if !isAtSecond { #expect(mistake.hasPrefix("\(name):\(try line(name, old)):")) }
    }

    @Test func `what one file gets wrong by itself does not hide what the others do`() throws {
        let folder = try ScratchFolder()
        func change(_ name: String, _ changes: KeyValuePairs<String, String>) throws {
            var text = try repositoryText("config/\(name)")
            for (old, new) in changes { text = text.replacing(old, with: new, maxReplacements: 1) }
            try folder.write(name, text)
        }
        try change("alerts.yaml", ["within: 24h": "within: soon", "type: delivery_failed": "type: delivery_fail"])
        try change("journeys/seed-4.yaml", ["group: looked": "group: look"])
        try change("journeys/d2c-5.yaml", ["title: {en: Awareness, ja: 認識}": "titel: {en: Awareness, ja: 認識}"])
        try change("mood/scores.yaml", ["score: -0.9}": "score: bad}"])
        try folder.write("journeys/own.yml", "model: own")
        let found = folder.mistakes().map { $0.replacing(/:[0-9]+:[0-9]+:/, with: ":") }
        #expect(
            found == [
                "alerts.yaml: rules[0].within: expected a length of time such as 30m, 24h or 14d, found “soon”",
                "alerts.yaml: rules[3].match[0].type: unknown type of touchpoint “delivery_fail”; "
                    + "did you mean “delivery_failed”?",
                "journeys/d2c-5.yaml: stages[0].title: expected this key, which is required",
                "journeys/d2c-5.yaml: stages[0].titel: expected a known key, found “titel”; did you mean “title”?",
                "journeys/own.yml: expected a name that ends in .yaml: this file is not read",
                "journeys/seed-4.yaml: stages[1].enter[0].group: unknown group “look”; did you mean “looked”?",
                "mood/scores.yaml: emotions[9].score: expected a number, found “bad”",
            ]
        )
    }

    @Test func `an emotion that lexicons name and scores do not is told once for each file`() throws {
        let found = try mistakes("mood/scores.yaml", "emotion: anger,", "emotion: wrath,")
        #expect(found.count == 6)
        #expect(found.allSatisfy { $0.contains("unknown emotion") })
        #expect(found.contains { $0.hasPrefix("mood/lexicons/japanese-service.tsv:19:1: ") && $0.contains("95 lines") })
    }
}
