// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// The intake role: records in; events to their first homes, observations to the identity log, refusals to the dead letters out.
///
/// Stateless: what it remembers (recent observations, the newest times) only saves work. It is at-least-once; later roles
/// tell repeats by their keys.
final class IntakeEngine: RoleEngine {
    private let context: IntakeContext
    private let decoder: TouchpointDecoder
    private var links: LinkWriter
    private var clocks: [TopicPartition: SourceClock] = [:]
    /// nil: no tick yet.
    private var tickedMs: Int64?
    /// Blocked values told, by the ids of their decisions.
    private(set) var refusedSeen: Set<Hash128> = []
    private(set) var counts = IntakeCounts()
    private var countsCommitted = IntakeCounts()
    private var busy: BusyIdentifiers
    /// The newest accepted event time of all; nil: none yet.
    private(set) var newestMs: Int64?

    /// How far a source is, and whether it is idle.
    private struct SourceClock {
        var newestMs = Int64.min
        var toldMs = Int64.min
        /// What the identity log was told: its horizon needs no more than the minute.
        var toldLinksMs = Int64.min
        var lastReadMs: Int64
        var isIdle = false
    }

    init(context: IntakeContext) {
        self.context = context
        decoder = context.decoder()
        links = LinkWriter(settings: context.settings)
        busy = BusyIdentifiers(context.rules)
    }

    func open(partition: Int32, state: any StateReader) {}
    func close(partition: Int32) {}

    func assigned(_ partitions: [TopicPartition], nowMs: Int64) {
        for partition in partitions where clocks[partition] == nil {
            clocks[partition] = SourceClock(lastReadMs: nowMs)
        }
    }

    func released(_ partitions: [TopicPartition]) {
        for partition in partitions { clocks[partition] = nil }
    }

    func process(_ batch: RecordBatch, nowMs: Int64, into transaction: inout Transaction) throws {
        let sources = batch.topics.map { context.source(named: $0) }
        for record in batch.records {
            let source = sources[record.topic]
            let partition = TopicPartition(batch.topics[record.topic], record.partition)
            var clock = clocks[partition] ?? SourceClock(lastReadMs: nowMs)
            clock.lastReadMs = nowMs
            clock.isIdle = false
            let headers = batch.headerList[record.headers]
            let stamp = record.timestampMs >= 0 ? record.timestampMs : source.boundMs
            let input = InputPosition(source: source, partition: record.partition, offset: record.offset)
            let outcome = decoder.decode(
                batch.bytes,
                record.value ?? 0..<0,
                headers: headers.map { ($0.name, $0.value) },
                timestampMs: stamp,
                topic: source.topic
            )
            let accepted = take(outcome, record, batch, input, into: &transaction)
            clock.newestMs = max(clock.newestMs, accepted ?? .min)
            clocks[partition] = clock
        }
    }

    /// - Returns: the time of an accepted event.
    private func take(
        _ outcome: DecodedRecord,
        _ record: RecordBatch.Record,
        _ batch: RecordBatch,
        _ input: InputPosition,
        into transaction: inout Transaction
    ) -> Int64? {
        switch outcome {
        case .tombstone:
            counts.tombstones += 1
        case .deadletter(let reason, let detail, let control):
            if reason == .emptyPayload, input.source.topic == nil { return nil }  // a blank line of a file is nothing
            counts.read += 1
            counts.deadletters[reason.rawValue, default: 0] += 1
            if let control { counts.refusedControl[control, default: 0] += 1 }
            context.deadLetters.append(reason: reason, detail: detail, record, batch, input, into: &transaction)
        case .control(let control):
            counts.read += 1
            counts.control += 1
            for fact in control.facts { links.add(.fact(fact), realm: control.realm) }
        case .accepted(let accepted):
            guard !isSkipped(accepted) else { return nil }
            note(accepted)
            route(accepted, into: &transaction)
            return accepted.touchpoint.timeMs
        case .broadcast(let accepted):
            guard !isSkipped(accepted) else { return nil }
            note(accepted)
            var writer = ByteWriter(capacity: 256)
            writer.journeyRecord(.broadcast(accepted.touchpoint))
            for partition in 0..<context.settings.partitions {
                transaction.append(
                    .inbox,
                    partition: partition,
                    key: accepted.touchpoint.key.bytes,
                    value: writer.bytes
                )
            }
            return accepted.touchpoint.timeMs
        }
        return nil
    }

    private func isSkipped(_ accepted: DecodedRecord.Accepted) -> Bool {
        guard let since = context.settings.sinceMs, accepted.touchpoint.timeMs < since else { return false }
        guard accepted.touchpoint.type != "consent_changed" else { return false }
        counts.skipped += 1
        return true
    }

    private func note(_ accepted: DecodedRecord.Accepted) {
        counts.read += 1
        counts.accepted += 1
        newestMs = max(newestMs ?? .min, accepted.touchpoint.timeMs)
        busy.take(accepted.touchpoint)
        for name in accepted.ignored { counts.ignored.add(name, 1) }
        for name in accepted.unknown { counts.unknown.add(name, 1) }
    }

