// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Journeys
import Testing
import Touchpoints
import YAML

/// The shipped rules: models, conditions and scores as the executable specification has them, alerts with their messages.
enum ShippedRules {
    static let models = [
        "seed-4", "classic-5", "journey-7", "d2c-5", "customer-success", "post-purchase", "support-case",
    ]

    static func fixture(_ path: String) throws -> Data {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        return try Data(contentsOf: folder.appendingPathComponent(path))
    }

    static func yaml<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let bytes = try Data(contentsOf: package.appendingPathComponent("config/\(path).yaml"))
        return try YAMLDecoder().decode(type, from: YAMLDocument(parsing: [UInt8](bytes), source: path))
    }

    static func sources() throws -> RuleSources {
        let decoder = JSONDecoder()
        return RuleSources(
            models: try models.map { try decoder.decode(StageModel.self, from: fixture("config/journeys/\($0).json")) },
            conditions: try decoder.decode(NamedConditions.self, from: fixture("config/journeys/conditions.json")),
            alerts: try yaml(AlertRules.self, "alerts"),
            mood: try decoder.decode(MoodScores.self, from: fixture("config/mood/scores.json"))
        )
    }

    private static let shipped = Result { try TabijiConfiguration.shipped().vocabulary }

    static func vocabulary() throws -> Vocabulary { try shipped.get() }

    /// The vocabulary of the executable specification: each type with its group and who acts.
    static func specifiedTypes() throws -> [String] {
        try JSONText.read(String(decoding: fixture("config/vocabulary.json"), as: UTF8.self)).items.map { entry in
            [entry["type"], entry["group"], entry["by"]].map { $0?.text ?? "" }.joined(separator: " ")
        }
    }

    static func book() throws -> Rulebook { try Rulebook(sources(), vocabulary: vocabulary()) }

    /// What is wrong with them after a change.
    static func problems(_ change: (inout RuleSources) throws -> Void) throws -> [String] {
        var sources = try sources()
        try change(&sources)
        do {
            _ = try Rulebook(sources, vocabulary: vocabulary())
            return []
        } catch let invalid as InvalidRules {
            return invalid.problems.map(\.description)
        }
    }
}
