// SPDX-License-Identifier: Apache-2.0
internal import Journeys
internal import Sentiment
internal import YAML

/// Which keys each file may have, found from the types that read them.
public enum ConfigurationKeys {
    /// By file name: the paths of all keys, such as `limits.event_bytes`, `formats.*`, `types[].group`; in order.
    public static let byFile: [String: [String]] = [
        "tabiji.yaml": YAMLShape(of: ServiceSettings.self).keyPaths,
        "identity.yaml": YAMLShape(of: IdentityFile.self).keyPaths,
        "vocabulary.yaml": YAMLShape(of: VocabularyFile.self).keyPaths,
        "journeys/*.yaml": YAMLShape(of: StageModel.self).keyPaths,
        "journeys/conditions.yaml": YAMLShape(of: NamedConditions.self).keyPaths,
        "alerts.yaml": YAMLShape(of: AlertRules.self).keyPaths,
        "mood/scores.yaml": YAMLShape(of: MoodScores.self).keyPaths,
        "mood/text.yaml": YAMLShape(of: SentimentRules.self).keyPaths,
    ]
}
