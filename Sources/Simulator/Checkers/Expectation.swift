// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Digests
internal import Journeys
internal import Pipeline
internal import Touchpoints

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
    private let rulebook: Rulebook
    private let consentDefault: Bool
    /// About nobody, in order.
    private(set) var broadcasts: [Touchpoint] = []

    /// Who holds each event, `.zero` standing for nobody; what is forgotten has no holder.
    private(set) var held: [Hash128: Hash128] = [:]

    /// A record is not what it is meant to be: the scenario is at fault.
    struct Refused: Error { var reason: String }

    init(_ scenario: Scenario, _ world: SimulatedWorld, _ configuration: TabijiConfiguration) throws {
        untilMs = world.watermarkMs
        rulebook = configuration.rulebook
        consentDefault = world.plan.rules.consentDefault
        let plan = world.plan
        let decoder = TouchpointDecoder(
            rules: plan.rules,
            vocabulary: configuration.vocabulary,
            settings: plan.decoding,
            hasher: IdentifierHasher(key: configuration.identifierKey)
        )
        func decode(_ payload: [UInt8]) -> DecodedRecord {
            decoder.decode(payload, 0..<payload.count, timestampMs: nil, topic: SimulatedWorld.input)
        }
        for (event, owner) in zip(scenario.events, scenario.customers) {
            let outcome = decode(event.payload)
            guard case .accepted(let accepted) = outcome else { throw Refused(reason: "\(outcome)") }
            try take(accepted.touchpoint, owner)
        }
        for payload in world.broadcasts {
            let outcome = decode(payload)
            guard case .broadcast(let accepted) = outcome else { throw Refused(reason: "\(outcome)") }
            take(broadcast: accepted.touchpoint)
        }
        held = owners.compactMapValues(\.holder)
        let context = world.context
        for (customer, timeline) in Dictionary(grouping: events.values, by: { held[$0.key] }) {
            guard let customer else { continue }
            let timeline = timeline.sorted { ($0.timeMs, $0.key) < ($1.timeMs, $1.key) }
            if customer == .zero {
                for event in timeline { add(context.touchpointResult(event, mood: nil, isHub: true), nil) }
            } else {
                let names = scenario.owners.filter { $0.value.contains(customer) }.map(\.key.identifier)
                try fold(timeline, of: customer, names, context)
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

    /// All of a customer's events in one fold from the start.
    private mutating func fold(
        _ timeline: [Touchpoint],
        of customer: Hash128,
        _ identifiers: [Identifier],
        _ context: JourneyContext
    ) throws {
        let folded = Fold.run(
            timeline,
            broadcasts: broadcasts,
            untilMs: try untilMs(customer),
            rulebook: rulebook,
            scoresText: { _ in nil }
        )
        for transition in folded.transitions { add(context.journeyFold.result(transition), customer) }
        for alert in folded.alerts { add(context.journeyFold.result(alert), customer) }
        let moods = Dictionary(folded.moods.map { ($0.event, $0.mood?.score) }) { _, last in last }
        for event in timeline {
            add(context.touchpointResult(event, mood: moods[event.key] ?? nil, isHub: false), customer)
        }
        guard let profile = folded.profile else { return }
        let consent = Self.consent(timeline) ?? consentDefault
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
        var bytes = [kind]
        customer.append(to: &bytes)
        digest.add(SHA256.hash128(bytes + data))
    }
}

extension Scenario.Owner {
    fileprivate var holder: Hash128? {
        switch self {
        case .customer(let customer): customer
        case .nobody: .zero
        case .forgotten: nil
        }
    }
}
