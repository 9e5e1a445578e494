// SPDX-License-Identifier: Apache-2.0
import Configuration
import Digests
import Journeys
import StateStore
import Touchpoints

@testable import Pipeline

/// The whole program in memory, fed one record at a time, that can die and come back with its state.
final class StoryRun {
    private let plan: RolePlan
    private let store = MemoryStore()
    private let moods: [String: Double]
    private var log: MemoryEventLog
    private var intake: IntakeEngine
    private var workers: [Worker] = []
    private var offset: Int64 = 0
    /// A second passes with each record, so that each is followed by a tick.
    private var nowMs: Int64 = 0
    /// Every record that went out, in its order.
    private(set) var outputs: [OutputRecord] = []

    /// Made once: what texts are read by is large.
    static let shipped = Result { RolePlan(try TabijiConfiguration.shipped(), partitions: 3) }

    /// - Parameters:
    ///   - readsTexts: texts are read as the program reads them, in place of what the scene says of them.
    ///   - change: of the settings that a story is told with.
    init(_ story: Story, readsTexts: Bool = false, change: (inout JourneyRoleSettings) -> Void = { _ in }) throws {
        var plan = try Self.shipped.get()
        let moods = story.moods
        self.moods = moods
        if !readsTexts { plan.journeyFold.scoresText = { event in moods[event.id].map { TextMood(score: $0) } } }
        plan.journey.latenessMs = nil
        plan.journey.emitsTimeline = true
        plan.journey.outOfOrdernessMs = 0
        plan.journey.profileIntervalMs = 0
        change(&plan.journey)
        plan.worker.commitsWhenIdle = true
        plan.worker.commitIntervalMs = .max / 4
        self.plan = plan
        log = MemoryEventLog(store: store, partitions: 3) { _, _, _, _ in }
        intake = IntakeEngine(context: plan.intakeContext)
        try start()
    }

    /// All that is not in the state is gone.
    func restart() throws { try start() }

    private func start() throws {
        log = MemoryEventLog(store: store, partitions: plan.journey.partitions) {
            [unowned self] topic, attributes, _, data in
            guard let attributes else { return }
            outputs.append(OutputRecord(topic: topic, attributes: attributes, data: data))
        }
        var context = plan.intakeContext
        context.owners = OwnerView(entriesMax: 100)
        intake = IntakeEngine(context: context)
        let identity = IdentityRole(
            rules: plan.rules,
            journeyPartitions: plan.journey.partitions,
            owners: context.owners
        )
        let journey = JourneyEngine(context: plan.journeyContext)
        let engines: [(Role, any RoleEngine)] = [(.intake, intake), (.identity, identity), (.journey, journey)]
        workers = engines.map { role, engine in
            Worker(
                role: role,
                engine: engine,
                session: log.session(role, worker: 0),
                settings: plan.worker,
                clock: { [unowned self] in nowMs },
                observe: { _ in }
            )
        }
        try pump()
    }

    func feed(_ line: [UInt8], topic: String = "touchpoints.events") throws {
        var batch = RecordBatch()
        batch.append(
            topic: topic,
            partition: 0,
            offset: offset,
            timestampMs: 4_000_000_000_000,
            key: nil,
            value: line
        )
        offset += 1
        nowMs += 1_000
        try log.feed(batch)
        try pump()
    }

    /// What the journey role counts.
    var totals: JourneyTotals { workers.compactMap { ($0.engine as? JourneyEngine)?.totals }.first ?? JourneyTotals() }

    /// The last tick.
    func finish(atMs timeMs: Int64) throws {
        workers[0].amend { intake.finish(atMs: timeMs, into: &$0) }
        try workers[0].commit()
        try pump()
    }

    private func pump() throws {
        var isBusy = true
        while isBusy {
            isBusy = false
            for worker in workers {
                while try worker.step(waitMs: 0) { isBusy = true }
            }
        }
    }
}

/// What stands in the end: of each result the record with the highest revision.
struct NetRecords {
    struct Record {
        var id: String
        var subject: String
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
