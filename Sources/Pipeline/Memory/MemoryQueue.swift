// SPDX-License-Identifier: Apache-2.0

/// Records that wait for one role, in batches. Those handed out rest until they are committed.
struct MemoryQueue {
    /// Records of one batch: the batch itself is shared, never copied.
    private struct Part {
        var batch: RecordBatch
        var records: Range<Int>
    }

    private var waiting: [Part] = []
    /// Index of the first that waits; those before are gone.
    private var first = 0
    private var handedOut: [Part] = []
    private var committed: [TopicPartition: Int64] = [:]

    /// Records that wait.
    var count: Int { waiting[first...].reduce(0) { $0 + $1.records.count } }

    mutating func append(_ batch: RecordBatch) {
        waiting.append(Part(batch: batch, records: batch.records.indices))
    }

    /// The next records, of one batch; nil when none wait.
    mutating func next(recordsMax: Int) -> RecordBatch? {
        guard first < waiting.count else {
            waiting.removeAll(keepingCapacity: true)
            first = 0
            return nil
        }
        var part = waiting[first]
        let end = min(part.records.upperBound, part.records.lowerBound + max(1, recordsMax))
        if end < part.records.upperBound {
            waiting[first].records = end..<part.records.upperBound
            part.records = part.records.lowerBound..<end
        } else {
            waiting[first] = Part(batch: RecordBatch(), records: 0..<0)
            first += 1
        }
        handedOut.append(part)
        guard part.records.count < part.batch.records.count else { return part.batch }
        var batch = part.batch
        batch.records = Array(batch.records[part.records])
        return batch
    }

    /// Frees what lies before these offsets.
    mutating func commit(_ next: [TopicPartition: Int64]) {
        guard !next.isEmpty else { return }
        committed.merge(next) { old, new in max(old, new) }
        handedOut = handedOut.filter { !uncommitted($0).isEmpty }
    }

    /// What was handed out and not committed waits again, before the rest.
    mutating func rewind() {
        let again = handedOut.compactMap { part -> Part? in
            var batch = part.batch
            batch.records = uncommitted(part)
            return batch.isEmpty ? nil : Part(batch: batch, records: batch.records.indices)
        }
        waiting = again + waiting[first...]
        first = 0
        handedOut = []
    }

    /// Neighbours mostly share their partition, so it is looked up once for a run of them.
    private func uncommitted(_ part: Part) -> [RecordBatch.Record] {
        var run: (topic: Int, partition: Int32, next: Int64)?
        return part.batch.records[part.records].filter { record in
            if run?.topic != record.topic || run?.partition != record.partition {
                let place = TopicPartition(part.batch.topics[record.topic], record.partition)
                run = (topic: record.topic, partition: record.partition, next: committed[place] ?? .min)
            }
            return record.offset >= run?.next ?? .min
        }
    }
}
