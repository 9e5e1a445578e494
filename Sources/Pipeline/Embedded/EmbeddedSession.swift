// SPDX-License-Identifier: Apache-2.0
internal import StateStore

/// A role's connection to an embedded log: all of its partitions, from the start to the end.
final class EmbeddedSession: LogSession {
    private let role: Role
    private let log: EmbeddedEventLog
    private let assigned: [Place]
    /// Where those writers feed that this role's own appends go to: it waits while they are full.
    private let downstream: [(reader: Role, place: Place)]
    private var hasTold = false
    private var active: [Place] = []
    /// The next offset to hand out; beyond the committed one by what is under way.
    private var fetched: [Place: Int64] = [:]
    /// Whose turn is next, so that a busy partition does not starve the others.
    private var turn = 0
    private var isClosed = false

    init(_ role: Role, log: EmbeddedEventLog) {
        self.role = role
        self.log = log
        assigned = log.inputPlaces(of: role)
        // Journey writes to itself: held back it would wait for itself.
        let readers: [Role] =
            switch role {
            case .intake: [.identity, .journey]
            case .identity: [.journey]
            case .journey: []
            }
        downstream = readers.flatMap { reader in log.inputPlaces(of: reader).map { (reader: reader, place: $0) } }
    }

    func poll(maxRecords: Int, waitMs: Int) throws -> LogEvent {
        guard hasTold else {
            hasTold = true
            return .assigned(assigned.map(log.name))
        }
        let content = log.places.wait(ms: waitMs) { isThere($0) && !isHeldBack($0) }
        guard !content.isClosed, !isClosed else { throw EmbeddedLogError(.closed, "the log was closed; open it again") }
        guard !isHeldBack(content) else { return .idle(caughtUp: false) }
        var batch = RecordBatch()
        for step in active.indices {
            let place = active[(turn + step) % active.count]
            let end = content.ends[place] ?? 0
            let from = next(place, content)
            guard from < end, batch.records.count < maxRecords, batch.bytes.count < log.settings.pollBytesMax else {
                continue
            }
            fetched[place] = try log.read(
                place,
                from: from,
                end: end,
                recordsMax: maxRecords - batch.records.count,
                bytesMax: log.settings.pollBytesMax,
                into: &batch
            )
        }
        turn = active.isEmpty ? 0 : (turn + 1) % active.count
        return batch.isEmpty ? .idle(caughtUp: active.count == assigned.count) : .records(batch)
    }

    /// The state is in the store already.
    func restore(partition: Int32, progress: (RestoreProgress) -> Void) {
        progress(RestoreProgress(records: 0, remaining: 0))
    }

    var lag: Int64? {
        let content = log.places.current
        return active.reduce(0) { $0 + max(0, (content.ends[$1] ?? 0) - next($1, content)) }
    }

    func resume(_ partitions: [TopicPartition]) {
        let content = log.places.current
        for place in partitions.compactMap(log.place) where assigned.contains(place) && !active.contains(place) {
            active.append(place)
            fetched[place] = committed(place, content)
        }
        active.sort()
    }

    func release(_ partitions: [TopicPartition]) {
        let places = partitions.compactMap(log.place)
        active.removeAll { places.contains($0) }
        for place in places { fetched[place] = nil }
    }

    func state(partition: Int32) -> any StateReader {
        StoreStateReader(store: log.store, prefix: EmbeddedRows.state(role, partition))
    }

    /// Throws what the store throws: a disk that fails is no abort, nothing would go better the next time.
    func commit(_ transaction: Transaction) throws -> CommitOutcome {
        guard !isClosed else { throw EmbeddedLogError(.closed, "the session was closed") }
        try log.commit(transaction, of: role)
        return .committed
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        log.leave(role)
    }

    private func isThere(_ content: EmbeddedPlaces.Content) -> Bool {
        active.contains { next($0, content) < content.ends[$0] ?? 0 }
    }

    private func isHeldBack(_ content: EmbeddedPlaces.Content) -> Bool {
        downstream.contains { content.backlog($0.reader, $0.place) >= log.settings.internalBacklogMax }
    }

    private func next(_ place: Place, _ content: EmbeddedPlaces.Content) -> Int64 {
        fetched[place] ?? committed(place, content)
    }

    private func committed(_ place: Place, _ content: EmbeddedPlaces.Content) -> Int64 {
        content.positions[role]?[place] ?? content.starts[place] ?? 0
    }
}
