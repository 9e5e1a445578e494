// SPDX-License-Identifier: Apache-2.0
package import Configuration
internal import Digests
internal import Journeys
internal import Touchpoints

extension RolePlan {
    /// - Parameter partitions: of the inbox and of moves, on the transport in use.
    package init(_ configuration: TabijiConfiguration, partitions: Int32) {
        let service = configuration.service
        let limits = service.limits
        rules = configuration.identity
        vocabulary = configuration.vocabulary
        decoding = configuration.intake
        hasher = IdentifierHasher(key: configuration.identifierKey)
        journeyFold = JourneyFold(rulebook: configuration.rulebook, emitsAlerts: true)
        texts = TextMoodSource(configuration.sentiment)
        rulesPrint = configuration.rulesPrint
        owners = OwnerView(entriesMax: limits.cachedOwners)

        routing = IntakeRouting()
        routing.partitions = partitions
        routing.ticksLinks = true
        routing.observationBucketMs = configuration.identity.observationBucketMs
        routing.cacheMax = limits.cachedObservations
        routing.idleAfterMs = limits.idleAfter.wholeMilliseconds

        journey = JourneyRoleSettings()
        journey.partitions = partitions
        journey.emitsTimeline = service.outputs.timeline
        journey.latenessMs = limits.lateness.wholeMilliseconds
        journey.outOfOrdernessMs = limits.outOfOrderness.wholeMilliseconds
        journey.profileIntervalMs = service.profileInterval.wholeMilliseconds
        journey.touchpointsMax = limits.maxTouchpoints
        journey.foldsPerCommitMax = limits.commitCustomers
        journey.eventsPerCommitMax = limits.commitEvents
        journey.mapsPerCommitMax = limits.commitIdentifiers
        journey.reckonsPerCommitMax = limits.commitIdentifiers
        journey.mapsCachedMax = limits.cachedOwners
        journey.customersCachedMax = limits.cachedCustomers
        journey.textsCachedMax = limits.cachedTexts

        worker = WorkerSettings()
        worker.batchRecordsMax = limits.batchRecords
        worker.commitRecordsMax = max(limits.batchRecords, 20_000)
        worker.commitBytesMax = limits.overlayBytes.bytes
        worker.commitIntervalMs = service.commitInterval.wholeMilliseconds
    }
}
