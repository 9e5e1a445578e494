// SPDX-License-Identifier: Apache-2.0
public import Digests
internal import JSONTape
internal import PhoneNumbers

/// What becomes of one input record: an event, a dead letter with the first of its reasons, or nothing.
///
/// One pass: parse (simdjson), bring the format (native, CloudEvents, Segment) to a draft, check everything, hash.
/// The key and the content
/// hash are written from the document into a buffer that is used again. A function of the record and the
/// configuration alone; buffers and
/// caches never change an answer. One thread at a time.
public final class TouchpointDecoder {
    let rules: IdentityRules
    let settings: IntakeSettings
    let hasher: IdentifierHasher
    let spaces: NamespaceTable
    let types: TypeTable
    /// Names of members that do not stand in the document under that name.
    let givenNames: [MemberName]
    let keptNames: KeptNames
    let blockList: BlockList

    var phones: PhoneNumbers
    var buffer: [UInt8] = []
    private let parser = JSONParser()
    private var document = JSONDocument()
    private var knownNames: [String: String?] = [:]

    public init(rules: IdentityRules, vocabulary: Vocabulary, settings: IntakeSettings, hasher: IdentifierHasher) {
        self.rules = rules
        self.settings = settings
        self.hasher = hasher
        spaces = NamespaceTable(rules, hasher)
        givenNames = SegmentNames.given.map(MemberName.init) + vocabulary.propertyAliases.map { MemberName($0.to) }
        types = TypeTable(vocabulary, firstAlias: SegmentNames.given.count)
        keptNames = KeptNames(settings.keptProperties)
        blockList = BlockList(rules)
        phones = PhoneNumbers(region: rules.defaultRegion)
        buffer.reserveCapacity(4096)
    }

    /// Decodes one record.
    /// - Parameters:
    ///   - range: The payload, within `bytes`.
    ///   - timestampMs: The record's own, or what stands in for it; nil: no time is in the future.
    ///   - topic: nil for files that are read as no topic's, and for the API.
    public func decode(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        headers: [(name: String, value: String)] = [],
        timestampMs: Int64?,
        topic: String?
    ) -> DecodedRecord {
        guard range.count <= settings.eventBytesMax else {
            return .deadletter(reason: .tooLarge, detail: "\(range.count) bytes")
        }
        let body = Self.withoutByteOrderMark(bytes, range.clamped(to: 0..<bytes.count))
        if bytes[body].allSatisfy({ $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) {
            return topic != nil ? .tombstone : .deadletter(reason: .emptyPayload, detail: "nothing in it")
        }
        var document = JSONDocument()
        swap(&document, &self.document)
        defer { swap(&document, &self.document) }
        guard parser.parse(bytes, body, into: &document) == .parsed else {
            return .deadletter(
                reason: .malformedJSON,
                detail: "no JSON in UTF-8 of at most 128 levels with numbers within a double"
            )
        }
        guard document.isObject(JSONDocument.root) else {
            return .deadletter(reason: .notAnObject, detail: "a JSON object is expected")
        }
        var faults = Faults()
        let format = format(of: document, headers, topic)
        switch format {
        case .unknown: return .deadletter(reason: .unknownFormat, detail: "neither type nor specversion")
        case .binary:
            let whole = structured(bytes[body], headers)
            // One level more than the body, which has been found good.
            guard parser.parse(whole, 0..<whole.count, levels: 129, into: &document) == .parsed else {
                return .deadletter(reason: .malformedJSON, detail: "headers that are no text")
            }
        case .structured, .native, .segment: break
        }
        var draft =
            switch format {
            case .native: native(document, JSONDocument.root, attributes: JSONDocument.root, &faults)
            case .segment: segment(document, &faults)
            default: cloudEvent(document, &faults)
            }
        return event(document, &draft, timestampMs, topic, &faults)
    }

    /// A type, channel or realm in snake case, from a bounded memory.
    func name(_ raw: String) -> String? {
        if SnakeCase.isName(raw.utf8) { return raw }
        // Texts that are canonically equivalent have one name, so that String's equality may decide.
        if let known = knownNames[raw] { return known }
        let name = SnakeCase.name(raw)
        if knownNames.count >= 4096 { knownNames.removeAll(keepingCapacity: true) }
        if raw.utf8.count <= 512 { knownNames[raw] = .some(name) }
        return name
    }

    private static func withoutByteOrderMark(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        let start = range.lowerBound
        guard range.count >= 3, bytes[start] == 0xef, bytes[start + 1] == 0xbb, bytes[start + 2] == 0xbf
        else { return range }
        return start + 3..<range.upperBound
    }
}
