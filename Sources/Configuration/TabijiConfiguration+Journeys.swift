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
        let scores = folder.isSound("mood/scores.yaml") ? mood : nil
        sentiment = scores.flatMap { SentimentModel(&folder, emotions: $0.emotions) }
        let areRead = folder.mistakes.count == before
        // What the others say together is known where what they refer to is.
        guard let vocabulary, let conditions, folder.isSound("journeys/conditions.yaml") else {
            rulebook = nil
            return
        }
        let sound = models.filter { folder.isSound("journeys/\($0.name).yaml") }
        var sources = RuleSources(
            models: sound.map(\.value),
            conditions: conditions,
            alerts: alerts ?? AlertRules(rules: []),
            mood: scores ?? .none
        )
        sources.areAll = areRead
        let wrong = folder.wrongParts(of: "alerts.yaml")
        // Where one is left out, the others have other numbers.
        if wrong.wholes.contains(where: { $0.hasPrefix("rules") }) { sources.alerts.rules = [] }
        var settings = FoldSettings()
        settings.timeZone = service.journeys.timezone
        settings.currency = service.journeys.currency
        settings.neighbours = service.journeys.neighbours
        settings.blocked = identity.rules.blocked
        settings.blockedPatterns = identity.rules.blockedPatterns
        do {
            let book = try Rulebook(sources, vocabulary: vocabulary, settings: settings)
            rulebook = areRead ? book : nil
        } catch {
            rulebook = nil
            for problem in error.problems {
                if problem.file == .alerts, wrong.all.contains(ConfigurationFolder.part(problem.path)) { continue }
                folder.note(problem, models: sound.map(\.name))
            }
        }
    }
}

extension ConfigurationFolder {
    /// Places a problem in its file.
    ///
    /// - Parameter models: names of the models' files.
    fileprivate mutating func note(_ problem: RuleProblem, models: [String]) {
        let file =
            switch problem.file {
            case .model(let number, _): "journeys/\(models[number]).yaml"
            case .conditions: "journeys/conditions.yaml"
            case .alerts: "alerts.yaml"
            case .mood: "mood/scores.yaml"
            case .settings: "tabiji.yaml"
            }
        note(file, at: problem.path, problem.message)
    }
}
