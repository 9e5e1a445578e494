// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// CloudEvents 1.0 around our output records: structured in files, headers on Kafka.
enum CloudEvent {
    static let source = "tabiji"

    /// One line of a file, its newline included.
    static func line(_ attributes: EventAttributes, data: [UInt8]) -> [UInt8] {
        var json = JSONWriter(capacity: data.count + 256)
        json.beginObject()
        json.member("specversion")
        json.string("1.0")
        json.member("id")
        json.hex(attributes.id)
        json.member("type")
        json.string(attributes.type)
        json.member("source")
        json.string(source)
        json.member("time")
        json.time(attributes.timeMs)
        if let subject = attributes.subject {
            json.member("subject")
            json.hex(subject)
        }
        json.member("datacontenttype")
        json.string("application/json")
        json.member("realm")
        json.string(attributes.realm)
        json.member("data")
        json.raw(data)
        json.endObject()
        json.bytes.append(0x0a)
        return json.bytes
    }
}
