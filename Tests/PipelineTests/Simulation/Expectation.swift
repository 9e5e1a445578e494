// SPDX-License-Identifier: Apache-2.0
import Digests
import Journeys
import Touchpoints

@testable import Pipeline

/// What must stand at the end: a fold of each customer's events, these being attributed as the specification says.
struct Expectation {
    /// One result, with its content for any revision.
    struct Result {
        var topic: Topic
        /// nil: nobody's.
        var subject: Hash128?
        var timeMs: Int64
        var data: (_ revision: Int) -> [UInt8]
    }

    /// Every event once, of copies the one with the smallest content.
    private(set) var events: [Hash128: Touchpoint] = [:]
    private(set) var owners: [Hash128: Scenario.Owner] = [:]
    /// Copies that lost, by event: their contents.
    private(set) var losers: [Hash128: Set<Hash128>] = [:]
    /// The same of broadcasts: key and content.
    private(set) var lostBroadcasts: Set<[Hash128]> = []
    private(set) var results: [Hash128: Result] = [:]
    private(set) var profiles: [Hash128: Result] = [:]
    private(set) var digest = JourneyTotals.Digest()
    private let untilMs: (_ customer: Hash128) throws -> Int64
    /// About nobody, in order.
    private(set) var broadcasts: [Touchpoint] = []

    var held: [Hash128: Hash128] {
        owners.compactMapValues { owner in
            switch owner {
            case .customer(let customer): customer
            case .nobody: .zero
            case .forgotten: nil
            }
        }
    }

    struct Refused: Error { var reason: String }

    init(_ scenario: Scenario, _ broadcasts: [[UInt8]], _ plan: RolePlan, untilMs: @escaping (Hash128) throws -> Int64)
        throws
    {
        self.untilMs = untilMs
        let decoder = plan.intakeContext.decoder()
        for record in scenario.records {
            let outcome = decoder.decode(
                record.payload,
                0..<record.payload.count,
                timestampMs: nil,
                topic: SimulatedWorld.input
            )
            guard case .accepted(let accepted) = outcome else { throw Refused(reason: "\(outcome)") }
            try take(accepted.touchpoint, record.owner)
        }
        for payload in broadcasts {
            let outcome = decoder.decode(payload, 0..<payload.count, timestampMs: nil, topic: SimulatedWorld.input)
            guard case .broadcast(let accepted) = outcome else { throw Refused(reason: "\(outcome)") }
            take(broadcast: accepted.touchpoint)
        }
        let context = plan.journeyContext
        for (customer, timeline) in Dictionary(grouping: events.values, by: { held[$0.key] }) {
            guard let customer else { continue }
            let timeline = timeline.sorted { ($0.timeMs, $0.key) < ($1.timeMs, $1.key) }
            if customer == .zero {
                for event in timeline { add(context.touchpointResult(event, mood: nil, isHub: true), nil) }
            } else {
                try fold(timeline, of: customer, scenario, context)
            }
        }
    }

    private mutating func take(_ event: Touchpoint, _ owner: Scenario.Owner) throws {
        if let known = owners[event.key], known != owner { throw Refused(reason: "copies with two owners") }
        owners[event.key] = owner
        guard let known = events[event.key] else { return events[event.key] = event }
        if known.content == event.content { return }
        let (winner, loser) = known.content < event.content ? (known, event) : (event, known)
        events[event.key] = winner
        losers[event.key, default: []].insert(loser.content)
    }

    private mutating func take(broadcast event: Touchpoint) {
        guard let index = broadcasts.firstIndex(where: { $0.key == event.key }) else { return broadcasts.append(event) }
        let known = broadcasts[index]
        if known.content == event.content { return }
        broadcasts[index] = known.content < event.content ? known : event
        lostBroadcasts.insert([event.key, max(known.content, event.content)])
    }

    private mutating func fold(
        _ timeline: [Touchpoint],
        of customer: Hash128,
        _ scenario: Scenario,
        _ context: JourneyContext
    ) throws {
        let outcome = context.journeyFold.refold(
            timeline,
            watermarkMs: try untilMs(customer),
            broadcasts: broadcasts,
            readsText: try TextMoods(context.texts).mood
        )
        for event in timeline {
            for result in outcome.results[event.key] ?? [] { add(result, customer) }
            add(context.touchpointResult(event, mood: outcome.moods[event.key], isHub: false), customer)
        }
        guard let profile = outcome.profile else { return }
        let identifiers = scenario.owners.values.filter { $0.customers.contains(customer) }.map(\.identifier)
        let consent = Self.consent(timeline) ?? context.rules.consentDefault
        let told = Result(topic: .profiles, subject: customer, timeMs: profile.lastSeenMs) { revision in
            context.profileData(profile, identifiers: identifiers, consent: consent, revision: revision)
        }
        profiles[customer] = told
        count(0, customer, told.data(1))
    }

    /// What the newest event about consent says; at equal times a withdrawal wins.
    private static func consent(_ timeline: [Touchpoint]) -> Bool? {
        let said = timeline.compactMap { event in event.consentChange.map { (timeMs: event.timeMs, given: $0) } }
        guard let newest = said.map(\.timeMs).max() else { return nil }
        return said.allSatisfy { $0.timeMs < newest || $0.given }
    }

    private mutating func add(_ result: CausedResult, _ customer: Hash128?) {
        let topic = result.kind.topic
        results[result.id] = Result(topic: topic, subject: customer, timeMs: result.timeMs, data: result.data)
        count(result.kind.rawValue, customer ?? .zero, result.data(1))
    }

    private mutating func count(_ kind: UInt8, _ customer: Hash128, _ data: [UInt8]) {
        var sha = SHA256()
        sha.update([kind] + customer.bytes)
        sha.update(data)
        digest.add(sha.hash128())
    }
}
