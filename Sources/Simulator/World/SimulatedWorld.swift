// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Pipeline
internal import TestSupport
internal import Touchpoints

/// The real engines and workers over a simulated log, driven by one source of chance: who works next, on what, and
/// what goes wrong.
final class SimulatedWorld {
    /// A worker that can die and be born again.
    private struct Seat {
        var number: Int
        var worker: SteppedRole
        var session: SimulatedSession
        var role: Role { worker.role }
    }

    let log: SimulatedLog
    let circumstances: Circumstances
    let plan: RolePlan
    /// Where customers live, and how results are written.
    let context: JourneyContext
    var chance: SplitMix
    private var seats: [Seat] = []
    private(set) var broadcasts: [[UInt8]] = []
    private var faultsLeft: Int
    private var nowMs: Int64 = 0
    private var steps = 0

    /// It does not come to rest.
    struct Endless: Error {}

    init(_ scenario: Scenario, plan base: RolePlan, chance: SplitMix) {
        self.chance = chance
        circumstances = Circumstances(&self.chance)
        log = SimulatedLog(partitions: circumstances.partitions)
        faultsLeft = circumstances.faults
        plan = Self.plan(base, scenario.rules, circumstances)
        context = plan.journeyContext
        feed(scenario)
        for number in 0..<circumstances.intakes { seat(.intake, number) }
        seat(.identity, 0)
        for number in 0..<circumstances.journeyWorkers { seat(.journey, number) }
    }

    private static func plan(_ base: RolePlan, _ rules: IdentityRules, _ circumstances: Circumstances) -> RolePlan {
        var plan = base
        plan.rules = rules
        plan.decoding.earliestTimeMs = 0
        plan.routing.partitions = circumstances.partitions
        plan.routing.cacheMax = circumstances.cacheMax
        plan.routing.idleAfterMs = .max / 4
        plan.journey.partitions = circumstances.partitions
        plan.journey.emitsTimeline = true
        plan.journey.latenessMs = nil
        plan.routing.ticksLinks = false
        plan.journey.outOfOrdernessMs = 0
        plan.journey.foldsPerCommitMax = circumstances.foldsPerCommitMax
        plan.journey.profilesPerCommitMax = circumstances.foldsPerCommitMax
        plan.journey.eventsPerCommitMax = circumstances.eventsPerCommitMax
        plan.journey.mapsPerCommitMax = circumstances.mapsPerCommitMax
        plan.journey.reckonsPerCommitMax = circumstances.mapsPerCommitMax
        plan.journey.mapsCachedMax = circumstances.cacheMax
        plan.journey.customersCachedMax = circumstances.customersCachedMax
        plan.journey.profileIntervalMs = circumstances.profileIntervalMs
        plan.journey.mergedForMs = circumstances.mergedForMs
        plan.worker.commitIntervalMs = circumstances.commitIntervalMs
        plan.worker.batchRecordsMax = 5
        plan.worker.commitRecordsMax = 20
        return plan
    }

    static let input = "touchpoints.web"

    /// At least once, on any partition, in any order; what is said about identifiers goes straight to the identity log.
    private func feed(_ scenario: Scenario) {
        let records = scenario.events.map(\.payload)
        let repeated = records.shuffled(using: &chance).prefix(records.count / 5)
        broadcasts = Scenario.broadcasts(circumstances.broadcasts, &chance)
        for payload in (records + repeated + broadcasts).shuffled(using: &chance) {
            log.add(nil, payload, to: TopicPartition(Self.input, Int32(chance.number(0..<circumstances.intakes))))
        }
        for fact in scenario.facts.shuffled(using: &chance) {
            log.add(Array("default".utf8), LinkWriter.record(.fact(fact)), to: TopicPartition(Topic.links.name, 0))
        }
    }

    // MARK: workers

