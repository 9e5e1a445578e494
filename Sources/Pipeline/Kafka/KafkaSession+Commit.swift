// SPDX-License-Identifier: Apache-2.0
internal import KafkaBridge
internal import StateStore

extension KafkaSession {
    func commit(_ transaction: Transaction) throws -> CommitOutcome {
        if transaction.isEmpty { return .committed }
        if isSuspended { return lose() }
        return try KafkaLogError.wrapping {
            try role.isTransactional ? commitTransaction(transaction) : commitPlainly(transaction)
        }
    }

    // MARK: at least once

    /// Appends, waits until all is acknowledged, then commits the offsets.
    private func commitPlainly(_ transaction: Transaction) throws -> CommitOutcome {
        let producer = writer.producer
        producer.clearFailures()
        do throws(KafkaError) {
            try writer.write(transaction)
            try producer.flush(within: settings.commitTimeout)
            if let failure = producer.failures.first { throw failure }
            try commitOffsets(offsets(transaction.next))
        } catch {
            if consumer.isAssignmentLost { return lose() }
            if producer.fatalError != nil { try renewWriter() }
            try rewind()
            return .aborted(reason: error.description)
        }
        for (partition, next) in transaction.next { owned[KafkaPartition(partition)]?.next = next }
        return .committed
    }

    private func commitOffsets(_ offsets: [KafkaPartition: Int64]) throws(KafkaError) {
        let end = ContinuousClock.now + settings.commitTimeout
        while true {
            do throws(KafkaError) {
                return try consumer.commit(offsets, within: settings.commitTimeout)
            } catch {
                if !error.isRetriable || error.code == .rebalanceInProgress || .now > end { throw error }
            }
        }
    }

    // MARK: exactly once

    /// Where a transaction failed decides what its errors mean.
    private enum Phase { case writing, offsets, commit }

    /// What failed for now is sent again as it is: to begin anew, a role may have to read all its state.
    private static let attempts = 3

    private func commitTransaction(_ transaction: Transaction) throws -> CommitOutcome {
        var outcome = try attempt(transaction)
        for _ in 1..<Self.attempts {
            guard case .aborted(let reason) = outcome else { return outcome }
            observer.log(4, "PRODUCER", "the transaction is sent again: \(reason)")
            outcome = try attempt(transaction)
        }
        if case .aborted = outcome { try rewind() }
        return outcome
    }

    /// `aborted`: nothing of the transaction happened, and reading has not gone back.
    private func attempt(_ transaction: Transaction) throws -> CommitOutcome {
        guard let metas = metas(after: transaction) else { return lose() }
        let membership = try consumer.membership()
        // The broker does not check the member of a transaction's offsets when it has none.
        guard !consumer.isAssignmentLost, membership.isValid else { return lose() }
        var phase = Phase.writing
        do throws(KafkaError) {
            try writer.producer.beginTransaction()
            try writer.write(transaction)
            for (partition, meta) in metas { try writer.write(meta, partition: partition) }
            phase = .offsets
            try writer.producer.sendOffsets(places(transaction, metas), as: membership, within: settings.commitTimeout)
            phase = .commit
            try writer.producer.commitTransaction(within: settings.commitTimeout)
        } catch {
            return try settle(error, phase, transaction, metas)
        }
        try keep(transaction, metas)
        return .committed
    }

    private func settle(
        _ error: KafkaError,
        _ phase: Phase,
        _ transaction: Transaction,
        _ metas: [Int32: PartitionMeta]
    ) throws -> CommitOutcome {
        if error.isFatal || writer.producer.fatalError != nil { throw KafkaLogError.stopped(error) }
        switch (phase, error.verdict) {
        case (.commit, .retry): return try resolve(transaction, metas)
        case (.commit, .stop), (.offsets, .stop): throw KafkaLogError.stopped(error)
        default: break  // whatever is wrong with a record, the transaction can be aborted
        }
        do throws(KafkaError) {
            try writer.producer.abortTransaction(within: settings.commitTimeout)
        } catch {
            if error.verdict == .stop { throw KafkaLogError.stopped(error) }
            try renewWriter()
        }
        if consumer.isAssignmentLost { return lose() }
        return .aborted(reason: error.description)
    }

