// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Testing
import Touchpoints

/// One decoder and what it says of records as text.
struct Decoding {
    static let example = #"""
        {"id":"e1","type":"order_completed","channel":"store","time":"2026-03-01T09:30:00.000+09:00","realm":"default",
         "identifiers":{"user_id":"u1","email":["a@example.com"]},"consent":{"identity":true},
         "properties":{"order_id":"o1","revenue":4980,"currency":"JPY"}}
        """#
    static let moment: Int64 = 1_772_325_000_000

    let decoder: TouchpointDecoder

    init(rules: IdentityRules = .shipped, _ change: (inout IntakeSettings) -> Void = { _ in }) {
        var settings = IntakeSettings()
        settings.trustsFiles = true
        settings.keptProperties = ["order_id", "revenue"]
        change(&settings)
        decoder = TouchpointDecoder(
            rules: rules,
            vocabulary: ShippedVocabulary.vocabulary,
            settings: settings,
            hasher: IdentifierHasher(key: "tabiji")
        )
    }

    func callAsFunction(_ text: String, stampMs: Int64? = nil, topic: String? = nil) -> DecodedRecord {
        let bytes = Array(text.utf8)
        return decoder.decode(bytes, 0..<bytes.count, timestampMs: stampMs, topic: topic)
    }

    func accepted(_ text: String) -> DecodedRecord.Accepted? {
        guard case .accepted(let accepted) = self(text) else { return nil }
        return accepted
    }

    func reason(_ text: String, stampMs: Int64? = nil, topic: String? = nil) -> DeadLetterReason? {
        guard case .deadletter(let reason, _, _) = self(text, stampMs: stampMs, topic: topic) else { return nil }
        return reason
    }
}

@Suite struct DecodingTests {
    @Test func `the example of the contract is a touchpoint`() throws {
        let hasher = IdentifierHasher(key: "tabiji")
        let found = try #require(Decoding().accepted(Decoding.example))
        let touch = found.touchpoint
        #expect(touch.id == "e1" && touch.type == "order_completed" && touch.channel == "store")
        #expect(touch.realm == "default")
        #expect(touch.timeMs == Decoding.moment && touch.consent == true && touch.source.isEmpty)
        #expect(touch.names.map(\.value) == [nil, nil, "o1"])
        #expect(
            touch.names.map(\.hash) == [
                hasher.identifier(realm: "default", namespace: "user_id", value: "u1"),
                hasher.identifier(realm: "default", namespace: "email", value: "a@example.com"),
                hasher.identifier(realm: "default", namespace: "order_id", value: "o1"),
            ]
        )
        #expect(touch.properties[PropertyID("revenue")] == .int(4980))
        #expect(touch.rest == .object([.init("currency", .string("JPY"))]))
        #expect(found.observation?.names == touch.names && found.observation?.example == "e1")
    }

    @Test func `the key is built as it is written`() throws {
        let text =
            #"["default","","order_completed","e1",1772325000000,"#
            + #"{"email":["a@example.com"],"user_id":"u1"},{"order_id":"o1"}]"#
        let found = try #require(Decoding().accepted(Decoding.example))
        #expect(found.touchpoint.key == SHA256.hash128(Array(text.utf8)))
    }

    @Test func `one event that names one identifier tells the identity log nothing`() throws {
        let text = #"{"id":"p","type":"page_viewed","time":1772325000000,"identifiers":{"anonymous_id":"a"}}"#
        #expect(try #require(Decoding().accepted(text)).observation == nil)
        let signedOut = text.replacing("page_viewed", with: "signed_out")
        #expect(try #require(Decoding().accepted(signedOut)).observation?.signsOut == true)
    }

    @Test func `identifiers travel in plain where the configuration says so`() throws {
        var rules = IdentityRules.shipped
        rules.showsPlainIdentifiers = true
        let touch = try #require(Decoding(rules: rules).accepted(Decoding.example)).touchpoint
        #expect(touch.names.map(\.value) == ["u1", "a@example.com", "o1"])
    }

    @Test(arguments: [
        (#""time":"x","channel":"","id":null"#, DeadLetterReason.missingField),
        (#""time":"x","channel":"""#, .badField), (#""time":"x""#, .badTime),
        (#""type":"page_viewed""#, .ambiguousIdentifiers), (#""identifiers":{},"properties":{}"#, .noIdentifier),
        (#""type":"customer_forgotten","time":"x""#, .notAllowed),
    ])
    func `every check is made and the first reason of the list is given`(changes: String, reason: DeadLetterReason) {
        let text =
            #"{"id":"e","type":"t","time":1772325000000,"realm":"nowhere","#
            + #""identifiers":{"user_id":["u1","u2"]},\#(changes)}"#
        #expect(Decoding().reason(text, topic: "touchpoints.web") == reason)
    }

