// SPDX-License-Identifier: Apache-2.0
public import Configuration
internal import Digests
internal import Foundation
internal import Synchronization
internal import Touchpoints

/// The long-lived program: the roles over one log, one thread each, until told to stop.
public final class Service: Sendable {
    private let configuration: TabijiConfiguration
    private let log: any EventLog
    private let plan: RolePlan
    private let roles: [Role]
    private let daemon: Daemon
    private let status: Mutex<ServiceStatus>
    private let tell: @Sendable (ServiceFact) -> Void
    private let questions = RoleQuestions()
    private let refoldNews = Mutex(RefoldNews())
    private let rulesGate: RulesGate
    private let busyNews = Mutex(BusyNews())

    /// - Parameters:
    ///   - roles: those that run here.
    ///   - tell: told of what happens, for logs and metrics; called on workers' threads.
    public init(
        _ configuration: TabijiConfiguration,
        log: any EventLog,
        roles: [Role],
        tell: @escaping @Sendable (ServiceFact) -> Void
    ) throws {
        self.configuration = configuration
        self.log = log
        self.roles = roles
        self.tell = tell
        plan = RolePlan(configuration, partitions: try log.partitions(of: .inbox))
        // Better now than in a worker.
        if roles.contains(.journey) { _ = try plan.texts.dictionary() }
        var first = ServiceStatus()
        first.startedAtMs = Self.nowMs()
        for role in roles { first.roles[role] = ServiceStatus.RoleStatus() }
        status = Mutex(first)
        daemon = Daemon()
        rulesGate = RulesGate(isOpen: !roles.contains(.identity))
    }

    /// Starts the workers.
    public func start() {
        daemon.start(
            roles.map { role in
                Daemon.Start(
                    name: "tabiji-\(role.name)",
                    mayBegin: { role != .intake || self.rulesGate.isOpen },
                    make: { try self.worker(role) },
                    watch: { self.watch($0) }
                )
            }
        )
        // State that is read from internal topics is these roles'.
        guard roles.contains(where: \.isTransactional) else { return }
        let interval = configuration.service.kafka.purgeInterval.wholeMilliseconds
        daemon.repeatedly("tabiji-purge", everyMs: interval) { self.purge() }
    }

    private func purge() {
        do {
            let partitions = try log.purge()
            if partitions > 0 { tell(.purged(partitions: partitions)) }
        } catch {
            tell(.notPurged(reason: "\(error)"))
        }
    }

    /// Asks the workers to drain, commit and leave.
    public func stop() { daemon.stop() }
    public var isRunning: Bool { daemon.isRunning }

    /// Waits until the workers have left, then closes the log.
    /// - Throws: the first worker's failure.
    public func join() throws {
        try daemon.join()
        try log.close()
    }

    public var current: ServiceStatus { status.withLock { $0 } }

    /// The status as JSON.
    public var statusJSON: [UInt8] {
        current.json(
            transport: configuration.service.transport.rawValue,
            instance: configuration.service.instance,
            nowMs: Self.nowMs()
        )
    }

    /// How a question to the identity role ended.
    public enum StoryAnswer: Sendable {
        case story(IdentityStory)
        /// No identifier, and no customer, of the partitions that this process has.
        case unknown
        /// The identity role does not run here.
        case elsewhere
        /// It is busy restoring, or with a long commit.
        case busy
    }

    /// Control records came in a request, some of them refused: none was taken.
    public func note(_ refused: [ControlRecords.Refusal]) {
        status.withLock { status in
            for type in refused.compactMap(\.type) { status.refusedInRequests[type, default: 0] += 1 }
        }
    }

    /// The types of control records.
    public var controlTypes: [String] {
        configuration.vocabulary.entries.filter { $0.group == "control" }.map(\.type).sorted()
    }

    /// Asks the identity role, and waits for its answer.
    public func story(_ question: IdentityQuestion) -> StoryAnswer {
        guard roles.contains(.identity) else { return .elsewhere }
        let answer = questions.ask(withinMs: 10_000) { $0.story(of: question.hashes, realm: question.realm) }
        guard let answer else { return .busy }
        return answer.map { .story($0) } ?? .unknown
    }

    /// Every worker has taken a step within the last minute.
    public var isAlive: Bool {
        let since = Self.nowMs() - 60_000
        return isRunning && current.roles.values.allSatisfy { $0.steppedAtMs == 0 || $0.steppedAtMs > since }
    }

    static func nowMs() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private func worker(_ role: Role) throws -> Worker {
        let engine: any RoleEngine =
            switch role {
            case .intake: IntakeEngine(context: plan.intakeContext)
            case .identity: IdentityRole(plan, owners: plan.owners) { [rulesGate] in rulesGate.open() }
            case .journey: JourneyEngine(context: plan.journeyContext)
            }
        return Worker(
            role: role,
            engine: engine,
            session: try session(role),
            settings: plan.worker,
            clock: Self.nowMs,
            observe: { self.note($0) }
        )
    }

