// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

extension ReplaySummary {
    /// The text of `summary.json`, a line a member.
    public var json: [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        for (name, number) in [
            ("read", read), ("accepted", accepted), ("control", control), ("duplicates", duplicates),
            ("forgotten", forgotten), ("deadletters", deadletters),
        ] { json.member(name, number) }
        json.key("deadletters_by_reason")
        json.counts(deadlettersByReason)
        for (name, number) in [
            ("skipped", skipped), ("tombstones", tombstones), ("customers", customers), ("transitions", transitions),
            ("alerts", alerts),
        ] { json.member(name, number) }
        json.key("ignored_namespaces")
        json.counts(ignoredNamespaces)
        json.key("unknown_members")
        json.counts(unknownMembers)
        json.key("digest")
        json.string(digest)
        json.key("watermark")
        if let watermarkMs { json.string(EventTime.format(watermarkMs)) } else { json.null() }
        json.key("seconds")
        json.double((seconds * 1000).rounded() / 1000)
        json.member("events_per_second", Int(eventsPerSecond))
        json.key("cpu_seconds")
        json.double((cpuSeconds * 1000).rounded() / 1000)
        json.member("peak_memory_bytes", peakMemoryBytes)
        json.endObject()
        json.bytes.append(0x0a)
        return Self.indented(json.bytes)
    }

    /// Each first-level member on a line of its own.
    private static func indented(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var depth = 0
        for byte in bytes {
            if byte == UInt8(ascii: "}"), depth == 1 { out.append(0x0a) }
            out.append(byte)
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth -= 1 }
            let breaks = depth == 1 && (byte == UInt8(ascii: ",") || (byte == UInt8(ascii: "{")))
            if breaks { out.append(contentsOf: [0x0a, 0x20, 0x20]) }
        }
        return out
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ number: Int) {
        key(name)
        int(Int64(number))
    }

    mutating func counts(_ counts: [String: Int]) {
        beginObject()
        for (name, number) in counts.sorted(by: { $0.key < $1.key }) { member(name, number) }
        endObject()
    }
}
