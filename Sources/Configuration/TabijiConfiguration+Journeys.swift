// SPDX-License-Identifier: Apache-2.0
internal import Journeys
internal import Sentiment
internal import Touchpoints

/// Stage models, named conditions, alert rules and mood scores: read from their files, then held against one another.
struct JourneyFiles {
    /// nil: there are mistakes.
    let rulebook: Rulebook?
    /// nil: there are mistakes.
    let sentiment: SentimentModel?

    /// Reads them; `vocabulary` is nil when that has mistakes: then what the files say together is not known.
    init(
        _ folder: inout ConfigurationFolder,
        _ vocabulary: Vocabulary?,
        _ service: ServiceSettings,
        _ identity: IdentityFile
    ) {
        let before = folder.mistakes.count
        let models = folder.files(in: "journeys", as: StageModel.self, except: ["conditions.yaml"])
        let conditions = folder.file("journeys/conditions.yaml", as: NamedConditions.self)
        let alerts = folder.file("alerts.yaml", as: AlertRules.self)
        let mood = folder.file("mood/scores.yaml", as: MoodScores.self)
        sentiment = mood.flatMap { SentimentModel(&folder, emotions: $0.emotions) }
        guard folder.mistakes.count == before, let vocabulary, let conditions, let alerts, let mood else {
            rulebook = nil  // What they get wrong together is known when each can be read.
            return
        }
        let sources = RuleSources(models: models.map(\.value), conditions: conditions, alerts: alerts, mood: mood)
        var settings = FoldSettings()
        settings.timeZone = service.journeys.timezone
        settings.currency = service.journeys.currency
        settings.neighbours = service.journeys.neighbours
        settings.blocked = identity.rules.blocked
        do {
            rulebook = try Rulebook(sources, vocabulary: vocabulary, settings: settings)
        } catch {
            rulebook = nil
            let files = Dictionary(models.map { ($0.value.model, $0.name) }, uniquingKeysWith: { first, _ in first })
            for problem in error.problems { folder.note(problem, files: files) }
        }
    }
}

extension ConfigurationFolder {
    /// Places a problem: its path begins with the model's name, or says which other file it is.
    fileprivate mutating func note(_ problem: RuleProblem, files: [String: String]) {
        let first = String(problem.path.prefix { $0 != "." && $0 != "[" })
        let rest = String(problem.path.dropFirst(first.count).drop { $0 == "." })
        switch first {
        case "conditions": note("journeys/conditions.yaml", at: problem.path, problem.message)
        case "alerts": note("alerts.yaml", at: rest, problem.message)
        case "mood": note("mood/scores.yaml", at: rest, problem.message)
        case "timezone": note("tabiji.yaml", at: "journeys.timezone", problem.message)
        default:
            if let name = files[first] {
                note("journeys/\(name).yaml", at: rest, problem.message)
            } else {
                note("alerts.yaml", at: problem.path, problem.message)
            }
        }
    }
}
