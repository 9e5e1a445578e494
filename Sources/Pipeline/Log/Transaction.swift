// SPDX-License-Identifier: Apache-2.0
public import Digests
internal import Touchpoints

/// The attributes of an output record, a CloudEvent. On Kafka they are headers, in files members.
public struct EventAttributes: Sendable, Equatable {
    /// Text of the id: 32 hexadecimal digits.
    public var id: Hash128
    /// `tabiji.transition`, …
    public var type: String
    /// Event time.
    public var timeMs: Int64
    /// The customer; nil: nobody's.
    public var subject: Hash128?
    public var realm: String
    /// Takes the result back: in files nothing is left of it.
    public var isRetraction = false

    public init(id: Hash128, type: String, timeMs: Int64, subject: Hash128?, realm: String) {
        self.id = id
        self.type = type
        self.timeMs = timeMs
        self.subject = subject
        self.realm = realm
    }
}

/// What one commit does, all or nothing (on a role that is transactional): appends, state rows, and the places read up to.
public struct Transaction: Sendable {
    /// One record to append. Key and value are ranges of `bytes`.
    public struct Append: Sendable {
        public var topic: Topic
        /// nil: by murmur2 of the key.
        public var partition: Int32?
        public var key: Range<Int>?
        public var value: Range<Int>?
        /// Of output topics: the value is the `data` member's JSON.
        public var attributes: EventAttributes?
    }

    /// One state row. A nil value deletes.
    public struct StateChange: Sendable {
        public var partition: Int32
        public var key: Range<Int>
        public var value: Range<Int>?
    }

    public var bytes: [UInt8] = []
    public private(set) var appends: [Append] = []
    public private(set) var changes: [StateChange] = []
    /// The next offset to read, per input partition.
    public var next: [TopicPartition: Int64] = [:]

    public init() {}

    public var isEmpty: Bool { appends.isEmpty && changes.isEmpty && next.isEmpty }

    public mutating func append(
        _ topic: Topic,
        partition: Int32? = nil,
        key: [UInt8]?,
        value: [UInt8]?,
        attributes: EventAttributes? = nil
    ) {
        let (keyRange, valueRange) = (key.map { place($0) }, value.map { place($0) })
        appends.append(
            Append(topic: topic, partition: partition, key: keyRange, value: valueRange, attributes: attributes)
        )
    }

    /// The same, with the hexadecimal text of a hash as its key.
    mutating func append(_ topic: Topic, hexKey: Hash128, value: [UInt8]?, attributes: EventAttributes) {
        let start = bytes.count
        hexKey.appendHex(to: &bytes)
        let keyRange = start..<bytes.count
        let valueRange = value.map { place($0) }
        appends.append(
            Append(topic: topic, partition: nil, key: keyRange, value: valueRange, attributes: attributes)
        )
    }

    /// Sets a row; its key and value are written where they stay.
    mutating func change(
        partition: Int32,
        key writeKey: (inout ByteWriter) -> Void,
        value writeValue: (inout ByteWriter) -> Void
    ) {
        var writer = ByteWriter()
        swap(&writer.bytes, &bytes)
        let start = writer.bytes.count
        writeKey(&writer)
        let middle = writer.bytes.count
        writeValue(&writer)
        swap(&writer.bytes, &bytes)
        changes.append(StateChange(partition: partition, key: start..<middle, value: middle..<bytes.count))
    }

    public mutating func change(partition: Int32, key: [UInt8], value: [UInt8]?) {
        let (keyRange, valueRange) = (place(key), value.map { place($0) })
        changes.append(StateChange(partition: partition, key: keyRange, value: valueRange))
    }

    /// Empty again, with its memory kept.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        appends.removeAll(keepingCapacity: true)
        changes.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
    }

    private mutating func place(_ part: [UInt8]) -> Range<Int> {
        bytes.append(contentsOf: part)
        return bytes.count - part.count..<bytes.count
    }
}
