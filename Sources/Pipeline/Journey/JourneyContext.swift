// SPDX-License-Identifier: Apache-2.0
package import Digests
package import Touchpoints

/// What every journey partition of a worker shares.
package struct JourneyContext: Sendable {
    var settings: JourneyRoleSettings
    var rules: IdentityRules
    package var journeyFold: JourneyFold
    var texts: TextMoodSource
    /// Of all that results follow from beside the events.
    var print: Hash128
    /// Names of the properties that rules read.
    var kept: Set<String>
    /// Renders an event back as JSON, for dead letters about it.
    var render: @Sendable (Touchpoint) -> [UInt8]

    package func home(_ customer: Hash128) -> Int32 {
        Murmur2.partition(of: customer.bytes, count: settings.partitions)
    }

    // MARK: dead letters

    func deadLetter(conflicting loser: Touchpoint, into transaction: inout Transaction) {
        DeadLetterWriter().append(
            reason: .conflictingDuplicate,
            detail: loser.key.hex,
            event: loser,
            payload: render(loser),
            into: &transaction
        )
    }

    /// Nothing of an event that is forgotten stays in letters about its copies.
    func takeBack(lettersOf held: Held, into transaction: inout Transaction) {
        for loser in held.losers {
            DeadLetterWriter().takeBack(
                reason: .conflictingDuplicate,
                of: held.event,
                content: loser,
                into: &transaction
            )
        }
    }

    func deadLetter(tooLate event: Touchpoint, watermarkMs: Int64, into transaction: inout Transaction) {
        DeadLetterWriter().append(
            reason: .tooLate,
            detail: "\(watermarkMs - event.timeMs) ms behind the watermark; limits.lateness decides",
            event: event,
            payload: render(event),
            into: &transaction
        )
    }

    // MARK: touchpoint records

    private static let touchpointID = Array("touchpoint".utf8)

    /// Which customer an event belongs to.
    package func touchpointResult(_ event: Touchpoint, mood: Double?, isHub: Bool) -> CausedResult {
        var names: [String] = []
        for name in event.names {
            guard let namespace = rules.namespace(name.namespace), !namespace.isReference else { continue }
            if !names.contains(namespace.name) { names.append(namespace.name) }
        }
        if names.count > 1 { names.sort() }
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.member("event")
        json.string(event.id)
        json.member("type")
        json.string(event.type)
        json.member("channel")
        json.string(event.channel)
        json.member("mood")
        if let mood { json.double(mood) } else { json.null() }
        json.member("identifiers")
        json.beginArray()
        for name in names { json.string(name) }
        json.endArray()
        json.member("hub")
        json.bool(isHub)
        json.member("revision")
        json.int(1)
        json.endObject()
        var sha = SHA256()
        sha.update(Self.touchpointID)
        sha.update(event.key)
        return CausedResult(id: sha.hash128(), kind: .touchpoint, timeMs: event.timeMs, bytes: json.bytes)
    }
}
