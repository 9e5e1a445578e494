// SPDX-License-Identifier: Apache-2.0
internal import JSONTape

/// The words of Segment's format.
enum SegmentNames {
    /// Properties that are taken from elsewhere in the message.
    static let given = ["name", "category", "group_id", "campaign", "url", "title"]

    private static let calls: [(call: StaticString, type: String)] = [
        ("track", ""), ("identify", "identified"), ("page", "page_viewed"), ("screen", "screen_viewed"),
        ("alias", "identified"), ("group", "identified"),
    ]

    static func isCall(_ document: JSONDocument, _ element: Int) -> Bool {
        calls.contains { document.equals(element, $0.call) }
    }

    /// The type of a call other than `track`; nil for what is no call.
    static func type(_ document: JSONDocument, _ element: Int) -> String? {
        calls.first { document.equals(element, $0.call) }?.type
    }

    static let known = NameSet([
        "type", "event", "messageId", "userId", "anonymousId", "previousId", "groupId", "name", "category", "channel",
        "properties", "traits", "context", "consent", "timestamp", "originalTimestamp", "sentAt", "receivedAt",
        "integrations", "version", "projectId", "writeKey", "_metadata", "request_ip", "rudderId",
    ])
}

extension TouchpointDecoder {
    /// A message of Segment or RudderStack: the root of the document.
    func segment(_ document: JSONDocument, _ faults: inout Faults) -> Draft {
        let root = JSONDocument.root
        var draft = Draft()
        draft.isSegment = true
        let call = document.member(root, "type")
        let event = document.member(root, "event")
        let isTrack = call.map { document.equals($0, "track") } ?? false
        let isGroup = call.map { document.equals($0, "group") } ?? false
        if isTrack {
            draft.type = event.map { .element($0) } ?? .absent
        } else if let call {
            draft.type = .text(SegmentNames.type(document, call) ?? "")
        }
        draft.typeAsItCame = event ?? call
        draft.id = document.member(root, "messageId")
        let properties = mapping(document, root, "properties", &faults)
        let traits = mapping(document, root, "traits", &faults)
        let context = mapping(document, root, "context", &faults)
        let known = mapping(document, context, "traits", &faults)
        if let consent = mapping(document, root, "consent", &faults) {
            draft.consent = document.member(consent, "identity")
        }
        draft.propertiesObject = properties
        segmentIdentifiers(document, call, isGroup: isGroup, &draft)
        append(document, properties, to: &draft.properties)
        appendBeside(document, context, &draft)
        if !isGroup { append(document, traits, to: &draft.traits) }
        if let known, call.map({ document.equals($0, "identify") }) ?? false {
            let own = draft.traits
            append(document, known, to: &draft.traits)
            draft.traits.removeAll { member in
                guard case .element(let name) = member.name, name > known, name < document.next(known)
                else { return false }
                return own.contains { $0.id == member.id && isSame(document, $0, member) }
            }
        }
        draft.channel = segmentChannel(document, context, properties)
        segmentClock(document, &draft)
        document.forEachMember(root) { name, _ in
            guard !SegmentNames.known.contains(document, name), let text = document.string(name) else { return }
            draft.unknown.append(text)
        }
        return draft
    }

    private func dig(_ document: JSONDocument, _ element: Int?, _ member: StaticString) -> Int? {
        guard let element, let value = document.member(element, member), !document.isNull(value) else { return nil }
        return value
    }

