// SPDX-License-Identifier: Apache-2.0

/// Records read from a log: payloads lie in one arena, so a batch costs a few allocations, however many records it has.
public struct RecordBatch: Sendable {
    public struct Record: Sendable {
        /// Index into `topics`.
        public var topic = 0
        public var partition: Int32 = 0
        public var offset: Int64 = 0
        /// The transport's own, in milliseconds; −1 when it has none. Never the event's time.
        public var timestampMs: Int64 = -1
        /// Ranges of `bytes`; nil is null.
        public var key: Range<Int>?
        public var value: Range<Int>?
        /// Range of `headerList`.
        public var headers = 0..<0
    }

    public struct Header: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var topics: [String] = []
    public var bytes: [UInt8] = []
    public var records: [Record] = []
    public var headerList: [Header] = []

    public init() {}

    public var isEmpty: Bool { records.isEmpty }

    /// What a transaction appends to topics.
    package init(_ transaction: Transaction, of topics: [Topic]) {
        for append in transaction.appends where topics.contains(append.topic) {
            self.append(
                topic: append.topic.name,
                partition: append.partition ?? 0,
                key: append.key.map { Array(transaction.bytes[$0]) },
                value: append.value.map { transaction.bytes[$0] }
            )
        }
    }

    public mutating func append(
        topic: String,
        partition: Int32 = 0,
        offset: Int64 = 0,
        timestampMs: Int64 = -1,
        key: [UInt8]? = nil,
        value: (some Collection<UInt8>)?,
        headers: [Header] = []
    ) {
        let index = topics.lastIndex(of: topic) ?? topics.count
        if index == topics.count { topics.append(topic) }
        func place(_ part: (some Collection<UInt8>)?) -> Range<Int>? {
            guard let part else { return nil }
            let start = bytes.count
            bytes.append(contentsOf: part)
            return start..<bytes.count
        }
        let (keyRange, valueRange) = (place(key), place(value))
        headerList.append(contentsOf: headers)
        records.append(
            Record(
                topic: index,
                partition: partition,
                offset: offset,
                timestampMs: timestampMs,
                key: keyRange,
                value: valueRange,
                headers: headerList.count - headers.count..<headerList.count
            )
        )
    }
}
