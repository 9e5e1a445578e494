// SPDX-License-Identifier: Apache-2.0
import Configuration
import Digests
import Journeys
import StateStore
import Touchpoints

@testable import Pipeline

/// The whole program in memory, fed one record at a time, that can die and come back with its state.
final class StoryRun {
    private var plan: RolePlan
    private let change: (inout JourneyRoleSettings) -> Void
    private let store = MemoryStore()
    private let moods: [String: Double]
    private let readsTexts: Bool
    private var log: MemoryEventLog
    private var intake: IntakeEngine
    private var workers: [Worker] = []
    private var sessions: [any LogSession] = []
    private var offset: Int64 = 0
    /// A second passes with each record, so that each is followed by a tick.
    private var nowMs: Int64 = 0
    /// Every record that went out, in its order.
    private(set) var outputs: [OutputRecord] = []

    /// Made once: what texts are read by is large.
    static let shipped = Result { RolePlan(try TabijiConfiguration.shipped(), partitions: 3) }

    /// - Parameters:
    ///   - configuration: nil: what ships.
    ///   - readsTexts: texts are read as the program reads them, in place of what the scene says of them.
    ///   - change: of the settings that a story is told with.
    init(
        _ story: Story,
        _ configuration: TabijiConfiguration? = nil,
        readsTexts: Bool = false,
        change: @escaping (inout JourneyRoleSettings) -> Void = { _ in }
    ) throws {
        moods = story.moods
        self.readsTexts = readsTexts
        self.change = change
        plan = try Self.plan(configuration, moods, readsTexts, change)
        log = MemoryEventLog(store: store, partitions: 3) { _, _, _, _ in }
        intake = IntakeEngine(context: plan.intakeContext)
        try start()
    }

    private static func plan(
        _ configuration: TabijiConfiguration?,
        _ moods: [String: Double],
        _ readsTexts: Bool,
        _ change: (inout JourneyRoleSettings) -> Void
    ) throws -> RolePlan {
        var plan = try configuration.map { RolePlan($0, partitions: 3) } ?? shipped.get()
        if !readsTexts { plan.journeyFold.scoresText = { event in moods[event.id].map { TextMood(score: $0) } } }
        plan.journey.latenessMs = nil
        plan.journey.emitsTimeline = true
        plan.journey.outOfOrdernessMs = 0
        plan.journey.profileIntervalMs = 0
        change(&plan.journey)
        plan.worker.commitsWhenIdle = true
        plan.worker.commitIntervalMs = .max / 4
        return plan
    }

    /// All that is not in the state is gone.
    ///
    /// - Parameter rounds: it dies again after so many rounds of the workers.
    func restart(rounds: Int = .max) throws { try start(rounds: rounds) }

    /// As `restart`, with another configuration.
    func restart(_ configuration: TabijiConfiguration, rounds: Int = .max) throws {
        plan = try Self.plan(configuration, moods, readsTexts, change)
        try start(rounds: rounds)
    }

    private func start(rounds: Int = .max) throws {
        if sessions.isEmpty {
            log = MemoryEventLog(store: store, partitions: plan.journey.partitions) {
                [unowned self] topic, attributes, _, data in
                guard let attributes else { return }
                outputs.append(OutputRecord(topic: topic, attributes: attributes, data: data))
            }
        }
        for session in sessions { try session.close() }  // What they had not committed comes again.
        var context = plan.intakeContext
        context.owners = OwnerView(entriesMax: 100)
        intake = IntakeEngine(context: context)
        let identity = IdentityRole(plan, owners: context.owners)
        let journey = JourneyEngine(context: plan.journeyContext)
        let engines: [(Role, any RoleEngine)] = [(.intake, intake), (.identity, identity), (.journey, journey)]
        sessions = engines.map { log.session($0.0, worker: 0) }
        workers = zip(engines, sessions).map { one, session in
            Worker(
                role: one.0,
                engine: one.1,
                session: session,
                settings: plan.worker,
                clock: { [unowned self] in nowMs },
                observe: { _ in }
            )
        }
        try pump(rounds: rounds)
    }

    func feed(_ line: [UInt8], topic: String = "touchpoints.events") throws {
        var batch = RecordBatch()
        batch.append(topic: topic, offset: offset, timestampMs: 4_000_000_000_000, value: line)
        offset += 1
        nowMs += 1_000
        try log.feed(batch)
        try pump()
    }

    private var journey: JourneyEngine? { workers.lazy.compactMap { $0.engine as? JourneyEngine }.first }
    /// What the journey role counts.
    var totals: JourneyTotals { journey?.totals ?? JourneyTotals() }
    var refolding: (left: Int, done: Int) { journey?.refolding ?? (0, 0) }
    /// Kept by all partitions, each its own.
    var broadcasts: Int { journey?.broadcasts ?? 0 }
    /// Since the last start.
    var folds: Int { journey?.folds ?? 0 }

    /// The last tick.
    func finish(atMs timeMs: Int64) throws {
        workers[0].amend { intake.finish(atMs: timeMs, into: &$0) }
        try workers[0].commit()
        try pump()
    }

    private func pump(rounds: Int = .max) throws {
        var isBusy = true
        var round = 0
        while isBusy, round < rounds {
            isBusy = false
            round += 1
            for worker in workers {
                while try worker.step(waitMs: 0) {
                    isBusy = true
                    if rounds < .max { break }
                }
            }
        }
    }
}

/// What stands in the end: of each result the record with the highest revision.
struct NetRecords {
    struct Record {
        var id: String
        var subject: String
        var realm: String
        var timeMs: Int64
        var data: Value
    }

    private(set) var byTopic: [Topic: [Record]] = [:]

    init(_ outputs: [OutputRecord]) {
        var newest: [Topic: [Hash128: (revision: Int64, record: OutputRecord)]] = [:]
        for output in outputs {
            let data = output.data.map { JSONText.read(String(decoding: $0, as: UTF8.self)) }
            // Under a profile's key the newest record stands.
            let revision = output.topic == .profiles ? 0 : data?["revision"]?.int ?? 0
            if let known = newest[output.topic]?[output.attributes.id], known.revision > revision { continue }
            newest[output.topic, default: [:]][output.attributes.id] = (revision, output)
        }
        for topic in [Topic.transitions, .alerts, .profiles, .timeline] {
            let standing = (newest[topic] ?? [:]).values.filter { !$0.record.attributes.isRetraction }
            byTopic[topic] = standing.map { Self.record($0.record) }.sorted {
                ($0.timeMs, $0.id) < ($1.timeMs, $1.id)
            }
        }
    }

    private static func record(_ output: OutputRecord) -> Record {
        let data = JSONText.read(String(decoding: output.data ?? [], as: UTF8.self))
        return Record(
            id: output.attributes.id.hex,
            subject: output.attributes.subject?.hex ?? "",
            realm: output.attributes.realm,
            timeMs: output.attributes.timeMs,
            data: .object(data.members.filter { $0.name != "revision" })
        )
    }

    subscript(topic: Topic) -> [Record] { byTopic[topic] ?? [] }

    /// All of it, to be compared.
    var text: String {
        [Topic.transitions, .alerts, .profiles, .timeline].flatMap { topic in
            self[topic].map { "\(topic.name) \($0.subject) \($0.id) \($0.timeMs) \($0.data.json)" }
        }
        .joined(separator: "\n")
    }
}
