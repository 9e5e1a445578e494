// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import JSONTape
internal import PhoneNumbers

extension TouchpointDecoder {
    static let identifiersMax = 20
    static let referencesMax = 100

    /// Identifiers, references, what was blocked and ignored, replacements; what was used is taken out of properties
    /// and traits.
    func collectIdentifiers(
        _ document: JSONDocument,
        _ draft: Draft,
        _ family: TypeTable.Family,
        _ event: inout EventDraft,
        _ faults: inout Faults
    ) {
        let isControl = family == .control
        if family != .broadcast {
            for named in draft.named { collect(document, named, isControl: isControl, &event, &faults) }
            if !isControl { collectReferences(document, &event) }
            check(isControl: isControl, event, &faults)
        }
        findReplacement(document, &event)
        guard !rules.showsPlainIdentifiers, event.found.identifierCount > 0 else { return }
        event.properties.removeAll { isUsed(document, $0, event.found) }
        event.traits.removeAll { isUsed(document, $0, event.found) }
    }

    private func collect(
        _ document: JSONDocument,
        _ named: Draft.Named,
        isControl: Bool,
        _ event: inout EventDraft,
        _ faults: inout Faults
    ) {
        let space: Int?
        var name = ""
        switch named.namespace {
        case .known(let index): space = index
        case .unknown(let text): (space, name) = (nil, text)
        case .element(let element):
            space = spaces.index(document, element)
            if space == nil { name = document.string(element) ?? "" }
        }
        if space == nil, !isControl { return event.found.ignore(name) }
        guard eachText(document, named.value, { add($0, space, name, isControl: isControl, &event) }) else {
            return faults.note(
                .badField,
                "an identifier: neither text nor an integer, over 256 bytes, or with control characters"
            )
        }
    }

    private func collectReferences(_ document: JSONDocument, _ event: inout EventDraft) {
        for space in spaces.references {
            guard let index = member(document, event.properties, spaces[space].name) else { continue }
            _ = eachText(document, event.properties[index].value) { add($0, space, "", isControl: false, &event) }
        }
    }

    /// One value: normalised, hashed, kept; or blocked.
    private func add(
        _ text: String,
        _ space: Int?,
        _ unconfigured: String,
        isControl: Bool,
        _ event: inout EventDraft
    ) {
        // Control records may name by hash, which no kind of value looks like.
        let isHash = isControl && Hash128(lasting: text) != nil
        guard let used = normalised(text, space) ?? (isHash ? text : nil) else {
            event.found.hasBlocked = true
            if !text.isEmpty {
                let namespace = space.map { spaces[$0].name.text } ?? unconfigured
                event.found.block(namespace, hash(event.realm, space, namespace, text))
            }
            return
        }
        guard let space else {
            let hash = hash(event.realm, nil, unconfigured, used)
            return event.found.add(
                .init(
                    space: nil,
                    text: used,
                    identifier: Identifier(namespace: NamespaceID(unconfigured), hash: hash),
                    priority: .max,
                    isReference: false,
                    isUnique: false
                )
            )
        }
        let known = spaces[space]
        let identifier = Identifier(
            namespace: known.id,
            hash: hash(event.realm, space, known.name.text, used),
            value: known.isReference || rules.showsPlainIdentifiers ? used : nil
        )
        event.found.add(
            .init(
                space: space,
                text: used,
                identifier: identifier,
                priority: known.priority,
                isReference: known.isReference,
                isUnique: known.isUnique
            )
        )
    }

    private func hash(_ realm: String, _ space: Int?, _ namespace: String, _ value: String) -> Hash128 {
        if let space, realm == "default" { return hasher.identifier(spaces[space].prefix, value: value) }
        return hasher.identifier(realm: realm, namespace: namespace, value: value)
    }

    private func check(isControl: Bool, _ event: EventDraft, _ faults: inout Faults) {
        let (count, others) = (event.found.identifierCount, event.found.referenceCount)
        if count + others == 0 {
            faults.note(event.found.hasBlocked ? .blockedIdentifier : .noIdentifier, "nothing that can be used")
        }
        if isControl {
            if event.info?.role == .unlinks, count + others != 2 {
                faults.note(.badField, "identifiers: \(count + others), two are to be named")
            }
            return
        }
        if count > Self.identifiersMax || others > Self.referencesMax {
            faults.note(.badField, "\(count) identifiers and \(others) references; at most 20 and 100")
        } else if event.found.isAmbiguous {
            faults.note(.ambiguousIdentifiers, "two values of a unique namespace")
        }
    }

