// SPDX-License-Identifier: Apache-2.0
import Foundation
import Journeys
import Testing
import Touchpoints

/// The shipped rules and the vocabulary that the executable specification uses.
enum ShippedRules {
    static let models = [
        "seed-4", "classic-5", "journey-7", "d2c-5", "customer-success", "post-purchase", "support-case",
    ]

    static func fixture(_ path: String) throws -> Data {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        return try Data(contentsOf: folder.appendingPathComponent(path))
    }

    static func sources() throws -> RuleSources {
        let decoder = JSONDecoder()
        return RuleSources(
            models: try models.map { try decoder.decode(StageModel.self, from: fixture("config/journeys/\($0).json")) },
            conditions: try decoder.decode(NamedConditions.self, from: fixture("config/journeys/conditions.json")),
            alerts: try decoder.decode(AlertRules.self, from: fixture("config/alerts.json")),
            mood: try decoder.decode(MoodScores.self, from: fixture("config/mood/scores.json"))
        )
    }

    static func vocabulary() throws -> Vocabulary {
        let entries = try JSONText.read(String(decoding: fixture("config/vocabulary.json"), as: UTF8.self)).items
        return Vocabulary(
            entries: entries.map { entry in
                let type = entry["type"]?.text ?? ""
                return Vocabulary.Entry(
                    type: type,
                    group: entry["group"]?.text ?? "",
                    channel: "web",
                    byCompany: entry["by"]?.text == "company",
                    title: .init(en: type, ja: type)
                )
            },
            aliases: [:],
            propertyAliases: []
        )
    }

    static func book() throws -> Rulebook { try Rulebook(sources(), vocabulary: vocabulary()) }
}