    /// Nobody knows whether the commit happened: a new producer with the same id settles it one way, and the group's
    /// offsets tell which.
    private func resolve(_ transaction: Transaction, _ metas: [Int32: PartitionMeta]) throws -> CommitOutcome {
        try renewWriter()
        let wanted = offsets(transaction.next)
        let committed = try consumer.committed(wanted.keys, within: .seconds(60))
        if !wanted.isEmpty, committed == wanted {
            try keep(transaction, metas)
            return .committed
        }
        let isUntouched = wanted.keys.allSatisfy { (committed[$0] ?? KafkaOffset.beginning) == owned[$0]?.next }
        if wanted.isEmpty || !isUntouched || consumer.isAssignmentLost { return lose() }
        return .aborted(reason: "the commit had no answer in \(settings.commitTimeoutMs) ms, and did not happen")
    }

    /// Where each touched state partition stands afterwards; nil when one of them is not ours.
    private func metas(after transaction: Transaction) -> [Int32: PartitionMeta]? {
        var metas: [Int32: PartitionMeta] = [:]
        for change in transaction.changes where metas[change.partition] == nil {
            guard let meta = states[change.partition] else { return nil }
            metas[change.partition] = meta
        }
        for (partition, next) in transaction.next {
            guard let topic = role.inputs.first(where: { settings.name(of: $0) == partition.topic }),
                var meta = metas[partition.partition] ?? states[partition.partition]
            else { return nil }
            meta.offsets[topic] = next
            metas[partition.partition] = meta
        }
        return metas
    }

    /// The offsets to send: those of the transaction, and where it has none the last ones again, so that the broker
    /// always checks that we still own what we write.
    private func places(_ transaction: Transaction, _ metas: [Int32: PartitionMeta]) -> [KafkaPartition: Int64] {
        var places = offsets(transaction.next)
        for (partition, known) in owned where places[partition] == nil && known.next >= 0 {
            if transaction.next.isEmpty || metas[partition.partition] != nil { places[partition] = known.next }
        }
        return places
    }

    /// The transaction is in Kafka: the same goes to the local store, in one batch.
    private func keep(_ transaction: Transaction, _ metas: [Int32: PartitionMeta]) throws {
        var batch = WriteBatch()
        var prefixes: [Int32: [UInt8]] = [:]
        for change in transaction.changes {
            let prefix = prefixes[change.partition] ?? StateKeys.prefix(role, change.partition)
            prefixes[change.partition] = prefix
            if let value = change.value {
                batch.put(prefix, transaction.bytes[change.key], transaction.bytes[value])
            } else {
                batch.delete(prefix, transaction.bytes[change.key])
            }
        }
        let nowMs = ChangelogRestorer.nowMs()
        for (partition, planned) in metas {
            var meta = planned
            // A report may carry no offset: then the old position stands, and replaying from it changes nothing.
            if let changelog = writer.changelog, let offset = writer.producer.highestOffset(changelog, partition) {
                meta.position = max(meta.position, offset + 1)
            }
            meta.writtenMs = nowMs
            batch.put(PartitionMeta.localKey(role, partition), meta.packedLocally)
            states[partition] = meta
        }
        for (partition, next) in transaction.next { owned[KafkaPartition(partition)]?.next = next }
        try store.write(batch, sync: false)
    }

    // MARK: parts

    private func offsets(_ next: [TopicPartition: Int64]) -> [KafkaPartition: Int64] {
        var offsets: [KafkaPartition: Int64] = [:]
        for (partition, offset) in next { offsets[KafkaPartition(partition)] = offset }
        return offsets
    }

    /// A new producer under the same id: whatever the old one left open is settled.
    private func renewWriter() throws {
        writer.producer.close(within: .seconds(5))
        writer = try KafkaWriter(settings, role, worker: worker, counts: counts, observer: observer)
    }
}
