// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import JSONTape

/// An event while it is made.
struct EventDraft {
    var info: TypeTable.Info?
    var channel = ""
    var realm = "default"
    var timeMs: Int64 = 0
    var id = ""
    var source = ""
    var consent: Bool?
    /// It says something of consent that is neither yes nor no.
    var saysNonsense = false
    var properties: [DraftMember] = []
    var traits: [DraftMember] = []
    var found = FoundIdentifiers()
    var replaces: Observation.Replacement?
}

extension TouchpointDecoder {
    /// The event, or why there is none. Every check is made.
    func event(
        _ document: JSONDocument,
        _ draft: inout Draft,
        _ timestampMs: Int64?,
        _ topic: String?,
        _ faults: inout Faults
    ) -> DecodedRecord {
        var event = EventDraft()
        nameEvent(document, draft, topic, &event, &faults)
        let family = event.info?.family ?? .ordinary
        if let consent = draft.consent, !document.isNull(consent) {
            event.consent = document.bool(consent)
            event.saysNonsense = event.consent == nil
            if event.saysNonsense { faults.note(.badField, "consent.identity") }
        }
        event.timeMs = time(document, draft.clock, timestampMs, &faults)
        identify(document, draft, &event, &faults)
        // Moved, not copied.
        swap(&event.properties, &draft.properties)
        swap(&event.traits, &draft.traits)
        rename(document, &event)
        collectIdentifiers(document, draft, family, &event, &faults)
        var facts: [IdentityFact] = []
        if event.info?.role == .forgets { facts = forgotten(document, draft, event, &faults) }
        if event.info?.role == .changesConsent { facts = consentFacts(document, event, &faults) }
        if let reason = faults.reason {
            let control = family == .control ? event.info?.type : nil
            return .deadletter(reason: reason, detail: faults.detail, control: control)
        }

        guard let info = event.info else { return .deadletter(reason: .badField, detail: "type") }
        let key = key(document, draft, event)
        if family == .control {
            if info.role == .unlinks { facts = unlinked(event) }
            return .control(
                .init(key: key, type: info.type, realm: event.realm, timeMs: event.timeMs, facts: facts)
            )
        }
        let (kept, rest) = split(document, event.properties)
        let touchpoint = Touchpoint(
            key: key,
            content: content(document, draft),
            timeMs: event.timeMs,
            realm: event.realm,
            type: info.type,
            channel: event.channel,
            id: event.id,
            source: event.source,
            consent: event.consent,
            names: event.found.strongestFirst(),
            properties: kept,
            rest: rest,
            traits: .object(members(document, event.traits))
        )
        let accepted = DecodedRecord.Accepted(
            touchpoint: touchpoint,
            observation: family == .broadcast ? nil : observation(touchpoint, event),
            consentFacts: facts,
            blocked: event.found.blockedValues(),
            ignored: event.found.ignoredNames(),
            unknown: draft.unknown.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        )
        return family == .broadcast ? .broadcast(accepted) : .accepted(accepted)
    }

    private func observation(_ touchpoint: Touchpoint, _ event: EventDraft) -> Observation? {
        let observation = Observation(
            timeMs: touchpoint.timeMs,
            names: touchpoint.names,
            signsOut: touchpoint.type == "signed_out",
            replaces: event.replaces,
            consent: touchpoint.consent,
            derived: derived(touchpoint, event),
            example: touchpoint.id
        )
        return observation.counts ? observation : nil
    }

    /// Ids of customers that are nobody in particular, for the policies that know such: they need the plain value.
    private func derived(_ touchpoint: Touchpoint, _ event: EventDraft) -> [Hash128] {
        let suffix: String
        switch rules.realms[touchpoint.realm]?.sharedDevice ?? rules.sharedDevice {
        case .deviceSplit, .lastAuthenticated: return []
        case .anonymous: suffix = "#anonymous"
        case .resetOnLogout:
            guard touchpoint.type == "signed_out" else { return [] }
            suffix = "#\(touchpoint.timeMs)"
        }
        return touchpoint.names.compactMap { name in
            guard let space = rules.namespace(name.namespace), space.isDevice else { return nil }
            let text = event.found.items.first { $0.identifier.hash == name.hash }?.text ?? ""
            return hasher.identifier(realm: touchpoint.realm, namespace: space.name, value: text + suffix)
        }
    }