    private func segmentIdentifiers(_ document: JSONDocument, _ call: Int?, isGroup: Bool, _ draft: inout Draft) {
        let root = JSONDocument.root
        let traits = isGroup ? nil : dig(document, root, "traits")
        let context = dig(document, root, "context")
        let known = dig(document, context, "traits")
        let isAlias = call.map { document.equals($0, "alias") } ?? false
        // In the order of their paths; without a namespace: lists of {type, id}.
        let found: [(path: String, namespace: String?, value: Int?)] = [
            ("anonymousId", "anonymous_id", dig(document, root, "anonymousId")),
            ("context.externalId", nil, dig(document, context, "externalId")),
            ("context.externalIds", nil, dig(document, context, "externalIds")),
            ("context.traits.email", "email", dig(document, known, "email")),
            ("context.traits.phone", "phone", dig(document, known, "phone")),
            ("previousId", "anonymous_id", isAlias ? dig(document, root, "previousId") : nil),
            ("traits.email", "email", dig(document, traits, "email")),
            ("traits.phone", "phone", dig(document, traits, "phone")),
            ("userId", "user_id", dig(document, root, "userId")),
        ]
        for (path, namespace, value) in found {
            guard let value else { continue }
            draft.paths.append((path, value))
            if let namespace {
                guard let index = spaces.index(of: namespace) else {
                    draft.named.append(.init(namespace: .unknown(namespace), value: value))
                    continue
                }
                if !spaces[index].isReference { draft.named.append(.init(namespace: .known(index), value: value)) }
            } else if document.isArray(value) {
                document.forEachElement(value) { appendExternal(document, $0, &draft) }
            } else {
                appendExternal(document, value, &draft)
            }
        }
    }

    private func appendExternal(_ document: JSONDocument, _ item: Int, _ draft: inout Draft) {
        guard let type = dig(document, item, "type"), document.isString(type), let id = dig(document, item, "id")
        else { return }
        if let index = spaces.index(document, type), spaces[index].isReference { return }
        draft.named.append(.init(namespace: .element(type), value: id))
    }

    /// What stands beside the properties and is one unless they have it.
    private func appendBeside(_ document: JSONDocument, _ context: Int?, _ draft: inout Draft) {
        let root = JSONDocument.root
        let page = dig(document, context, "page")
        let values = [
            dig(document, root, "name"), dig(document, root, "category"), dig(document, root, "groupId"),
            dig(document, dig(document, context, "campaign"), "name"), dig(document, page, "url"),
            dig(document, page, "title"),
        ]
        for (index, value) in values.enumerated() {
            guard let value, member(document, draft.properties, givenNames[index]) == nil else { continue }
            draft.properties.append(DraftMember(id: givenNames[index].id, name: .given(index), value: value))
        }
    }

    private func segmentChannel(_ document: JSONDocument, _ context: Int?, _ properties: Int?) -> Draft.Name {
        if let own = dig(document, properties, "channel"), let text = document.string(own), name(text) != nil {
            return .element(own)
        }
        let systems = [
            dig(document, dig(document, context, "os"), "name"),
            dig(document, dig(document, context, "device"), "type"),
        ]
        for system in systems {
            guard let system, let text = document.string(system) else { continue }
            let lower = SnakeCase.lowercased(text)
            if lower == "ios" || lower == "android" { return .text("app") }
        }
        if let channel = dig(document, JSONDocument.root, "channel"), document.equals(channel, "mobile") {
            return .text("app")
        }
        return .absent
    }

    private func segmentClock(_ document: JSONDocument, _ draft: inout Draft) {
        let root = JSONDocument.root
        let original = document.member(root, "originalTimestamp")
        let stamp = document.member(root, "timestamp")
        draft.content = .segment(hasOriginal: original != nil)
        switch settings.segmentTime {
        case .original:
            let isPlausible = original.map { original in
                stamp == nil || milliseconds(document, original).map { Self.plausible.contains($0) } ?? false
            }
            draft.clock = .at(isPlausible ?? false ? original : stamp)
        case .corrected:
            let sent = document.member(root, "sentAt")
            let received = document.member(root, "receivedAt")
            draft.clock = .at(stamp ?? original)
            if stamp == nil, let original, let received, let sent {
                draft.clock = .corrected(original: original, received: received, sent: sent)
            }
        }
    }

    /// A device whose clock was never set says 1970. (A constant, not the setting: it decides keys.)
    private static let plausible = EventTime.year2000Ms...EventTime.endOf9999Ms
}
