// SPDX-License-Identifier: Apache-2.0
internal import Journeys
internal import Sentiment

extension SentimentModel {
    /// Reads `mood/text.yaml` and the lexicons beside it; nil, with the mistakes noted, when they cannot be used.
    convenience init?(_ folder: inout ConfigurationFolder, emotions: [MoodScores.Emotion]) {
        let before = folder.mistakes.count
        let rules = folder.file("mood/\(SentimentSources.rulesFile)", as: SentimentRules.self)
        var files: [String: [UInt8]] = [:]
        for name in SentimentSources.lexicons { files[name] = folder.bytes("mood/\(name)") }
        guard folder.mistakes.count == before, let rules else { return nil }
        let known = emotions.map { (name: $0.emotion, score: $0.score) }
        do throws(InvalidSentiment) {
            try self.init(SentimentSources(rules: rules, files: files, emotions: known))
        } catch {
            for problem in error.problems {
                if let line = problem.line {
                    folder.note("mood/\(problem.file)", line: line, problem.message)
                } else {
                    folder.note("mood/\(problem.file)", at: problem.path ?? "", problem.message)
                }
            }
            return nil
        }
    }
}
