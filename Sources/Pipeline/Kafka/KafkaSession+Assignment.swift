// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge
internal import StateStore

extension KafkaSession {
    /// Turns what the client noted into events for the worker.
    func handleEvents() throws {
        for event in consumer.takeEvents() {
            switch event {
            case .assigned(let partitions): try take(partitions)
            case .revoked(_, let lost): try goes(lost: lost)
            case .rebalanceFailed: try goes(lost: true)
            case .end(let partition, let offset):
                if let known = owned[partition], known.isReading, offset >= known.expected {
                    owned[partition]?.isAtEnd = true
                }
            case .failed(let error):
                // What passes by itself is only logged; the client goes on.
                if error.isFatal { throw KafkaLogError.stopped(error) }
                observer.log(4, "CONSUMER", error.description)
            case .partitionFailed(let partition, let error): try fail(partition, error)
            }
        }
    }

    /// Ours from now on. Nothing is read before `resume`.
    private func take(_ partitions: [KafkaPartition]) throws {
        isSuspended = false
        isSettled = true
        owned.removeAll()
        states.removeAll()
        let committed = try consumer.committed(partitions, within: .seconds(60))
        for partition in partitions {
            let next = committed[partition] ?? KafkaOffset.beginning
            owned[partition] = Owned(next: next, expected: max(0, next))
        }
        try consumer.assign([:])
        waiting.append(.assigned(partitions.sorted().map { TopicPartition($0) }))
    }

    /// The group takes everything back: the protocol is an eager one.
    private func goes(lost: Bool) throws {
        isSuspended = false
        isSettled = false
        guard !owned.isEmpty else { return try consumer.unassign() }
        if lost { isSuspended = true }
        let partitions = owned.keys.sorted().map { TopicPartition($0) }
        waiting.append(lost ? .lost(partitions) : .revoked(partitions))
    }

    private func fail(_ partition: KafkaPartition, _ error: KafkaError) throws {
        switch error.code {
        case .autoOffsetReset, .offsetOutOfRange:
            throw KafkaLogError(
                """
                \(partition): the records from offset \(owned[partition]?.next ?? -1) on are gone \
                (\(error.message)); the topic's retention is too short, or the topic was made anew
                """,
                exitCode: 74
            )
        case .unknownTopic, .unknownTopicOrPartition, .unknownPartition:
            if role != .intake { throw KafkaLogError.missing([partition.topic]) }
            observer.log(4, "CONSUMER", "\(partition): \(error.description)")
        default:
            if error.isFatal { throw KafkaLogError.stopped(error) }
            observer.log(4, "CONSUMER", "\(partition): \(error.description)")
        }
    }

    func resume(_ partitions: [TopicPartition]) throws {
        for partition in partitions.map({ KafkaPartition($0) }) {
            // A restore that a rebalance interrupted leaves its partition unread.
            if role.isTransactional && states[partition.partition] == nil { continue }
            owned[partition]?.isReading = true
        }
        restorer?.close()
        restorer = nil
        if !isSuspended { try readAgain() }
    }

    /// Gives the client the partitions that are read, from where each stands.
    private func readAgain() throws {
        var offsets: [KafkaPartition: Int64] = [:]
        for (partition, known) in owned where known.isReading {
            let isFresh = known.next < 0 && known.expected == 0
            offsets[partition] = isFresh ? KafkaOffset.beginning : known.expected
        }
        try KafkaLogError.wrapping { try consumer.assign(offsets) }
    }

    /// Goes back to the last commit.
    func rewind() throws {
        for partition in owned.keys {
            let next = owned[partition]?.next ?? 0
            owned[partition]?.expected = max(0, next)
            owned[partition]?.isAtEnd = false
        }
        try readAgain()
    }

    func release(_ partitions: [TopicPartition]) throws {
        for partition in partitions { owned.removeValue(forKey: KafkaPartition(partition)) }
        let left = Set(owned.keys.map(\.partition))
        for number in states.keys where !left.contains(number) { states.removeValue(forKey: number) }
        if !stillOurs.isEmpty {
            let again = stillOurs
            stillOurs = []
            try KafkaLogError.wrapping { try take(again) }
        } else if owned.isEmpty {
            try KafkaLogError.wrapping { try consumer.unassign() }
        } else {
            try readAgain()
        }
    }

    /// Everything is gone: the next poll says so, and nothing that comes before the client's own word is handed out. Where
    /// the group still counts us as the owner, the client has nothing to say: we take the partitions again ourselves.
    func lose() -> CommitOutcome {
        if !owned.isEmpty, !isSuspended {
            isSuspended = true
            let isMember = !consumer.isAssignmentLost && (try? consumer.membership().isValid) == true
            stillOurs = isSettled && isMember ? owned.keys.sorted() : []
            waiting.insert(.lost(owned.keys.sorted().map { TopicPartition($0) }), at: 0)
        }
        return .lost
    }

    // MARK: state

    func restore(partition: Int32, progress: (RestoreProgress) -> Void) throws {
        guard role.isTransactional else { return }
        try KafkaLogError.wrapping {
            let inputs = role.inputs.map { ($0, KafkaPartition(settings.name(of: $0), partition)) }
                .filter { owned[$0.1] != nil }
            // Stable offsets: this waits while a predecessor's transaction is open.
            let stable = try consumer.committed(inputs.map(\.1), within: .seconds(60))
            var committed: [Topic: Int64] = [:]
            for (topic, input) in inputs { committed[topic] = stable[input] }
            let restorer = try self.restorer ?? ChangelogRestorer(settings, role, store: store, observer: observer)
            self.restorer = restorer
            let meta = try restorer.restore(partition, committed: committed, progress: progress) {
                try staysOurs()
            }
            guard let meta else { return }
            states[partition] = meta
            for (topic, input) in inputs {
                // Offsets of a group that slept too long expire; the state remembers them.
                let next = committed[topic] ?? meta.offsets[topic] ?? KafkaOffset.beginning
                owned[input]?.next = next
                owned[input]?.expected = max(0, next)
            }
        }
    }

    /// Serves the group while a restore is under way. False: a rebalance is waiting, so the restore is in vain.
    private func staysOurs() throws -> Bool {
        var nothing: [UInt8] = []
        _ = consumer.poll(into: &nothing, limits: KafkaPollLimits(records: 1, wait: .zero)) { _ in }
        try handleEvents()
        return waiting.isEmpty && !isSuspended
    }
}
