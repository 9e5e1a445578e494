// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// A record as a row holds it: format, flags, time of appending, key, attributes, headers, and the value to the end.
struct EmbeddedRecord {
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let key = Flags(rawValue: 1)
        static let value = Flags(rawValue: 2)
        static let attributes = Flags(rawValue: 4)
        static let subject = Flags(rawValue: 8)
        static let retraction = Flags(rawValue: 16)
        static let headers = Flags(rawValue: 32)
        static let all: Flags = [.key, .value, .attributes, .subject, .retraction, .headers]
    }

    static let format: UInt8 = 1

    var timestampMs: Int64
    var key: [UInt8]?
    var value: ArraySlice<UInt8>?
    var attributes: EventAttributes?
    var headers: [RecordBatch.Header] = []

    /// Writes the row's value into `writer`.
    func pack(into writer: inout ByteWriter) {
        var flags: Flags = []
        if key != nil { flags.insert(.key) }
        if value != nil { flags.insert(.value) }
        if !headers.isEmpty { flags.insert(.headers) }
        if let attributes {
            flags.insert(.attributes)
            if attributes.subject != nil { flags.insert(.subject) }
            if attributes.isRetraction { flags.insert(.retraction) }
        }
        writer.byte(Self.format)
        writer.byte(flags.rawValue)
        writer.signed(timestampMs)
        if let key { writer.blob(key) }
        if let attributes { Self.pack(attributes, into: &writer) }
        if !headers.isEmpty {
            writer.count(headers.count)
            for header in headers {
                writer.text(header.name)
                writer.text(header.value)
            }
        }
        if let value { writer.bytes.append(contentsOf: value) }
    }

    /// Reads a row's value.
    init(row: [UInt8]) throws(PackedError) {
        var reader = ByteReader(row)
        let format = try reader.byte()
        guard format == Self.format else { throw format > Self.format ? .newerFormat(format) : .malformed }
        let flags = Flags(rawValue: try reader.byte())
        guard flags.isSubset(of: .all) else { throw .malformed }
        timestampMs = try reader.signed()
        key = flags.contains(.key) ? try reader.blob() : nil
        if flags.contains(.attributes) { attributes = try Self.attributes(flags, &reader) }
        if flags.contains(.headers) {
            for _ in 0..<(try reader.count()) {
                headers.append(RecordBatch.Header(try reader.text(), try reader.text()))
            }
        }
        value = flags.contains(.value) ? row[reader.offset...] : nil
    }

    init(
        timestampMs: Int64,
        key: [UInt8]?,
        value: ArraySlice<UInt8>?,
        attributes: EventAttributes? = nil,
        headers: [RecordBatch.Header] = []
    ) {
        self.timestampMs = timestampMs
        self.key = key
        self.value = value
        self.attributes = attributes
        self.headers = headers
    }

    private static func pack(_ attributes: EventAttributes, into writer: inout ByteWriter) {
        writer.hash(attributes.id)
        writer.text(attributes.type)
        writer.signed(attributes.timeMs)
        if let subject = attributes.subject { writer.hash(subject) }
        writer.text(attributes.realm)
    }

    private static func attributes(_ flags: Flags, _ reader: inout ByteReader) throws(PackedError) -> EventAttributes {
        let id = try reader.hash()
        let type = try reader.text()
        let timeMs = try reader.signed()
        let subject = flags.contains(.subject) ? try reader.hash() : nil
        var attributes = EventAttributes(id: id, type: type, timeMs: timeMs, subject: subject, realm: try reader.text())
        attributes.isRetraction = flags.contains(.retraction)
        return attributes
    }
}
