// SPDX-License-Identifier: Apache-2.0

/// How an embedded log keeps its records.
public struct EmbeddedLogSettings: Sendable {
    /// How long output records are kept; what is over either limit goes. nil: no such limit.
    public struct Retention: Sendable, Equatable {
        /// Records of a topic's partition.
        public var recordsMax: Int?
        /// Milliseconds since a record was appended.
        public var ageMsMax: Int64?

        public init(recordsMax: Int?, ageMsMax: Int64?) {
            self.recordsMax = recordsMax
            self.ageMsMax = ageMsMax
        }
    }

    /// Partitions of inbox and moves, fixed for the life of the store. **Default** 4, **range** 1…1024.
    public var partitions: Int32 = 4
    /// The topics that `append` takes. Those that the store knows from before are read to their end all the same.
    /// **Default** `touchpoints.events` and `touchpoints.control`
    public var inputTopics = ["touchpoints.events", "touchpoints.control"]
    /// Of output topics that are not compacted. **Default** a million records, dead letters at most 14 days.
    public var retention: [Topic: Retention] = [
        .deadletter: Retention(recordsMax: 1_000_000, ageMsMax: 14 * 86_400_000)
    ]
    /// Of output topics that `retention` does not name.
    public var retentionOtherwise = Retention(recordsMax: 1_000_000, ageMsMax: nil)
    /// Records of an input topic that may wait: more are refused with `backlogFull`. **Default** a million
    public var inputBacklogMax = 1_000_000
    /// Records of an internal partition that may wait: with more, those who write there get nothing to read.
    /// **Default** 500,000
    public var internalBacklogMax = 500_000
    /// Records behind a committed position that are left until they are worth a purge. **Default** 4,096
    public var purgeRecords = 4_096
    /// Milliseconds after which what is consumed or too old is purged, however little. **Default** a minute
    public var sweepEveryMs: Int64 = 60_000
    /// Bytes of one poll. **Default** 8 MiB
    public var pollBytesMax = 8 << 20

    public init() {}
}
