// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import JSONTape

/// Consent that changes, and customers to be forgotten.
extension TouchpointDecoder {
    /// One fact for each identifier that a `consent_changed` is about: those of the strongest namespace, a device
    /// only when nothing else is named.
    func consentFacts(_ document: JSONDocument, _ event: EventDraft, _ faults: inout Faults) -> [IdentityFact] {
        var given = event.consent
        var isMissing = !event.saysNonsense
        if let index = member(document, event.properties, Self.consent) {
            let consent = event.properties[index].value
            if !document.isObject(consent) {
                faults.note(.badField, "consent: not an object")
                isMissing = false
            } else if let identity = document.member(consent, "identity") {
                given = document.bool(identity)
                isMissing = false
            }
        }
        guard let given else {
            faults.note(isMissing ? .missingField : .badField, "consent.identity")
            return []
        }
        let identifiers = event.found.items.filter { !$0.isReference && $0.space != nil }
        let strongest = identifiers.min { a, b in
            let (x, y) = (isDevice(a), isDevice(b))
            if x != y { return y }
            return a.priority != b.priority ? a.priority < b.priority : name(a).lexicographicallyPrecedes(name(b))
        }
        return identifiers.filter { $0.space == strongest?.space }.map(\.identifier).sorted { $0.hash < $1.hash }
            .map { .consent($0, timeMs: event.timeMs, given: given) }
    }

    private func isDevice(_ found: FoundIdentifiers.Found) -> Bool {
        found.space.map { spaces[$0].isDevice } ?? false
    }

    private func name(_ found: FoundIdentifiers.Found) -> [UInt8] {
        found.space.map { spaces[$0].name.bytes } ?? []
    }

    private static let consent = MemberName("consent")
    private static let spans = MemberName("spans")
}

// Forgotten spans
extension TouchpointDecoder {
    /// Both ends of a span. Integers beyond 64 bits are told apart as doubles.
    private struct Span: Hashable {
        var from: Int64
        var to: Int64
    }

    /// Whom a record names: a namespace and the value as it is compared, or as it came.
    private struct Concerned: Hashable {
        var namespace: [UInt8]
        var value: [UInt8]

        init(_ namespace: String, _ value: String) {
            self.namespace = Array(namespace.utf8)
            self.value = Array(value.utf8)
        }
    }

    /// The spans in which each form (text, e-mail, phone) of each identifier named is forgotten.
    func forgotten(
        _ document: JSONDocument,
        _ draft: Draft,
        _ event: EventDraft,
        _ faults: inout Faults
    ) -> [IdentityFact] {
        var named: [(namespace: String, text: String)] = []
        for entry in draft.named {
            guard case .element(let element) = entry.namespace, let namespace = document.string(element)
            else { continue }
            for text in texts(document, entry.value) ?? [] { named.append((namespace, text)) }
        }
        let known = Set(named.map { concerned($0.namespace, $0.text) })
        let given = givenSpans(document, event, known, &faults)
        let all: Set<Span> = [Span(from: OwnershipMap.forever, to: event.timeMs)]
        var found: [Concerned: Set<Span>] = [:]
        for (namespace, text) in named {
            let spans = given[concerned(namespace, text)] ?? all
            for kind in IdentityRules.Kind.allCases {
                guard let form = form(kind, text) else { continue }
                found[Concerned(namespace, form), default: []].formUnion(spans)
            }
        }
        let byHash = named.flatMap { namespace, text -> [IdentityFact] in
            guard let hash = Hash128(lasting: text) else { return [] }
            let identifier = Identifier(namespace: NamespaceID(namespace), hash: hash)
            return (given[concerned(namespace, text)] ?? all).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
                .map { .forgotten(identifier, fromMs: $0.from, toMs: $0.to) }
        }
        return byHash
            + found.flatMap { concerned, spans in
                let namespace = String(decoding: concerned.namespace, as: UTF8.self)
                let value = String(decoding: concerned.value, as: UTF8.self)
                let hash = hasher.identifier(realm: event.realm, namespace: namespace, value: value)
                let identifier = Identifier(namespace: NamespaceID(namespace), hash: hash)
                return spans.map { (identifier, $0) }
            }
            .sorted { a, b in
                if a.0.hash != b.0.hash { return a.0.hash < b.0.hash }
                return a.1.from != b.1.from ? a.1.from < b.1.from : a.1.to < b.1.to
            }
            .map { .forgotten($0, fromMs: $1.from, toMs: $1.to) }
    }