    /// Type, channel and realm, and whether they may come from here.
    private func nameEvent(
        _ document: JSONDocument,
        _ draft: Draft,
        _ topic: String?,
        _ event: inout EventDraft,
        _ faults: inout Faults
    ) {
        if let type = name(document, draft.type, "type", isRequired: true, &faults) { event.info = types.info(type) }
        let channel = name(document, draft.channel, "channel", isRequired: false, &faults)
        event.channel = channel ?? event.info?.channel ?? "web"
        var realm = draft.realm.map { Draft.Name.element($0) } ?? .absent
        if draft.realm == nil, let topic, !settings.topicRealms.isEmpty, let own = settings.topicRealms[topic] {
            realm = .text(own)
        }
        if let named = name(document, realm, "realm", isRequired: false, &faults) {
            event.realm = named
            let isKnown = named == "default" || rules.realms.keys.contains { $0.utf8.elementsEqual(named.utf8) }
            if !isKnown {
                faults.note(.unknownRealm, "a realm that is not configured")
            }
        }
        guard let info = event.info, info.family != .ordinary else { return }
        if draft.isSegment {
            faults.note(.notAllowed, "\(info.type): not in this format")
        } else if info.family == .control {
            let isTrusted = topic.map { settings.controlTopics.contains($0) } ?? settings.trustsFiles
            if !isTrusted { faults.note(.notAllowed, "\(info.type): not from here") }
        }
    }

    /// nil when it is absent, or cannot be a name.
    private func name(
        _ document: JSONDocument,
        _ value: Draft.Name,
        _ member: StaticString,
        isRequired: Bool,
        _ faults: inout Faults
    ) -> String? {
        let text: String?
        switch value {
        case .absent:
            if isRequired { faults.note(.missingField, "\(member)") }
            return nil
        case .element(let element): text = document.string(element)
        case .text(let given): text = given
        }
        guard let found = text.flatMap({ name($0) }) else {
            faults.note(.badField, "\(member): no name of 1 to 64 letters, digits and _")
            return nil
        }
        return found
    }

    /// Id and source.
    private func identify(
        _ document: JSONDocument,
        _ draft: Draft,
        _ event: inout EventDraft,
        _ faults: inout Faults
    ) {
        let isMissing = draft.id.map { document.isString($0) && document.count($0) == 0 } ?? true
        if isMissing, draft.isSegment {
            event.id = standInId(document, event.timeMs)
        } else if isMissing {
            faults.note(.missingField, "id")
        } else if let id = draft.id {
            if let number = document.int(id) {
                event.id = String(number)
            } else if let text = document.string(id),
                IdentifierText.trim(document.text, document.textRange(id)) != nil
            {
                event.id = text
            } else {
                faults.note(.badField, "id: neither text nor an integer, over 256 bytes, or with control characters")
            }
        }
        guard let source = draft.source else { return }
        if let text = document.string(source) { event.source = text } else { faults.note(.badField, "source") }
    }

    /// A property is taken for another where that one is absent.
    private func rename(_ document: JSONDocument, _ event: inout EventDraft) {
        for rename in event.info?.renames ?? [] {
            guard let index = member(document, event.properties, rename.from),
                member(document, event.properties, givenNames[rename.to]) == nil
            else { continue }
            event.properties[index].name = .given(rename.to)
            event.properties[index].id = givenNames[rename.to].id
        }
    }
}

// Time
extension TouchpointDecoder {
    /// RFC 3339 or epoch milliseconds; nil for what is neither.
    func milliseconds(_ document: JSONDocument, _ element: Int) -> Int64? {
        if let number = document.int(element) { return number }
        guard document.isString(element) else { return nil }
        return EventTime.parse(document.text, document.textRange(element))
    }

