// SPDX-License-Identifier: Apache-2.0
import Digests
import Touchpoints

@testable import Pipeline

/// The real engines and workers over a simulated log, driven by one source of chance: who works next, on what, and
/// what goes wrong.
final class SimulatedWorld {
    /// A worker that can die and be born again.
    private struct Seat {
        var role: Role
        var number: Int
        var worker: Worker
        var session: SimulatedSession
        var engine: any RoleEngine
    }

    let log: SimulatedLog
    let options: SimulationOptions
    let plan: RolePlan
    var chance: Chance
    private var seats: [Seat] = []
    private(set) var broadcasts: [[UInt8]] = []
    private var views: [OwnerView] = []
    private var faultsLeft: Int
    private var nowMs: Int64 = 0
    private var steps = 0

    struct Endless: Error {}

    init(_ scenario: Scenario, plan base: RolePlan, chance: Chance) {
        self.chance = chance
        let options = SimulationOptions(&self.chance)
        self.options = options
        log = SimulatedLog(partitions: options.partitions)
        faultsLeft = options.faults
        var plan = base
        plan.rules = scenario.rules
        plan.decoding.earliestTimeMs = 0
        plan.routing.partitions = options.partitions
        plan.routing.cacheMax = options.cacheMax
        plan.routing.idleAfterMs = .max / 4
        plan.journey.partitions = options.partitions
        plan.journey.emitsTimeline = true
        plan.journey.latenessMs = nil
        plan.journey.outOfOrdernessMs = 0
        plan.journey.foldsPerCommitMax = options.foldsPerCommitMax
        plan.journey.mapsCachedMax = options.cacheMax
        plan.journey.profileIntervalMs = options.profileIntervalMs
        plan.worker.commitIntervalMs = options.commitIntervalMs
        plan.worker.batchRecordsMax = 5
        plan.worker.commitRecordsMax = 20
        self.plan = plan
        feed(scenario)
        for number in 0..<options.intakes { seat(.intake, number) }
        seat(.identity, 0)
        for number in 0..<options.journeyWorkers { seat(.journey, number) }
    }

    static let input = "touchpoints.web"

    /// At least once, on any partition, in any order; what is said about identifiers goes straight to the identity log.
    private func feed(_ scenario: Scenario) {
        let repeated = scenario.records.shuffled(using: &chance).prefix(scenario.records.count / 5)
        broadcasts = Scenario.broadcasts(options.broadcasts, &chance)
        for payload in ((scenario.records + repeated).map(\.payload) + broadcasts).shuffled(using: &chance) {
            log.add(nil, payload, to: TopicPartition(Self.input, Int32(chance.number(0..<options.intakes))))
        }
        for fact in scenario.facts.shuffled(using: &chance) {
            var writer = ByteWriter()
            writer.byte(LinkWriter.format)
            writer.identityInput(.fact(fact))
            log.add(Array("default".utf8), writer.bytes, to: TopicPartition(Topic.links.name, 0))
        }
    }

    // MARK: workers

    private func seat(_ role: Role, _ number: Int) {
        let session = SimulatedSession(role: role, world: self)
        let engine: any RoleEngine
        switch role {
        case .intake:
            var context = plan.intakeContext
            context.owners = OwnerView(entriesMax: options.cacheMax)
            while views.count <= number { views.append(context.owners) }
            views[number] = context.owners
            engine = IntakeEngine(context: context)
        case .identity: engine = IdentityRole(rules: plan.rules, journeyPartitions: options.partitions, owners: nil)
        case .journey: engine = JourneyEngine(context: plan.journeyContext)
        }
        let worker = Worker(
            role: role,
            engine: engine,
            session: session,
            settings: plan.worker,
            clock: { [unowned self] in nowMs },
            observe: { _ in }
        )
        let place = seats.firstIndex { $0.role == role && $0.number == number }
        let assigned = place.map { seats[$0].session.assigned.sorted() } ?? firstPartitions(role, number)
        let seat = Seat(role: role, number: number, worker: worker, session: session, engine: engine)
        if let place { seats[place] = seat } else { seats.append(seat) }
        session.assign(assigned)
    }

    private func firstPartitions(_ role: Role, _ number: Int) -> [TopicPartition] {
        switch role {
        case .intake: [TopicPartition(Self.input, Int32(number))]
        case .identity: [TopicPartition(Topic.links.name, 0)]
        case .journey: number == 0 ? (0..<options.partitions).flatMap(Self.pair) : []
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
        guard options.isBounded, let first = seats.first, let intake = first.engine as? IntakeEngine else { return }
        faultsLeft = 0
        first.worker.amend { intake.finish(atMs: Self.endMs, into: &$0) }
        try first.worker.commit()
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
                for seat in seats where try seat.worker.step(waitMs: 0) { isBusy = true }
                let isIdle = seats.allSatisfy(\.session.isIdle)
                quiet = !isBusy && isIdle && log.isEmpty ? quiet + 1 : 0
            }
        }
    }

    private func act() throws {
        nowMs += Int64(chance.number(0..<30))
        if options.intakeKnowsOwners, chance.happens(0.2), !log.owners.isEmpty {
            chance.one(of: views).learn(try OwnerRecord.map(chance.one(of: log.owners)))
        } else if faultsLeft > 0, chance.happens(0.03) {
            faultsLeft -= 1
            disturb()
        } else {
            _ = try chance.one(of: seats).worker.step(waitMs: 0)
        }
    }

    /// A worker dies and is born again, or gives partitions to another.
    private func disturb() {
        let seat = chance.one(of: seats)
        if seat.role == .journey, options.journeyWorkers > 1, chance.happens(0.5), seat.session.isIdle,
            let some = seat.session.assigned.randomElement(using: &chance)
        {
            return seat.session.revoke(Self.pair(some.partition))
        }
        seat.session.die()
        self.seat(seat.role, seat.number)
    }

    /// The watermark where a customer lives: in a daemon partitions may differ while sources are not idle.
    func watermarkMs(at customer: Hash128) throws -> Int64 {
        if options.isBounded { return Self.endMs }
        let partition = plan.journeyContext.home(customer)
        return try JourneyPartition(
            number: partition,
            context: plan.journeyContext,
            state: log.state(.journey, partition)
        ).watermarkMs
    }

    static let endMs: Int64 = 59 * 60_000

    var totals: JourneyTotals {
        seats.reduce(into: JourneyTotals()) { sum, seat in
            if let engine = seat.engine as? JourneyEngine { sum.add(engine.totals) }
        }
    }
}
