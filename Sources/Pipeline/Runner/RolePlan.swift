// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
package import Touchpoints

/// All that the three roles read of the configuration, in the form in which they read it.
package struct RolePlan: Sendable {
    package var rules: IdentityRules
    var vocabulary: Vocabulary
    package var decoding: IntakeSettings
    package var routing: IntakeRouting
    package var journey: JourneyRoleSettings
    package var worker: WorkerSettings
    var hasher: IdentifierHasher
    var journeyFold: JourneyFold
    var texts: TextMoodSource
    /// Of the files with models, alert rules, moods and the vocabulary.
    var rulesPrint: Hash128
    var owners: OwnerView
    /// Files of a replay, by the name that their batches carry.
    var files: [String: InputSource] = [:]
    /// Where the watermark of a bounded run ends; nil: at the newest accepted event.
    var untilMs: Int64?

    var intakeContext: IntakeContext {
        IntakeContext(
            settings: routing,
            rules: rules,
            vocabulary: vocabulary,
            decoding: decoding,
            hasher: hasher,
            owners: owners,
            files: files
        )
    }

    package var journeyContext: JourneyContext {
        let content = CanonicalContent(rules: rules, keptProperties: decoding.keptProperties)
        let print = FoldPrint.of(
            files: rulesPrint,
            book: journeyFold.rulebook.settings,
            identity: rules,
            settings: journey,
            emitsAlerts: journeyFold.emitsAlerts
        )
        return JourneyContext(
            settings: journey,
            rules: rules,
            journeyFold: journeyFold,
            texts: texts,
            print: print,
            kept: decoding.keptProperties
        ) { content.json(of: $0) }
    }
}
