// SPDX-License-Identifier: Apache-2.0
internal import JSONTape

extension TouchpointDecoder {
    enum Format { case native, segment, structured, binary, unknown }

    /// By the topic's configuration, else by what stands in the record.
    func format(of document: JSONDocument, _ headers: [(name: String, value: String)], _ topic: String?) -> Format {
        let root = JSONDocument.root
        let hasVersion = document.member(root, "specversion") != nil
        let isBinary = !hasVersion && headers.contains { $0.name == "ce_specversion" }
        switch topic.flatMap({ settings.formats.isEmpty ? nil : settings.formats[$0] }) {
        case .native: return .native
        case .segment: return .segment
        case .cloudevents: return isBinary ? .binary : .structured
        case nil: break
        }
        if isBinary { return .binary }
        if hasVersion { return .structured }
        guard let type = document.member(root, "type") else { return .unknown }
        guard SegmentNames.isCall(document, type) else { return .native }
        let isSegment =
            document.member(root, "messageId") != nil || document.member(root, "userId") != nil
            || document.member(root, "anonymousId") != nil
        return isSegment ? .segment : .native
    }

    /// An object member; another kind is a fault, and nothing.
    func mapping(
        _ document: JSONDocument,
        _ parent: Int?,
        _ member: StaticString,
        _ faults: inout Faults
    ) -> Int? {
        guard let parent, let value = document.member(parent, member) else { return nil }
        if document.isObject(value) { return value }
        faults.note(.badField, "\(member): not an object")
        return nil
    }

    /// `attributes` holds id, type, time and source; `object`, nil when there is none, the rest.
    func native(_ document: JSONDocument, _ object: Int?, attributes: Int, _ faults: inout Faults) -> Draft {
        var draft = Draft()
        draft.id = document.member(attributes, "id")
        draft.typeAsItCame = document.member(attributes, "type")
        draft.type = draft.typeAsItCame.map { .element($0) } ?? .absent
        draft.source = document.member(attributes, "source")
        draft.clock = .at(document.member(attributes, "time"))
        let properties = mapping(document, object, "properties", &faults)
        var traits = mapping(document, object, "traits", &faults)
        draft.propertiesObject = properties
        draft.identifiers = mapping(document, object, "identifiers", &faults)
        var inner: Int?
        if let properties, object.flatMap({ document.member($0, "traits") }) == nil,
            let found = document.member(properties, "traits"), document.isObject(found)
        {
            (inner, traits) = (found, found)
        }
        append(document, properties, to: &draft.properties, leavingOut: inner)
        append(document, traits, to: &draft.traits)
        if let consent = mapping(document, object, "consent", &faults) {
            draft.consent = document.member(consent, "identity")
        }
        if let identifiers = draft.identifiers {
            draft.named.reserveCapacity(document.count(identifiers))
            document.forEachMember(identifiers) { name, value in
                draft.named.append(.init(namespace: .element(name), value: value))
            }
        }
        guard let object else { return draft }
        draft.channel = document.member(object, "channel").map { .element($0) } ?? .absent
        draft.realm = document.member(object, "realm")
        document.forEachMember(object) { name, _ in
            guard !Self.nativeNames.contains(document, name), let text = document.string(name) else { return }
            draft.unknown.append(text)
        }
        return draft
    }

    /// Members of an object, by their names' hashes.
    func append(
        _ document: JSONDocument,
        _ object: Int?,
        to members: inout [DraftMember],
        leavingOut value: Int? = nil
    ) {
        guard let object else { return }
        members.reserveCapacity(members.count + document.count(object))
        document.forEachMember(object) { name, found in
            guard found != value else { return }
            let id = fnv1a(document.text, document.textRange(name))
            members.append(DraftMember(id: id, name: .element(name), value: found))
        }
    }

    private static let nativeNames = NameSet([
        "id", "type", "time", "source", "channel", "realm", "identifiers", "consent", "properties", "traits",
    ])
}

// CloudEvents
extension TouchpointDecoder {
    func cloudEvent(_ document: JSONDocument, _ faults: inout Faults) -> Draft {
        let root = JSONDocument.root
        let version = document.member(root, "specversion")
        if version.map({ !document.equals($0, "1.0") }) ?? true {
            faults.note(version == nil ? .missingField : .badField, "specversion: only 1.0")
        }
        let data = mapping(document, root, "data", &faults)
        var draft = native(document, data, attributes: root, &faults)
        if let type = draft.typeAsItCame, let text = document.string(type) {
            draft.type = .text(Self.lastPart(of: text))
        }
        draft.content = .cloudEvent
        if draft.realm == nil { draft.realm = document.member(root, "realm") }
        return draft
    }

    /// The last dotted part that is not `v?[0-9]+`; the empty text when there is none.
    private static func lastPart(of type: String) -> String {
        for part in type.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).reversed() {
            let digits = part.first == UInt8(ascii: "v") ? part.dropFirst() : part
            if digits.isEmpty || !digits.allSatisfy({ $0 &- 48 < 10 }) { return String(decoding: part, as: UTF8.self) }
        }
        return ""
    }

    /// The structured form of a binary event: attributes from the headers (the last of repeated ones), the payload as
    /// `data`.
    func structured(_ body: ArraySlice<UInt8>, _ headers: [(name: String, value: String)]) -> [UInt8] {
        var writer = JSONWriter(capacity: body.count + 512)
        writer.beginObject()
        // The last of repeated members counts, so attributes may stand before what overrides them.
        for header in headers where header.name == "content-type" {
            writer.key("datacontenttype")
            writer.string(header.value)
        }
        for header in headers where header.name.utf8.starts(with: "ce_".utf8) {
            writer.key(String(header.name.utf8.dropFirst(3)) ?? "")
            writer.string(header.value)
        }
        writer.key("data")
        writer.raw(Array(body))
        writer.endObject()
        return writer.bytes
    }
}
