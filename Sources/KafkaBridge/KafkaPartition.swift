// SPDX-License-Identifier: Apache-2.0

/// One partition of a topic.
public struct KafkaPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var topic: String
    public var partition: Int32

    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public var description: String { "\(topic)[\(partition)]" }

    public static func < (a: Self, b: Self) -> Bool {
        a.topic != b.topic ? a.topic < b.topic : a.partition < b.partition
    }
}

/// The offsets with a meaning of their own.
public enum KafkaOffset {
    /// The oldest record that is still there.
    public static let beginning: Int64 = -2
    /// After the newest record.
    public static let end: Int64 = -1
    /// None.
    public static let invalid: Int64 = -1001
}

/// The offsets between which a partition's records lie: `low..<high`.
public struct KafkaWatermarks: Hashable, Sendable {
    public var low: Int64
    public var high: Int64

    public init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}
