// SPDX-License-Identifier: Apache-2.0
import Configuration
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