    @Test func `time is in the future ten minutes after the stamp`() {
        let decode = Decoding()
        #expect(decode.reason(Decoding.example, stampMs: Decoding.moment - 600_000) == nil)
        #expect(decode.reason(Decoding.example, stampMs: Decoding.moment - 600_001) == .timeInFuture)
        #expect(decode.reason(Decoding.example, stampMs: .max) == nil)
        #expect(decode.reason(Decoding.example, stampMs: .min) == .timeInFuture)
    }

    @Test func `empty records are tombstones of topics and nothing elsewhere`() {
        let decode = Decoding()
        for text in ["", " \r\n\t", "\u{feff}", "\u{feff} "] {
            #expect(decode.reason(text) == .emptyPayload)
            guard case .tombstone = decode(text, topic: "touchpoints.web") else {
                Issue.record("no tombstone")
                continue
            }
        }
        #expect(decode.reason(String(repeating: " ", count: 1 << 20) + "1") == .tooLarge)
        #expect(decode.reason("\u{feff}" + Decoding.example) == nil)
        #expect(decode.reason("\u{feff}\u{feff}" + Decoding.example) == .malformedJSON)
    }

    @Test func `a shadowed value that is no JSON is malformed all the same`() {
        #expect(Decoding().reason(#"{"a":NaN,"a":1}"#) == .malformedJSON)
    }

    @Test func `forgetting covers the text and its forms`() throws {
        let text = #"{"id":"f","type":"customer_forgotten","time":1772325000000,"identifiers":{"crm":"090-1234-5678"}}"#
        guard case .control(let control) = Decoding()(text) else {
            Issue.record("no control record")
            return
        }
        let hasher = IdentifierHasher(key: "tabiji")
        let forms = ["090-1234-5678", "+819012345678"].map {
            let hash = hasher.identifier(realm: "default", namespace: "crm", value: $0)
            return Identifier(namespace: NamespaceID("crm"), hash: hash)
        }
        let expected = forms.sorted { $0.hash < $1.hash }
            .map { IdentityFact.forgotten($0, fromMs: .min, toMs: Decoding.moment) }
        #expect(control.facts == expected && control.realm == "default" && control.type == "customer_forgotten")
    }

    @Test(arguments: [
        (#""time":1772325000000"#, "touchpoints.web", DeadLetterReason.notAllowed),
        (#""time":"x""#, "touchpoints.web", .notAllowed), (#""channel":"""#, "touchpoints.web", .missingField),
        (#""time":"x""#, "touchpoints.control", .badTime),
    ])
    func `a refused control record is told with its type, whatever the reason`(
        rest: String,
        topic: String,
        reason: DeadLetterReason
    ) {
        for type in ["customer_forgotten", "identity_unlinked"] {
            let text = #"{"id":"f","type":"\#(type)","identifiers":{"user_id":["u1","u2"]},\#(rest)}"#
            guard case .deadletter(let given, _, let control) = Decoding()(text, topic: topic) else {
                Issue.record("no dead letter")
                continue
            }
            #expect(given == reason && control == type)
        }
        guard case .deadletter(_, _, nil) = Decoding()(#"{"id":"f","type":"t"}"#, topic: topic) else {
            Issue.record("not of an ordinary record")
            return
        }
    }

    @Test func `decoding is the same whatever was decoded before`() throws {
        let fresh = try #require(Decoding().accepted(Decoding.example)).touchpoint
        let used = Decoding()
        let others = [#"{"id":1"#, #"{"type":"track","messageId":"m","event":"A","userId":"\ud83d"}"#, "[]"]
        for text in others + [Decoding.example] { _ = used(text) }
        #expect(try #require(used.accepted(Decoding.example)).touchpoint == fresh)
    }

    @Test func `a packed touchpoint is rendered in the native format`() throws {
        let touch = try #require(Decoding().accepted(Decoding.example)).touchpoint
        let content = CanonicalContent(rules: .shipped, keptProperties: ["order_id", "revenue"])
        var reader = ByteReader(PackedSamples.bytes { $0.touchpoint(touch) })
        let hashes = touch.names.map(\.hash.hex)
        let expected =
            #"{"channel":"store","consent":{"identity":true},"id":"e1","identifiers":{"#
            + #""email":["\#(hashes[1])"],"order_id":["o1"],"user_id":["\#(hashes[0])"]},"#
            + #""properties":{"currency":"JPY","order_id":"o1","revenue":4980},"realm":"default","#
            + #""time":"2026-03-01T00:30:00.000Z","type":"order_completed"}"#
        #expect(String(decoding: content.json(of: try reader.touchpoint()), as: UTF8.self) == expected)
    }

    @Test func `reasons stand in the order of the contract`() {
        #expect(DeadLetterReason.allCases.map(\.precedence) == Array(0..<16))
        #expect(DeadLetterReason.allCases.sorted() == DeadLetterReason.allCases)
    }
}