    private func seat(_ role: Role, _ number: Int) {
        let session = SimulatedSession(role: role, world: self)
        let worker = SteppedRole(role, plan, session: session) { [unowned self] in nowMs }
        let place = seats.firstIndex { $0.role == role && $0.number == number }
        let assigned = place.map { seats[$0].session.assigned.sorted() } ?? firstPartitions(role, number)
        let seat = Seat(number: number, worker: worker, session: session)
        if let place { seats[place] = seat } else { seats.append(seat) }
        session.assign(assigned)
    }

    private func firstPartitions(_ role: Role, _ number: Int) -> [TopicPartition] {
        switch role {
        case .intake: [TopicPartition(Self.input, Int32(number))]
        case .identity: [TopicPartition(Topic.links.name, 0)]
        case .journey: number == 0 ? (0..<circumstances.partitions).flatMap(Self.pair) : []
        }
    }

    private static func pair(_ partition: Int32) -> [TopicPartition] {
        [TopicPartition(Topic.inbox.name, partition), TopicPartition(Topic.moves.name, partition)]
    }

    /// Partitions that a worker gave back go to any worker of the role.
    func released(_ partitions: [TopicPartition], of role: Role) {
        if partitions.isEmpty { return }
        chance.one(of: seats.filter { $0.role == role }).session.assign(partitions)
    }

    func faultHappens() -> Bool {
        guard faultsLeft > 0, chance.happens(0.15) else { return false }
        faultsLeft -= 1
        return true
    }

    // MARK: running

    /// Until nothing is left to do; of bounded runs then the last tick, and again.
    func run() throws {
        try settle()
        guard circumstances.isBounded else { return }
        faultsLeft = 0
        try seats.first?.worker.finish(atMs: Self.endMs)
        try settle()
    }

    private func settle() throws {
        var quiet = 0
        while quiet < 3 {
            steps += 1
            if steps > 100_000 { throw Endless() }
            if !log.isEmpty { quiet = 0 }
            if chance.happens(0.7), quiet == 0 {
                try act()
            } else {
                nowMs += 2000
                var isBusy = false
                for seat in seats where try seat.worker.step() { isBusy = true }
                let isIdle = seats.allSatisfy(\.session.isIdle)
                quiet = !isBusy && isIdle && log.isEmpty ? quiet + 1 : 0
            }
        }
    }

    private func act() throws {
        nowMs += Int64(chance.number(0..<30))
        if circumstances.intakeKnowsOwners, chance.happens(0.2), !log.owners.isEmpty {
            let intake = seats[chance.number(0..<circumstances.intakes)].worker
            try intake.learn(owner: chance.one(of: log.owners))
        } else if faultsLeft > 0, chance.happens(0.03) {
            faultsLeft -= 1
            disturb()
        } else {
            _ = try chance.one(of: seats).worker.step()
        }
    }

    /// A worker dies and is born again, or gives partitions to another.
    private func disturb() {
        let seat = chance.one(of: seats)
        if seat.role == .journey, circumstances.journeyWorkers > 1, chance.happens(0.5), seat.session.isIdle,
            let some = seat.session.assigned.sorted().randomElement(using: &chance)
        {
            return seat.session.revoke(Self.pair(some.partition))
        }
        seat.session.die()
        self.seat(seat.role, seat.number)
    }

    /// The watermark where a customer lives: in a daemon partitions may differ while sources are not idle.
    func watermarkMs(at customer: Hash128) throws -> Int64 {
        if circumstances.isBounded { return Self.endMs }
        var least: Int64?
        let state = log.state(.journey, context.home(customer))
        try state.scan(prefix: JourneyRows.sources) { _, value in
            var reader = ByteReader(value)
            least = min(least ?? .max, Int64(bitPattern: try reader.word64()))
            return true
        }
        return least ?? .min
    }

    static let endMs: Int64 = 59 * 60_000

    var totals: JourneyTotals {
        seats.reduce(into: JourneyTotals()) { $0.add($1.worker.totals) }
    }
}
