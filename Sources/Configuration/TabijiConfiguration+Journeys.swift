// SPDX-License-Identifier: Apache-2.0
internal import Journeys
internal import Touchpoints

/// Stage models, named conditions, alert rules and mood scores: read from their files, then held against one another.
struct JourneyFiles {
    let rulebook: Rulebook?

    init(_ folder: inout ConfigurationFolder, _ vocabulary: Vocabulary, _ service: ServiceSettings, _ identity: IdentityFile) {
        let before = folder.mistakes.count
        let models = folder.files(in: "journeys", as: StageModel.self, except: ["conditions.yaml"])
        let conditions = folder.file("journeys/conditions.yaml", as: NamedConditions.self)
        let alerts = folder.file("alerts.yaml", as: AlertRules.self)
        let mood = folder.file("mood/scores.yaml", as: MoodScores.self)
        guard folder.mistakes.count == before, let conditions, let alerts, let mood else {
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
            for problem in error.problems { folder.note(problem, files: models.map(\.name)) }
        }
    }
}

extension ConfigurationFolder {
    /// A problem's path begins with the model's name, or with the file's.
    fileprivate mutating func note(_ problem: RuleProblem, files: [String]) {
        let first = problem.path.prefix { $0 != "." && $0 != "[" }
        let file =
            switch first {
            case "conditions": "journeys/conditions.yaml"
            case "alerts": "alerts.yaml"
            case "mood", "scores": "mood/scores.yaml"
            case "timezone": "tabiji.yaml"
            default: files.contains(String(first)) ? "journeys/\(first).yaml" : "journeys"
            }
        note(ConfigurationMistake(source: "\(path)/\(file)", key: problem.path, message: problem.message))
    }
}
