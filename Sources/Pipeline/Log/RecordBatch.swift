// SPDX-License-Identifier: Apache-2.0

/// Records read from a log: payloads lie in one arena, so a batch costs a few allocations, however many records it has.
public struct RecordBatch: Sendable {
    public struct Record: Sendable {
        /// Index into `topics`.
        public var topic: Int
        public var partition: Int32
        public var offset: Int64
        /// The transport's own, in milliseconds; −1 when it has none. Never the event's time.
        public var timestampMs: Int64
        /// Ranges of `bytes`; nil is null.
        public var key: Range<Int>?
        public var value: Range<Int>?
        /// Range of `headerList`.
        public var headers: Range<Int>
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

    public mutating func append(
        topic: String,
        partition: Int32,
        offset: Int64,
        timestampMs: Int64,
        key: [UInt8]?,
        value: [UInt8]?,
        headers: [Header] = []
    ) {
        let index = topics.lastIndex(of: topic) ?? topics.count
        if index == topics.count { topics.append(topic) }
        func place(_ part: [UInt8]?) -> Range<Int>? {
            guard let part else { return nil }
            bytes.append(contentsOf: part)
            return bytes.count - part.count..<bytes.count
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
