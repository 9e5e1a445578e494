// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Sentiment
internal import Touchpoints

/// A hash of all that a customer's results follow from beside its events: the same on every machine and in every run.
enum FoldPrint {
    /// - Parameter files: of what stage models, alert rules, moods and the vocabulary say.
    static func of(
        files: Hash128,
        book: FoldSettings,
        identity: IdentityRules,
        settings: JourneyRoleSettings,
        emitsAlerts: Bool
    ) -> Hash128 {
        var sha = SHA256()
        func add(_ name: String, _ values: [String]) {
            sha.update(texts: ["\(name) \(values.count)"] + values)
        }
        add("code", ["\(Rulebook.resultsVersion)", "\(SentimentModel.resultsVersion)"])
        add("files", [files.hex])
        add("time zone, currency", [book.timeZone, book.currency])
        add("blocked", book.blocked.sorted())
        if !book.blockedPatterns.isEmpty { add("blocked patterns", book.blockedPatterns.sorted()) }
        for (place, near) in book.neighbours.sorted(by: { $0.key < $1.key }) { add("near", [place] + near.sorted()) }
        // What records say of identifiers.
        add("namespaces", identity.namespaces.filter { !$0.isReference }.map(\.name).sorted())
        add("plain", ["\(identity.showsPlainIdentifiers)"])
        add("consent", ["\(identity.consentDefault)"])
        add("outputs", ["\(settings.emitsTimeline)", "\(emitsAlerts)"])
        add("limits", ["\(settings.touchpointsMax)", "\(settings.outOfOrdernessMs)"])
        return sha.hash128()
    }
}