    /// An order with one id that stands in for one other.
    private func findReplacement(_ document: JSONDocument, _ event: inout EventDraft) {
        let other = member(document, event.properties, Self.replaces)
        let standIn = member(document, event.properties, Self.standIn)
        guard other != nil || standIn != nil else { return }
        guard let space = spaces.index(of: Self.orderId.text), spaces[space].isReference else { return }
        func only(_ index: Int?) -> String? {
            guard let index, let texts = texts(document, event.properties[index].value) else { return nil }
            let values = texts.compactMap { normalised($0, space) }
            guard let first = values.first, values.allSatisfy({ $0.utf8.elementsEqual(first.utf8) }) else { return nil }
            return first
        }
        guard let order = only(member(document, event.properties, Self.orderId)) else { return }
        let pair: (new: String, old: String)
        if let other = only(other) {
            pair = (order, other)
        } else if let other = only(standIn) {
            pair = (other, order)
        } else {
            return
        }
        guard !pair.new.utf8.elementsEqual(pair.old.utf8) else { return }
        func identifier(_ value: String) -> Identifier {
            let hash = hasher.identifier(realm: event.realm, namespace: spaces[space].name.text, value: value)
            return Identifier(namespace: spaces[space].id, hash: hash, value: value)
        }
        event.replaces = .init(new: identifier(pair.new), old: identifier(pair.old))
    }

    /// Whether a member is named like a namespace and holds only identifiers of the event (references apart).
    private func isUsed(_ document: JSONDocument, _ member: DraftMember, _ found: FoundIdentifiers) -> Bool {
        guard let space = spaces.index(id: member.id), !spaces[space].isReference,
            isNamed(document, member, spaces[space].name.bytes),
            document.kind(member.value).rawValue >= JSONKind.int.rawValue
        else { return false }
        var (count, isFound) = (0, true)
        let isText = eachText(document, member.value) { text in
            count += 1
            isFound = isFound && (normalised(text, space).map { found.contains(space, $0) } ?? false)
        }
        return isText && isFound && count > 0
    }

    /// A value as it is compared; nil: blocked.
    func normalised(_ text: String, _ space: Int?) -> String? {
        form(space.map { spaces[$0].kind } ?? .text, text)
    }

    /// A text's form as one of a kind; nil: blocked.
    func form(_ kind: IdentityRules.Kind, _ text: String) -> String? {
        let form =
            switch kind {
            case .text: text
            case .email: IdentifierText.email(text) ?? ""
            case .phone: phones.e164(text) ?? ""
            }
        return blockList.blocks(form) ? nil : form
    }

    /// The values of an identifier, trimmed; nil when one of them cannot be one.
    func texts(_ document: JSONDocument, _ value: Int) -> [String]? {
        var found: [String] = []
        return eachText(document, value) { found.append($0) } ? found : nil
    }

    /// Visits the values of an identifier, trimmed. False, and none of them, when one of them cannot be one.
    func eachText(_ document: JSONDocument, _ value: Int, _ body: (String) -> Void) -> Bool {
        if document.isNull(value) { return true }
        guard document.isArray(value) else {
            guard let text = text(document, value) else { return false }
            body(text)
            return true
        }
        var isText = true
        document.forEachElement(value) { item in
            isText = isText && (document.isNull(item) || isTextual(document, item))
        }
        guard isText else { return false }
        document.forEachElement(value) { item in
            if let text = text(document, item) { body(text) }
        }
        return true
    }

    private func isTextual(_ document: JSONDocument, _ value: Int) -> Bool {
        if document.int(value) != nil { return true }
        return document.isString(value) && IdentifierText.trim(document.text, document.textRange(value)) != nil
    }

    private func text(_ document: JSONDocument, _ value: Int) -> String? {
        if let number = document.int(value) { return String(number) }
        guard document.isString(value), let range = IdentifierText.trim(document.text, document.textRange(value))
        else { return nil }
        return String(decoding: document.text[range], as: UTF8.self)
    }

    private static let orderId = MemberName("order_id")
    private static let replaces = MemberName("replaces")
    private static let standIn = MemberName("replacement_order_id")
}
