// SPDX-License-Identifier: Apache-2.0
internal import Pipeline
internal import TestSupport

/// One worker's connection in a simulation: hands out records as chance has it, aborts commits, takes partitions away.
final class SimulatedSession: LogSession {
    private let role: Role
    private unowned let world: SimulatedWorld
    private var log: SimulatedLog { world.log }
    private var events: [LogEvent] = []
    private(set) var assigned: Set<TopicPartition> = []
    private var resumed: Set<TopicPartition> = []
    private var inFlight: [(queue: TopicPartition, messages: [SimulatedLog.Message])] = []
    private var offsets: [TopicPartition: Int64] = [:]
    /// The assignment is gone: the next poll says so.
    private var isLost = false

    init(role: Role, world: SimulatedWorld) {
        self.role = role
        self.world = world
    }

    var isIdle: Bool { events.isEmpty && inFlight.isEmpty && !isLost }

    // MARK: what the world does to it

    func assign(_ partitions: [TopicPartition]) {
        assigned.formUnion(partitions)
        events.append(.assigned(partitions))
    }

    func revoke(_ partitions: [TopicPartition]) { events.append(.revoked(partitions)) }

    /// The process dies: what it had read and not committed comes again.
    func die() { rewind() }

    // MARK: LogSession

    var lag: Int64? { nil }

    func poll(maxRecords: Int, waitMs: Int) -> LogEvent {
        if isLost {
            isLost = false
            return .lost(resumed.sorted())
        }
        if !events.isEmpty { return events.removeFirst() }
        let ready = resumed.filter { !log.isEmpty($0) }.sorted()
        if ready.isEmpty { return .idle(caughtUp: true) }
        if world.chance.happens(0.1) { return .idle(caughtUp: false) }
        let queue = world.chance.one(of: ready)
        let count = world.chance.number(1..<5)
        let messages = log.take(count, from: queue, ordered: world.circumstances.keepsOrder, &world.chance)
        inFlight.append((queue, messages))
        var batch = RecordBatch()
        for message in messages {
            let offset = offsets[queue, default: 0]
            offsets[queue] = offset + 1
            batch.append(
                topic: queue.topic,
                partition: queue.partition,
                offset: offset,
                key: message.key,
                value: message.value
            )
        }
        return .records(batch)
    }

    func restore(partition: Int32, progress: (RestoreProgress) -> Void) {}
    func resume(_ partitions: [TopicPartition]) { resumed.formUnion(partitions) }

    func release(_ partitions: [TopicPartition]) {
        resumed.subtract(partitions)
        assigned.subtract(partitions)
        let gone = Set(partitions)
        for (queue, messages) in inFlight.reversed() where gone.contains(queue) { log.giveBack(messages, to: queue) }
        inFlight.removeAll { gone.contains($0.queue) }
        world.released(partitions, of: role)
    }

    func state(partition: Int32) -> any StateReader { log.state(role, partition) }

    func commit(_ transaction: Transaction) throws -> CommitOutcome {
        let read = Set(inFlight.map(\.queue))
        if !read.isSubset(of: Set(transaction.next.keys)) {
            log.complaints.append("\(role.name) commits without its reads")
        }
        if world.faultHappens() {
            // Intake is not transactional: some of what it wrote stays.
            if role == .intake { try log.apply(transaction, of: role, share: world.chance.one(of: [0, 0.5, 1])) }
            rewind()
            if role.isTransactional, world.chance.happens(0.3) {
                isLost = true
                return .lost
            }
            return .aborted(reason: "chance")
        }
        try log.apply(transaction, of: role)
        inFlight.removeAll()
        return .committed
    }

    func close() { rewind() }

    private func rewind() {
        for (queue, messages) in inFlight.reversed() { log.giveBack(messages, to: queue) }
        inFlight.removeAll()
    }
}