    private func session(_ role: Role) throws -> any LogSession {
        let session = try log.session(role, worker: 0)
        guard role == .intake, let tail = try log.tail(.owners) else { return session }
        return OwnerFollowingSession(session, tail: tail, owners: plan.owners)
    }

    private func note(_ fact: ServiceFact) {
        status.withLock { status in
            switch fact {
            case .assigned(let role, let count): status.roles[role]?.partitions += count
            case .released(let role, let count): status.roles[role]?.partitions -= count
            case .restored(let role, _, let records, _): status.roles[role]?.restoredRecords += records
            case .processed(let role, let records, let bytes):
                status.roles[role]?.records += records
                status.roles[role]?.bytes += bytes
            case .committed(let role, _, let appends, let ms):
                status.roles[role]?.commits += 1
                status.roles[role]?.appends += appends
                status.roles[role]?.lastCommitMs = ms
            case .aborted(let role, _): status.roles[role]?.aborts += 1
            case .refolding, .refolded, .busy, .purged, .notPurged: break  // Not of a worker.
            }
        }
        tell(fact)
    }

    private func note(refolding: (left: Int, done: Int)) {
        let fact = refoldNews.withLock {
            $0.note(left: refolding.left, done: refolding.done, nowMs: Self.nowMs())
        }
        if let fact { tell(fact) }
    }

    private func note(_ busiest: [BusyIdentifier]) {
        for fact in busyNews.withLock({ $0.note(busiest, nowMs: Self.nowMs()) }) { tell(fact) }
    }

    /// After each round of a worker, on its thread.
    private func watch(_ worker: Worker) {
        let busiest = (worker.engine as? IntakeEngine)?.busiest
        if let busiest { note(busiest) }
        if let identity = worker.engine as? IdentityRole {
            questions.answer(identity)
            rulesGate.stepped(nowMs: Self.nowMs())
        }
        if let journey = worker.engine as? JourneyEngine { note(refolding: journey.refolding) }
        status.withLock { status in
            status.roles[worker.role]?.steppedAtMs = Self.nowMs()
            status.roles[worker.role]?.isCaughtUp = worker.isCaughtUp
            status.roles[worker.role]?.lag = worker.lag
            if let journey = worker.engine as? JourneyEngine {
                let totals = journey.totals
                status.watermarkMs = journey.watermarkMs
                status.digest = totals.digest.hash.hex
                status.events = totals.events
                status.copies = totals.copies
                status.customers = totals.customers
                status.passedOn = totals.passedOn
                status.alertsOpen = totals.alertsOpen
                status.caches = journey.caches
                status.broadcasts = journey.broadcasts
                status.forgotten = totals.forgotten
                status.foldedAway = totals.folded
                status.suspended = totals.suspended
                status.customersToRefold = journey.refolding.left
                status.waiting = journey.waiting
                status.deadletters["conflicting_duplicate"] = totals.conflicts == 0 ? nil : totals.conflicts
                status.deadletters["too_late"] = totals.tooLate == 0 ? nil : totals.tooLate
            }
            if let identity = worker.engine as? IdentityRole {
                let held = identity.held
                status.identifiers = held.identifiers
                status.observations = held.observations
                status.observationsTooLate = held.tooLate
            }
            if let intake = worker.engine as? IntakeEngine {
                status.busiest = busiest ?? []
                status.read = intake.counts.read
                status.accepted = intake.counts.accepted
                status.tombstones = intake.counts.tombstones
                status.refusedInIntake = intake.counts.refusedControl
                status.deadletters.merge(intake.counts.deadletters) { _, new in new }
                status.ignoredNamespaces = intake.counts.ignored.counts
                status.unknownMembers = intake.counts.unknown.counts
            }
        }
    }
}

/// What happens in a service, for logs and metrics. Names no customer.
public enum ServiceFact: Sendable {
    case assigned(role: Role, partitions: Int)
    case released(role: Role, partitions: Int)
    case restored(role: Role, partition: Int32, records: Int, ms: Int64)
    case processed(role: Role, records: Int, bytes: Int)
    case committed(role: Role, records: Int, appends: Int, ms: Int64)
    case aborted(role: Role, reason: String)
    /// The rules are others than those that customers were last folded with: so many are still to be folded again.
    case refolding(left: Int, done: Int)
    /// All have been.
    case refolded(customers: Int)
    /// A great part of the events names one identifier.
    case busy(BusyIdentifier)
    /// Internal topics lost what their readers had committed.
    case purged(partitions: Int)
    /// They did not; it is tried again.
    case notPurged(reason: String)
}