    private func time(
        _ document: JSONDocument,
        _ clock: Draft.Clock,
        _ timestampMs: Int64?,
        _ faults: inout Faults
    ) -> Int64 {
        // Wide enough for whatever senders add up.
        let read: Int128?
        switch clock {
        case .at(let element):
            guard let element, !document.isNull(element) else {
                faults.note(.missingField, "time")
                return 0
            }
            read = milliseconds(document, element).map { Int128($0) }
        case .corrected(let original, let received, let sent):
            if let a = milliseconds(document, original), let b = milliseconds(document, received),
                let c = milliseconds(document, sent)
            {
                read = Int128(a) + Int128(b) - Int128(c)
            } else {
                read = nil
            }
        }
        guard let sum = read else {
            faults.note(.badTime, "neither RFC 3339 with an offset nor epoch milliseconds")
            return 0
        }
        if sum > Int128(EventTime.endOf9999Ms) {
            faults.note(.badTime, "\(sum) ms: after the year 9999")
            return 0
        }
        if sum < Int128(settings.earliestTimeMs) {
            faults.note(.badTime, "\(sum) ms: before limits.earliest_time; epoch seconds?")
            return 0
        }
        if let timestampMs, sum > Int128(timestampMs) + 600_000 {
            faults.note(.timeInFuture, "\(sum - Int128(timestampMs)) ms ahead")
            return 0
        }
        return Int64(sum)
    }
}

// Members
extension TouchpointDecoder {
    /// Where a member of that name is.
    func member(_ document: JSONDocument, _ members: [DraftMember], _ name: MemberName) -> Int? {
        let id = name.id
        for index in members.indices where members[index].id == id {
            if isNamed(document, members[index], name.bytes) { return index }
        }
        return nil
    }

    func isNamed(_ document: JSONDocument, _ member: DraftMember, _ name: [UInt8]) -> Bool {
        switch member.name {
        case .element(let element): document.equals(element, name)
        case .given(let index): givenNames[index].bytes == name
        }
    }

    func isSame(_ document: JSONDocument, _ a: DraftMember, _ b: DraftMember) -> Bool {
        switch b.name {
        case .element(let element): isNamed(document, a, Array(document.text[document.textRange(element)]))
        case .given(let index): isNamed(document, a, givenNames[index].bytes)
        }
    }

    func text(_ document: JSONDocument, _ member: DraftMember) -> String {
        switch member.name {
        case .element(let element): document.string(element) ?? ""
        case .given(let index): givenNames[index].text
        }
    }

    /// The properties that are kept where models read them, and the others.
    private func split(_ document: JSONDocument, _ properties: [DraftMember]) -> (PackedProperties, Value) {
        var kept: [PackedProperties.Entry] = []
        var others: [DraftMember] = []
        kept.reserveCapacity(properties.count)
        for property in properties {
            if keptNames.contains(id: property.id, { isNamed(document, property, $0) }) {
                kept.append(.init(id: PropertyID(raw: property.id), value: value(document, property.value)))
            } else {
                others.append(property)
            }
        }
        return (PackedProperties(entries: kept), .object(members(document, others)))
    }

    private func members(_ document: JSONDocument, _ members: [DraftMember]) -> [Value.Member] {
        Self.sorted(members.map { Value.Member(text(document, $0), value(document, $0.value)) })
    }

    /// An element as a value.
    func value(_ document: JSONDocument, _ element: Int) -> Value {
        switch document.kind(element) {
        case .null: .null
        case .no: .bool(false)
        case .yes: .bool(true)
        case .int: .int(document.int(element) ?? 0)
        case .bigInteger, .double: .double(document.double(element) ?? 0)
        case .string: .string(document.string(element) ?? "")
        case .array: .array(items(document, element))
        case .object: .object(members(document, element))
        }
    }

    private func items(_ document: JSONDocument, _ array: Int) -> [Value] {
        var items: [Value] = []
        items.reserveCapacity(document.count(array))
        document.forEachElement(array) { items.append(value(document, $0)) }
        return items
    }

    private func members(_ document: JSONDocument, _ object: Int) -> [Value.Member] {
        var members: [Value.Member] = []
        members.reserveCapacity(document.count(object))
        document.forEachMember(object) { name, found in
            members.append(Value.Member(document.string(name) ?? "", value(document, found)))
        }
        return Self.sorted(members)
    }

    /// By the bytes of their names; mostly they stand so already.
    private static func sorted(_ members: [Value.Member]) -> [Value.Member] {
        func precedes(_ a: Value.Member, _ b: Value.Member) -> Bool {
            a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }
        for index in members.indices.dropFirst() where precedes(members[index], members[index - 1]) {
            return members.sorted(by: precedes)
        }
        return members
    }
}