    /// `properties.spans`: {namespace: {value: [[from | null, to | null], …]}}.
    private func givenSpans(
        _ document: JSONDocument,
        _ event: EventDraft,
        _ known: Set<Concerned>,
        _ faults: inout Faults
    ) -> [Concerned: Set<Span>] {
        var given: [Concerned: Set<Span>] = [:]
        guard let index = member(document, event.properties, Self.spans) else { return given }
        let spans = event.properties[index].value
        guard document.isObject(spans) else {
            faults.note(.badField, "spans: not an object")
            return given
        }
        for (namespace, byValue) in document.members(spans) {
            guard document.isObject(byValue), let name = document.string(namespace) else {
                faults.note(.badField, "spans: {namespace: {value: [[from, to], …]}} is expected")
                continue
            }
            for (value, pairs) in document.members(byValue) {
                guard let text = document.string(value), let ends = ends(document, pairs, &faults) else { continue }
                let concerned = concerned(name, IdentifierText.trimmed(text))
                if !known.contains(concerned) || ends.isEmpty || ends.contains(where: { $0.from > $0.to }) {
                    faults.note(.badField, "spans: not named, none, or from > to")
                }
                given[concerned, default: []].formUnion(ends)
            }
        }
        return given
    }

    /// The spans of one value; nil when they cannot be read.
    private func ends(_ document: JSONDocument, _ pairs: Int, _ faults: inout Faults) -> Set<Span>? {
        guard document.isArray(pairs) else {
            faults.note(.badField, "spans: a list of [from, to] is expected")
            return nil
        }
        var found: Set<Span> = []
        for pair in document.elements(pairs) {
            // Two letters, or two members' names, are two ends, neither of them a time.
            let isPairOfWords = document.isObject(pair) && document.count(pair) == 2
            if isPairOfWords || document.string(pair)?.unicodeScalars.count == 2 {
                faults.note(.badTime, "spans: neither RFC 3339 with an offset nor epoch milliseconds")
                return nil
            }
            let times = document.elements(pair)
            guard document.isArray(pair), times.count == 2 else {
                faults.note(.badField, "spans: [from, to] is expected")
                return nil
            }
            guard let from = end(document, times[0], open: OwnershipMap.forever),
                let to = end(document, times[1], open: .max)
            else {
                faults.note(.badTime, "spans: neither RFC 3339 with an offset nor epoch milliseconds")
                return nil
            }
            found.insert(Span(from: from, to: to))
            if let a = document.double(times[0]), let b = document.double(times[1]), from == to, a > b {
                faults.note(.badField, "spans: from > to")
            }
        }
        return found
    }

    /// Any time; integers beyond 64 bits are the ends of time.
    private func end(_ document: JSONDocument, _ element: Int, open: Int64) -> Int64? {
        if document.isNull(element) { return open }
        if document.kind(element) == .bigInteger { return document.double(element) ?? 0 < 0 ? .min : .max }
        return milliseconds(document, element)
    }

    /// The pairs that no customer may hold together: of the values named, and, where these are written as hashes, of
    /// what they are the hashes of.
    func unlinked(_ event: EventDraft) -> [IdentityFact] {
        let items = event.found.items
        guard items.count == 2 else { return [] }
        let forms = items.map { item -> [Identifier] in
            let named = Hash128(lasting: item.text).map { Identifier(namespace: item.identifier.namespace, hash: $0) }
            return [item.identifier] + (named.map { [$0] } ?? [])
        }
        return forms[0].flatMap { a in
            forms[1].map { b in a.hash < b.hash ? .unlinked(a, b) : .unlinked(b, a) }
        }
    }

    private func concerned(_ namespace: String, _ text: String) -> Concerned {
        Concerned(namespace, normalised(text, spaces.index(of: namespace)) ?? text)
    }
}

extension Hash128 {
    /// A hash as records show it: 32 hexadecimal digits, small letters. So control records can name those whose values
    /// nobody keeps.
    init?(lasting text: String) {
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.init(hex: text)
    }
}
