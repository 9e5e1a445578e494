// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Journeys
import TestSupport
import Testing
import Touchpoints

@testable import Pipeline

/// Stock that comes back, joined with wishes and carts near it, against the executable specification.
@Suite struct BroadcastTests {
    /// Differences from the specification, and how often something was told to be back.
    private func compare(_ lines: Data) throws -> (differences: [String], told: Int) {
        let sources = try ShippedRules.sources()
        let vocabulary = try ShippedRules.vocabulary()
        var differences: [String] = []
        var told = 0
        for (index, line) in String(decoding: lines, as: UTF8.self).split(separator: "\n").enumerated() {
            let both = JSONText.read(String(line))
            let asked = try #require(both["case"])
            var settings = FoldSettings()
            for member in asked["neighbours"]?.members ?? [] {
                settings.neighbours[member.name] = member.value.items.compactMap(\.text)
            }
            let book = try Rulebook(sources, vocabulary: vocabulary, settings: settings)
            let found = OracleCase(asked).fold(book)
            told += found.alerts.count { $0.rule == "back_in_stock" }
            if let difference = found.asAnswer.difference(from: try #require(both["answer"])) {
                differences.append("case \(index): \(difference)")
            }
        }
        return (differences, told)
    }

    @Test func `the kept cases about stock have the answers that were kept with them`() throws {
        let (differences, told) = try compare(try ShippedRules.fixture("broadcasts.ndjson"))
        #expect(differences == [])
        #expect(told >= 15)
    }

    @Test(.enabled(if: Specification.shared != nil, "the executable specification is not beside the project"))
    func `fresh cases about stock have the specification's answers`() throws {
        let shared = try #require(Specification.shared)
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        let script = folder.appendingPathComponent("broadcasts.py").path
        let seed = Int.random(in: 1...999_999)
        let model = shared.appendingPathComponent("model").path
        let (differences, _) = try compare(try Specification.python([script, model, "\(seed)", "150"], in: model))
        #expect(differences == [], "seed \(seed)")
    }

    @Test func `a neighbour in the configuration is near in both directions, another place is not`() throws {
        var settings = FoldSettings()
        settings.neighbours = ["shibuya": ["harajuku"]]
        let book = try Rulebook(ShippedRules.sources(), vocabulary: ShippedRules.vocabulary(), settings: settings)
        func isTold(wished: String, back: String) -> Bool {
            let wish = event(1, "product_added_to_wishlist", ["product_id": "bag", "location": .string(wished)])
            let news = [0, 3].map { count in
                event(
                    Int64(count),
                    "stock_changed",
                    ["product_id": "bag", "location": .string(back), "quantity": .int(Int64(count))]
                )
            }
            let result = Fold.run([wish], broadcasts: news, untilMs: Scene.startMs + 9, rulebook: book)
            return result.alerts.contains { $0.rule == "back_in_stock" }
        }
        #expect(isTold(wished: "shibuya", back: "harajuku") && isTold(wished: "harajuku", back: "shibuya"))
        #expect(isTold(wished: "ueno", back: "ueno") && !isTold(wished: "ueno", back: "shibuya"))
    }

    @Test func `neighbours that tabiji.yaml names are near in the whole program, for the past too`() throws {
        let text = """
            who: {user_id: u1}
            events:
              - {at: 2026-03-01 09:00, type: stock_changed, with: {product_id: bag, location: harajuku, quantity: 0}}
              - {at: 2026-03-02 10:00, type: product_added_to_wishlist, with: {product_id: bag, location: shibuya}}
              - {at: 2026-03-03 10:00, type: stock_changed, with: {product_id: bag, location: harajuku, quantity: 2}}
            """
        let story = try Story(name: "neighbours", bytes: Array(text.utf8))
        let near = try OtherRules.configuration([
            .init(file: "tabiji.yaml", text: "neighbours: {}", other: "neighbours: {shibuya: [harajuku, ebisu]}")
        ])
        let run = try StoryRun(story)
        for event in story.events { try run.feed(event.line) }
        #expect(NetRecords(run.outputs)[.alerts].isEmpty)
        try run.restart(near)
        let alerts = NetRecords(run.outputs)[.alerts].map(\.data)
        #expect(alerts.map { $0["rule"]?.text } == ["back_in_stock"])
        #expect(alerts.first?["message"]?["ja"]?.text == "bagがharajukuに再入荷: 2点")
    }
}
