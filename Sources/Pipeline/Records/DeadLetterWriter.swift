// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Foundation
internal import Touchpoints

/// Writes `tabiji.deadletter` records: the payload as it came, its reason and its position.
struct DeadLetterWriter {
    /// Payloads are cut to so many bytes, at a character.
    static let payloadBytesMax = 64 << 10

    func append(
        reason: DeadLetterReason,
        detail: String,
        _ record: RecordBatch.Record,
        _ batch: RecordBatch,
        _ input: InputPosition,
        into transaction: inout Transaction
    ) {
        var position = JSONWriter()
        position.beginObject()
        if let file = input.source.file {
            position.key("file")
            position.string(file)
            position.key("line")
            position.int(input.offset)
        } else {
            position.key("topic")
            position.string(input.source.topic ?? "")
            position.key("partition")
            position.int(Int64(input.partition))
            position.key("offset")
            position.int(input.offset)
        }
        position.endObject()
        let id = SHA256.hash128(Array("deadletter".utf8) + position.bytes)
        let payload = record.value.map { Array(batch.bytes[$0.prefix(Self.payloadBytesMax + 4)]) } ?? []
        write(
            id: id,
            reason: reason.rawValue,
            detail: detail,
            input: position.bytes,
            payload: payload,
            headers: Array(batch.headerList[record.headers]),
            timestampMs: record.timestampMs >= 0 ? record.timestampMs : nil,
            key: record.key.map { Array(batch.bytes[$0]) },
            realm: "default",
            into: &transaction
        )
    }

    /// A dead letter about an event that was decoded already: its payload is the decoded content.
    func append(
        reason: DeadLetterReason,
        detail: String,
        event: Touchpoint,
        payload: [UInt8],
        into transaction: inout Transaction
    ) {
        write(
            id: Self.id(reason, event.key, event.content),
            reason: reason.rawValue,
            detail: detail,
            input: nil,
            payload: payload,
            headers: [],
            timestampMs: nil,
            key: nil,
            realm: event.realm,
            into: &transaction
        )
    }

    /// Takes back a letter about a copy of an event, whose content it no longer knows.
    func takeBack(reason: DeadLetterReason, of event: Touchpoint, content: Hash128, into transaction: inout Transaction)
    {
        let id = Self.id(reason, event.key, content)
        var json = JSONWriter(capacity: 80)
        json.beginObject()
        json.key("reason")
        json.string(reason.rawValue)
        json.key("revision")
        json.int(2)
        json.key("retracted")
        json.bool(true)
        json.endObject()
        var attributes = EventAttributes(id: id, type: "tabiji.deadletter", timeMs: 0, subject: nil, realm: event.realm)
        attributes.isRetraction = true
        transaction.append(.deadletter, key: id.hexBytes, value: json.bytes, attributes: attributes)
    }

    private static func id(_ reason: DeadLetterReason, _ event: Hash128, _ content: Hash128) -> Hash128 {
        SHA256.hash128(Array("deadletter".utf8) + Array(reason.rawValue.utf8) + event.bytes + content.bytes)
    }

    private func write(
        id: Hash128,
        reason: String,
        detail: String,
        input: [UInt8]?,
        payload: [UInt8],
        headers: [RecordBatch.Header],
        timestampMs: Int64?,
        key: [UInt8]?,
        realm: String,
        into transaction: inout Transaction
    ) {
        var json = JSONWriter(capacity: payload.count + 256)
        json.beginObject()
        json.key("reason")
        json.string(reason)
        json.key("detail")
        json.string(detail)
        if let input {
            json.key("input")
            json.raw(input)
        }
        let text = String(validating: payload.prefix(Self.payloadBytesMax + 4), as: UTF8.self)
        json.key("payload")
        if let text = text ?? Self.cut(payload) {
            json.string(Self.shorten(text))
        } else {
            json.string(Data(payload.prefix(Self.payloadBytesMax)).base64EncodedString())
        }
        json.key("payload_encoding")
        json.string(text ?? Self.cut(payload) == nil ? "base64" : "utf-8")
        json.key("headers")
        json.beginObject()
        for header in headers {
            json.key(header.name)
            json.string(header.value)
        }
        json.endObject()
        json.key("timestamp")
        if let timestampMs { json.int(timestampMs) } else { json.null() }
        json.key("revision")
        json.int(1)
        json.endObject()
        let attributes = EventAttributes(
            id: id,
            type: "tabiji.deadletter",
            timeMs: timestampMs ?? 0,
            subject: nil,
            realm: realm
        )
        transaction.append(.deadletter, key: key ?? id.hexBytes, value: json.bytes, attributes: attributes)
    }

    /// The text of a payload that may have been cut within its last character.
    private static func cut(_ payload: [UInt8]) -> String? {
        guard payload.count > payloadBytesMax else { return nil }
        for dropped in 1...4 {
            if let text = String(validating: payload.dropLast(dropped), as: UTF8.self) { return text }
        }
        return nil
    }

    /// At most the bytes that a payload may have, cut at a character.
    private static func shorten(_ text: String) -> String {
        guard text.utf8.count > payloadBytesMax else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: payloadBytesMax)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}
