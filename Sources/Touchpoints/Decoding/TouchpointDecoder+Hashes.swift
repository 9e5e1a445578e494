// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import JSONTape

/// Keys and content hashes: SHA-256 over the RFC 8785 form, written straight from the document.
extension TouchpointDecoder {
    /// Of [realm, source, type as it came, id, time, identifiers as they came, shipped references among the
    /// properties as they came].
    func key(_ document: JSONDocument, _ draft: Draft, _ event: EventDraft) -> Hash128 {
        begin()
        quote(event.realm)
        comma()
        quote(event.source)
        comma()
        canonical(document, draft.typeAsItCame)
        comma()
        quote(event.id)
        comma()
        CanonicalNumber.append(event.timeMs, to: &buffer)
        comma()
        if draft.isSegment {
            paths(document, draft)
        } else if let identifiers = draft.identifiers {
            document.appendCanonical(identifiers, to: &buffer)
        } else {
            buffer.append(contentsOf: Self.emptyObject)
        }
        comma()
        if let properties = draft.propertiesObject {
            document.appendCanonical(properties, to: &buffer) { name in
                guard document.count(name) <= 15 else { return false }
                return Self.references.contains(document, name)
            }
        } else {
            buffer.append(contentsOf: Self.emptyObject)
        }
        return end()
    }

    /// Of the whole value, without what differs between copies of one message.
    func content(_ document: JSONDocument, _ draft: Draft) -> Hash128 {
        buffer.removeAll(keepingCapacity: true)
        let root = JSONDocument.root
        switch draft.content {
        case .native: document.appendCanonical(root, to: &buffer)
        case .cloudEvent:
            document.appendCanonical(root, to: &buffer) { name in
                !document.equals(name, "traceparent") && !document.equals(name, "tracestate")
            }
        case .segment(let hasOriginal): segmentContent(document, hasOriginal)
        }
        return SHA256.hash128(buffer)
    }

    /// The id of a message without one: `h-` and 32 hexadecimal digits.
    func standInId(_ document: JSONDocument, _ timeMs: Int64) -> String {
        begin()
        let root = JSONDocument.root
        for name in ["type", "event", "userId", "anonymousId", "properties", "traits"] as [StaticString] {
            canonical(document, document.member(root, name))
            comma()
        }
        CanonicalNumber.append(timeMs, to: &buffer)
        return "h-" + end().hex
    }

    private func segmentContent(_ document: JSONDocument, _ hasOriginal: Bool) {
        var isFirst = true
        buffer.append(UInt8(ascii: "{"))
        document.forEachMember(JSONDocument.root) { name, value in
            if Self.volatile.contains(document, name) || hasOriginal && document.equals(name, "timestamp") { return }
            if !isFirst { comma() }
            isFirst = false
            document.appendCanonical(name, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            if document.isObject(value), document.equals(name, "context") {
                document.appendCanonical(value, to: &buffer) { !document.equals($0, "ip") }
            } else {
                document.appendCanonical(value, to: &buffer)
            }
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private func paths(_ document: JSONDocument, _ draft: Draft) {
        buffer.append(UInt8(ascii: "{"))
        for (index, (path, value)) in draft.paths.enumerated() {
            if index > 0 { comma() }
            quote(path)
            buffer.append(UInt8(ascii: ":"))
            document.appendCanonical(value, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    private func begin() {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(UInt8(ascii: "["))
    }

    private func end() -> Hash128 {
        buffer.append(UInt8(ascii: "]"))
        return SHA256.hash128(buffer)
    }

    private func comma() { buffer.append(UInt8(ascii: ",")) }

    private func canonical(_ document: JSONDocument, _ element: Int?) {
        if let element {
            document.appendCanonical(element, to: &buffer)
        } else {
            buffer.append(contentsOf: "null".utf8)
        }
    }

    private func quote(_ text: String) {
        JSONDocument.appendQuoted(text, to: &buffer)
    }

    private static let emptyObject = Array("{}".utf8)
    private static let references = NameSet(IdentityRules.shippedReferences)
    private static let volatile = NameSet(["sentAt", "receivedAt", "_metadata", "request_ip", "rudderId"])
}
