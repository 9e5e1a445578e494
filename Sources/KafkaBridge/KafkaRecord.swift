// SPDX-License-Identifier: Apache-2.0

/// One record as a poll found it. Its bytes lie in the arena given to the poll.
public struct KafkaRecord: Sendable {
    /// Index into the consumer's `topics`.
    public var topic: Int
    public var partition: Int32
    public var offset: Int64
    /// By the broker's or the producer's clock, in milliseconds; −1: none.
    public var timestampMs: Int64
    /// Range of the arena. Nil is null, which is not the same as empty.
    public var key: Range<Int>?
    /// Range of the arena. Nil is null: a tombstone on a compacted topic.
    public var value: Range<Int>?
    public var headers: [KafkaHeader]
}

/// One header of a record that was read.
public struct KafkaHeader: Sendable, Hashable {
    public var name: String
    /// Range of the arena; nil is null.
    public var value: Range<Int>?
}

/// When a poll has enough.
public struct KafkaPollLimits: Sendable {
    public var records: Int
    /// Of keys, values and headers together; the record that reaches it is the last.
    public var bytes: Int
    /// How long to wait for the first record.
    public var wait: Duration
    /// How long to gather in all, once the first record is there.
    public var gather: Duration

    public init(records: Int, bytes: Int = 16 << 20, wait: Duration, gather: Duration = .milliseconds(50)) {
        self.records = records
        self.bytes = bytes
        self.wait = wait
        self.gather = gather
    }
}

/// What a poll found beside records.
public enum KafkaConsumerEvent: Sendable {
    /// Answer with `assign`.
    case assigned([KafkaPartition])
    /// Answer with `unassign`. Lost: others may own them already; nothing may be committed.
    case revoked([KafkaPartition], lost: Bool)
    /// Answer with `unassign`.
    case rebalanceFailed(KafkaError)
    /// All that is visible was read. Only with `enable.partition.eof`.
    case end(KafkaPartition, offset: Int64)
    case failed(KafkaError)
    case partitionFailed(KafkaPartition, KafkaError)
}
