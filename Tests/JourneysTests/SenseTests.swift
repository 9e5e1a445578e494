// SPDX-License-Identifier: Apache-2.0
import Foundation
import Journeys
import Testing
import Touchpoints

/// Rules that could be read and still make no sense.
@Suite struct SenseTests {
    private func decoded<T: Decodable>(_ type: T.Type, _ json: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    private func problems(enter: String) throws -> [String] {
        let json = #"""
            {"model": "m", "title": {"en": "M", "ja": "M"}, "stages": [
              {"stage": "a", "title": {"en": "A", "ja": "A"}, "enter": [\#(enter)]}]}
            """#
        return try ShippedRules.problems { $0.models.append(try decoded(StageModel.self, json)) }
    }

    @Test(arguments: [
        (#"{"facts": {"nps": {"gte": 11}}}"#, "“nps” is never so with its types of touchpoint"),
        (#"{"facts": {"nps": {"gt": 6, "lt": 7}}}"#, "“nps” is never so with its types of touchpoint"),
        (#"{"facts": {"stars": {"lte": 0}}}"#, "“stars” is never so with its types of touchpoint"),
        (#"{"type": "nps_answered", "facts": {"stars": 5}}"#, "“stars” is never so with its types of touchpoint"),
        (#"{"type": "order_shipped", "facts": {"by": "customer"}}"#, "“by” is never so with its types of touchpoint"),
        (#"{"type": "page_viewed", "facts": {"buys": true}}"#, "“buys” is never so with its types of touchpoint"),
        (#"{"facts": {"customer_mood": {"lt": -1}}}"#, "“customer_mood” is never so with its types of touchpoint"),
        (#"{"facts": {"orders": {"exists": false}}}"#, "“orders” is never so with its types of touchpoint"),
        (#"{"facts": {"orders": 1.5}}"#, "“orders” is never so with its types of touchpoint"),
        (#"{"facts": {"owned": "yes"}}"#, "“owned” is never so with its types of touchpoint"),
        (#"{"facts": {"stage": "a"}}"#, "“stage” is never so with its types of touchpoint"),
        (#"{"group": "help", "type": "page_viewed"}"#, "it lets no type of touchpoint through"),
        (#"{"type": "page_viewed", "except": "page_viewed"}"#, "it lets no type of touchpoint through"),
        (#"{"is": "love", "type": "page_viewed"}"#, "“nps” is never so with its types of touchpoint"),
        (#"{"is": "damaged", "where": {"condition": "ok"}}"#, "no value of “condition” meets it"),
        (#"{"type": "product_reviewed", "where": {"rating": {"gte": 4, "lt": 3}}}"#, "no value of “rating” meets it"),
    ])
    func `a condition that no event can meet is reported`(enter: String, why: String) throws {
        let found = try problems(enter: enter)
        #expect(found == ["m.stages[0].enter[0]: can never match: \(why)"])
    }

    @Test(arguments: [
        #"{"facts": {"nps": {"gte": 10}}}"#, #"{"facts": {"nps": {"gt": 6, "lt": 8}}}"#,
        #"{"facts": {"stars": {"gt": 4.9}}}"#, #"{"facts": {"stars": {"exists": false}}, "type": "page_viewed"}"#,
        #"{"type": "call_started", "facts": {"by": "company"}}"#, #"{"facts": {"by": ["customer", "x"]}}"#,
        #"{"facts": {"idle_days": {"gt": 0, "lt": 0.001}}}"#, #"{"facts": {"buys": false}, "type": "page_viewed"}"#,
        #"{"facts": {"stage": {"exists": false}}}"#, #"{"where": {"text": {"matches": "返金"}}}"#,
        #"{"channel": ["web", "app"], "facts": {"returns_settled": true}}"#,
        #"{"type": "product_reviewed", "where": {"rating": {"gte": 3, "lte": 3}}}"#,
        #"{"type": "product_reviewed", "where": {"rating": "five"}}"#,
    ])
    func `a condition that some event can meet is not`(enter: String) throws {
        #expect(try problems(enter: enter) == [])
    }

    @Test(arguments: [
        (
            #"{"type": "product_reviewed", "where": {"raiting": 5}}"#,
            "raiting: unknown property “raiting” of product_reviewed; did you mean “rating”?"
        ),
        (
            #"{"type": ["nps_answered", "csat_answered"], "where": {"condition": "ok"}}"#,
            "condition: unknown property “condition” of these types of touchpoint"
        ),
        (#"{"where": {"condtion": "ok"}}"#, "condtion: unknown property “condtion”; did you mean “condition”?"),
    ])
    func `a property that the types do not have is reported, with the nearest`(enter: String, what: String) throws {
        #expect(try problems(enter: enter) == ["m.stages[0].enter[0].where.\(what)"])
    }

    private func model(_ stages: String, restart: String = "null") throws -> StageModel {
        try decoded(
            StageModel.self,
            #"{"model": "m", "title": {"en": "M", "ja": "M"}, "restart": \#(restart), "stages": [\#(stages)]}"#
        )
    }

    private static let first = #"{"stage": "a", "title": {"en": "A", "ja": "A"}, "enter": [{"type": "page_viewed"}]}"#

    @Test func `a stage that nothing leads to is reported`() throws {
        let alone = #"{"stage": "b", "title": {"en": "B", "ja": "B"}}"#
        // Only from the stage above it, which only leads on from itself.
        let circle = #"""
            {"stage": "c", "title": {"en": "C", "ja": "C"}, "enter": [{"facts": {"stage": "b"}}], "regress": [
              {"to": "b", "when": [{"type": "product_viewed"}]}]}
            """#
        let found = try ShippedRules.problems { $0.models.append(try model("\(Self.first),\(alone),\(circle)")) }
        #expect(
            found == [
                "m.stages[1].stage: “b” cannot be reached: nothing leads to it",
                "m.stages[2].stage: “c” cannot be reached: nothing leads to it",
            ]
        )
    }

    @Test func `a stage that only a step back or a restart leads to can be reached`() throws {
        let back = #"""
            {"stage": "c", "title": {"en": "C", "ja": "C"}, "enter": [{"type": "product_added"}], "regress": [
              {"to": "previous", "when": [{"type": "product_removed"}]}]}
            """#
        let below = #"{"stage": "b", "title": {"en": "B", "ja": "B"}}"#
        #expect(try ShippedRules.problems { $0.models.append(try model("\(Self.first),\(below),\(back)")) } == [])
        let again = #"{"stage": "b", "title": {"en": "B", "ja": "B"}, "enter": [{"type": "product_added"}]}"#
        let restart = #"[{"type": "page_viewed", "facts": {"stage": "b"}}]"#
        #expect(
            try ShippedRules.problems {
                $0.models.append(try model("\(below.replacing("b", with: "z")),\(again)", restart: restart))
            } == []
        )
    }

    @Test(arguments: [
        (
            #"{"rule": "x", "title": {"en": "X", "ja": "X"}, "kind": "match", "match": [{"type": "page_viewed"}], "n": 3}"#,
            "n: does nothing in a rule of kind match"
        ),
        (
            #"""
            {"rule": "x", "title": {"en": "X", "ja": "X"}, "kind": "match", "key": "subscription",
             "match": [{"type": "page_viewed"}]}
            """#,
            "match[0]: can never match: its types of touchpoint are about no subscription"
        ),
        (
            #"""
            {"rule": "x", "title": {"en": "X", "ja": "X"}, "kind": "absence", "by": "promissed_at",
             "match": [{"type": "order_completed"}]}
            """#,
            "by: unknown property “promissed_at”; did you mean “promised_at”?"
        ),
        (
            #"{"rule": "x", "title": {"en": "X", "ja": " "}, "kind": "match", "match": [{"type": "page_viewed"}]}"#,
            "title.ja: expected a title in this language, found none"
        ),
        (
            #"{"rule": "x", "title": {"en": "X", "ja": "X"}, "kind": "threshold", "lte": -2, "fall": 0.5, "within": "1d"}"#,
            "lte: can never match: no mood is below −1"
        ),
        (
            #"{"rule": "x", "title": {"en": "X", "ja": "X"}, "kind": "match", "match": []}"#,
            "match: expected at least one condition"
        ),
    ])
    func `a rule that can never match, or says what does nothing, is reported`(rule: String, what: String) throws {
        let found = try ShippedRules.problems { $0.alerts.rules.append(try decoded(AlertRule.self, rule)) }
        #expect(found == ["alerts.rules[18].\(what)"])
    }

    @Test func `a rule about stages that are not left needs one`() throws {
        let found = try ShippedRules.problems { sources in
            for model in sources.models.indices {
                for stage in sources.models[model].stages.indices {
                    sources.models[model].stages[stage].stuckAfter = nil
                }
            }
        }
        #expect(found == ["alerts.rules[14].kind: can never match: no stage has stuck_after"])
    }
}
