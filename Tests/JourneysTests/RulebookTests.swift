// SPDX-License-Identifier: Apache-2.0
import Foundation
import Journeys
import Testing
import Touchpoints

@Suite struct RulebookTests {
    private func model(_ json: String) throws -> StageModel {
        try JSONDecoder().decode(StageModel.self, from: Data(json.utf8))
    }

    private func model(enter: String) throws -> StageModel {
        try model(
            """
            {"model": "m", "title": {"en": "M", "ja": "M"}, "stages": [
              {"stage": "a", "title": {"en": "A", "ja": "A"}, "enter": [\(enter)]}]}
            """
        )
    }

    @Test func `the shipped rules are sound`() throws {
        #expect(try ShippedRules.problems { _ in } == [])
    }

    @Test(arguments: [
        (
            #"{"type": "page_view"}"#,
            "m.stages[0].enter[0].type: unknown type of touchpoint “page_view”; did you mean “page_viewed”?"
        ),
        (#"{"group": "see"}"#, "m.stages[0].enter[0].group: unknown group “see”; did you mean “seen”?"),
        (
            #"{"facts": {"purchased": 1}}"#,
            "m.stages[0].enter[0].facts.purchased: unknown fact “purchased”; did you mean “purchases”?"
        ),
        (#"{"is": "lov"}"#, "m.stages[0].enter[0].is: unknown named condition “lov”; did you mean “love”?"),
        (#"{"facts": {"stage": "b"}}"#, "m.stages[0].enter[0].facts.stage: unknown stage “b”; did you mean “a”?"),
        (
            #"{"where": {"text": {"matches": "("}}}"#,
            "m.stages[0].enter[0].where.text.matches: is no regular expression: “(”"
        ),
        (
            #"{"where": {"text": {}}}"#,
            "m.stages[0].enter[0].where.text: expected one of gte, gt, lte, lt, exists, matches"
        ),
    ])
    func `what is unknown is reported with its place and what was probably meant`(enter: String, expected: String)
        throws
    {
        let model = try model(enter: enter)
        #expect(try ShippedRules.problems { $0.models.append(model) } == [expected])
    }

    @Test func `a stage to go back to must exist`() throws {
        let model = try model(
            """
            {"model": "m", "title": {"en": "M", "ja": "M"}, "stages": [
              {"stage": "first", "title": {"en": "A", "ja": "A"}, "regress": [
                {"to": "frist", "when": [{"is": "act"}]}, {"to": "previous", "when": [{"is": "act"}]}]}]}
            """
        )
        #expect(
            try ShippedRules.problems { $0.models.append(model) } == [
                "m.stages[0].regress[0].to: unknown stage “frist”; did you mean “first”?",
                "m.stages[0].regress[1].to: there is no stage before the first",
            ]
        )
    }

    @Test func `conditions that refer to each other in a circle are reported`() throws {
        let found = try ShippedRules.problems { sources in
            sources.conditions.conditions["one"] = [Condition(is: "two")]
            sources.conditions.conditions["two"] = [Condition(is: "one")]
        }
        #expect(found == ["conditions.one: refers to itself: one → two → one"])
    }

    @Test func `rules cannot ask for what only models know`() throws {
        let found = try ShippedRules.problems { sources in
            sources.alerts.rules[0].match = [Condition(facts: ["stage": .value("purchase")])]
        }
        #expect(found == ["alerts.rules[0].match[0].facts.stage: “stage” is not known here"])
    }

    @Test func `every mistake is reported at once`() throws {
        let found = try ShippedRules.problems { sources in
            sources.alerts.rules[0].within = nil
            sources.mood.nps = [0]
            sources.models.append(sources.models[0])
        }
        #expect(found.count == 3)
    }

    @Test func `what conditions ask for is kept at intake`() throws {
        let kept = try ShippedRules.book().keptProperties
        #expect(kept.isSuperset(of: Rulebook.keptProperties))
        #expect(kept.contains("condition") && !Rulebook.keptProperties.contains("condition"))
        #expect(kept.isSuperset(of: ["order_id", "promised_at", "rating", "products", "waited_seconds"]))
    }

    @Test(arguments: [("250ms", 250), ("90s", 90_000), ("30m", 1_800_000), ("24h", 86_400_000), ("14d", 1_209_600_000)])
    func `lengths of time are digits and a unit`(text: String, ms: Int64) {
        #expect(Period(text)?.ms == ms)
    }

    @Test(arguments: ["", "d", "14", "14 d", "-1d", "1.5h", "1w", "99999999999999999999d", "9999999999d"])
    func `anything else is no length of time`(text: String) {
        #expect(Period(text) == nil)
    }
}