    /// Rules 1 and 2: to the owner that intake knows of, with the version of that knowledge.
    private func route(_ accepted: DecodedRecord.Accepted, into transaction: inout Transaction) {
        let event = accepted.touchpoint
        if let observation = accepted.observation { links.add(observation, realm: event.realm) }
        for fact in accepted.consentFacts { links.add(.fact(fact), realm: event.realm) }
        for value in accepted.blocked { refuse(value, event, into: &transaction) }
        var held = Held(event: event, position: 0, version: 0)
        var customer = Hash128.zero
        for (position, name) in event.names.enumerated() {
            held.position = position
            let map = context.owners.map(of: name.hash)
            held.version = map?.version ?? 0
            if let owner = map.map({ $0.owner(atMs: event.timeMs) }) ?? name.hash {
                customer = owner
                break
            }
            held.position = event.names.count
        }
        let home = customer == .zero ? event.names[0].hash : customer
        var writer = ByteWriter(capacity: 320)
        writer.eventRecord(held, customer: customer)
        transaction.append(.inbox, partition: context.home(home), key: home.bytes, value: writer.bytes)
    }

    /// One `refused` decision for each blocked value and hour of event time.
    private func refuse(_ value: DecodedRecord.BlockedValue, _ event: Touchpoint, into transaction: inout Transaction) {
        let hourMs: Int64 = 3_600_000
        let hour = event.timeMs - ((event.timeMs % hourMs) + hourMs) % hourMs
        let id = SHA256.hash128(Array("refused \(value.namespace)".utf8) + value.hash.bytes + Array(String(hour).utf8))
        if refusedSeen.count >= context.settings.cacheMax { refusedSeen.removeAll(keepingCapacity: true) }
        guard refusedSeen.insert(id).inserted else { return }
        context.decisions.refusedBlocked(id: id, value, event, atMs: hour, into: &transaction)
    }

    /// Identifiers that a great part of the recent events names, the busiest first.
    var busiest: [BusyIdentifier] { busy.busiest }

    // MARK: commit

    func prepare(nowMs: Int64, into transaction: inout Transaction) -> Bool {
        links.flush(into: &transaction)
        if isTickTime(nowMs) { tick(nowMs, into: &transaction) }
        return false
    }

    /// Rule 10: the newest time of each source to every inbox partition, when it has moved; and to the identity log's.
    private func tick(_ nowMs: Int64, into transaction: inout Transaction) {
        tickedMs = nowMs
        for source in clocks.keys.sorted() {
            guard var clock = clocks[source] else { continue }
            let idleFor = nowMs - clock.lastReadMs
            let timeMs =
                clock.isIdle && idleFor >= context.settings.idleAfterMs ? max(clock.newestMs, nowMs) : clock.newestMs
            guard timeMs > clock.toldMs || clock.toldMs == .min else { continue }
            clock.toldMs = max(timeMs, .min + 1)
            let record = JourneyRecord.tick(
                source: "\(source.topic)/\(source.partition)",
                timeMs: timeMs,
                isLast: false
            )
            tell(record, .inbox, into: &transaction)
            if context.settings.ticksLinks, clock.toldLinksMs == .min || timeMs > clock.toldLinksMs + 60_000 {
                clock.toldLinksMs = max(timeMs, .min + 1)
                tell(record, .links, into: &transaction)
            }
            clocks[source] = clock
        }
    }

    /// The last tick of a bounded run.
    func finish(atMs timeMs: Int64, into transaction: inout Transaction) {
        links.flush(into: &transaction)
        tell(.tick(source: "end", timeMs: timeMs, isLast: true), .inbox, into: &transaction)
    }

    private func tell(_ record: JourneyRecord, _ topic: Topic, into transaction: inout Transaction) {
        var writer = ByteWriter()
        writer.journeyRecord(record)
        for partition in 0..<context.settings.partitions {
            transaction.append(topic, partition: partition, key: nil, value: writer.bytes)
        }
    }

    func committed() { countsCommitted = counts }

    /// Goes on with what another intake counted and told: a bounded run that was interrupted.
    func goOn(with counts: IntakeCounts, newestMs: Int64?, refused: Set<Hash128>) {
        (self.counts, countsCommitted) = (counts, counts)
        self.newestMs = newestMs
        refusedSeen = refused
    }

    /// What was remembered as sent may not have been: forget it.
    func reset() {
        links = LinkWriter(settings: context.settings)
        refusedSeen.removeAll()
        counts = countsCommitted
        for source in clocks.keys {
            clocks[source]?.toldMs = .min
            clocks[source]?.toldLinksMs = .min
        }
    }

    func isDue(nowMs: Int64) -> Bool {
        guard isTickTime(nowMs) else { return false }
        return clocks.values.contains { clock in
            clock.newestMs > clock.toldMs || (clock.isIdle && nowMs - clock.lastReadMs >= context.settings.idleAfterMs)
        }
    }

    private func isTickTime(_ nowMs: Int64) -> Bool {
        tickedMs.map { nowMs - $0 >= context.settings.tickIntervalMs } ?? true
    }

    /// Only intake declares a source idle: fetched, nothing left.
    func caughtUp(nowMs: Int64) {
        for source in clocks.keys { clocks[source]?.isIdle = true }
    }
}
