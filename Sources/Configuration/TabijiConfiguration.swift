// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Journeys
public import Sentiment
public import Touchpoints
internal import YAML

/// The whole configuration: the files of one folder, with the environment's settings in place of theirs, checked.
///
/// `tabiji.yaml` says where and how the program runs, `identity.yaml` how identifiers link, `vocabulary.yaml` what the types of
/// touchpoints mean. Secrets are resolved when it is loaded. It does not change while the program runs.
public struct TabijiConfiguration: Sendable {
    /// The folder that it was read from.
    public var directory: String
    /// What `tabiji.yaml` says.
    public var service: ServiceSettings
    /// What `identity.yaml` says.
    public var identity: IdentityRules
    /// The key of the identifiers' hashes (`privacy.key`).
    ///
    /// Never to be printed.
    public var identifierKey: String
    /// What `vocabulary.yaml` says.
    public var vocabulary: Vocabulary
    /// Stage models, alert rules and mood scores, ready to run.
    public var rulebook: Rulebook
    /// What texts are read by.
    public var sentiment: SentimentModel
    /// A hash of what `journeys/`, `alerts.yaml`, `mood/` and `vocabulary.yaml` say; a comment in YAML does not change it.
    public var rulesPrint: Hash128
    /// The tokens that `http.tokens` refers to.
    public var tokens: HTTPTokens

    /// What intake reads of all this.
    public var intake: IntakeSettings {
        var intake = IntakeSettings()
        intake.eventBytesMax = service.limits.eventBytes.bytes
        intake.earliestTimeMs = service.limits.earliestTimeMs
        intake.controlTopics = Set(service.controlTopics)
        intake.formats = service.formats.mapValues(\.intake)
        intake.topicRealms = service.topicRealms
        intake.segmentTime = service.segment.time == .corrected ? .corrected : .original
        intake.keptProperties = Set(vocabulary.entries.flatMap(\.properties)).union(rulebook.keptProperties)
        return intake
    }

    /// Reads and checks a folder.
    ///
    /// - Parameters:
    ///   - directory: see `ConfigurationDirectory`.
    ///   - environment: settings (`TABIJI_…`) and secrets.
    /// - Returns: the configuration, with secrets resolved.
    /// - Throws: every mistake there is; exit code 78.
    public static func load(
        directory: String,
        environment: [String: String]
    ) throws(ConfigurationProblems) -> TabijiConfiguration {
        var folder = ConfigurationFolder(path: directory, environment: environment)
        let configuration = read(&folder, environment)
        guard let configuration, folder.mistakes.isEmpty else { throw ConfigurationProblems(folder.mistakes) }
        return configuration
    }

    /// The nearest `config` folder with the key that the demo and tests use, and nothing from the environment.
    ///
    /// - Throws: as `load`.
    public static func shipped() throws(ConfigurationProblems) -> TabijiConfiguration {
        let directory = try ConfigurationDirectory.find(asked: nil, environment: [:])
        return try load(directory: directory, environment: ["TABIJI_IDENTIFIER_KEY": "tabiji"])
    }

    /// Every mistake of a folder; none when it can be used.
    public static func check(directory: String, environment: [String: String]) -> [ConfigurationMistake] {
        do {
            _ = try load(directory: directory, environment: environment)
            return []
        } catch {
            return error.mistakes
        }
    }

    private static func read(_ folder: inout ConfigurationFolder, _ environment: [String: String])
        -> TabijiConfiguration?
    {
        let serviceFile = folder.document("tabiji.yaml", as: ServiceSettings.self, variables: "")
        let identityFile = folder.document("identity.yaml", as: IdentityFile.self, variables: "IDENTITY_")
        var service = folder.decode(ServiceSettings.self, from: serviceFile) ?? ServiceSettings()
        let identity = folder.decode(IdentityFile.self, from: identityFile) ?? IdentityFile()
        folder.note(identity.findings(), in: identityFile)
        folder.note(service.findings(realms: Set(identity.realms.keys).union(["default"])), in: serviceFile)

        let vocabulary = vocabulary(&folder)
        let journeys = JourneyFiles(&folder, vocabulary, service, identity)

        var secrets = SecretReader(environment: environment)
        service.kafka.properties = secrets.kafka(service.kafka.properties)
        let tokens = HTTPTokens(
            events: secrets.read(service.http.tokens.events, at: ["http", "tokens", "events"]),
            control: secrets.read(service.http.tokens.control, at: ["http", "tokens", "control"]),
            read: secrets.read(service.http.tokens.read, at: ["http", "tokens", "read"])
        )
        folder.note(secrets.takeFindings(), in: serviceFile)
        let key = secrets.identifierKey(identity.privacy.key)
        folder.note(secrets.takeFindings(), in: identityFile)
        folder.noteUnknownVariables(beside: identity.privacy.key)

        guard let vocabulary, let rulebook = journeys.rulebook, let sentiment = journeys.sentiment else {
            return nil
        }
        return TabijiConfiguration(
            directory: folder.path,
            service: service,
            identity: identity.rules,
            identifierKey: key ?? "",
            vocabulary: vocabulary,
            rulebook: rulebook,
            sentiment: sentiment,
            rulesPrint: folder.print.ofJourneys,
            tokens: tokens
        )
    }

    /// The vocabulary; nil when it has mistakes.
    private static func vocabulary(_ folder: inout ConfigurationFolder) -> Vocabulary? {
        let before = folder.mistakes.count
        let document = folder.document("vocabulary.yaml", as: VocabularyFile.self, variables: "VOCABULARY_")
        guard let file = folder.decode(VocabularyFile.self, from: document) else { return nil }
        folder.note(file.findings(), in: document)
        return folder.mistakes.count == before ? file.vocabulary : nil
    }
}
