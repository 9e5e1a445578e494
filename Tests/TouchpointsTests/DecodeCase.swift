// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import TestSupport
import Touchpoints

/// One record and what the model says of it, as a line of the fixture has it.
struct DecodeCase: Decodable {
    struct Expected: Decodable {
        var kind: String
        var reason: String?
        var event: Event?
    }

    struct Event: Decodable {
        var key: String
        var content: String
        var id: String
        var source: String
        var type: String
        var channel: String
        var time: Int64
        var realm: String
        var consent: Bool?
        var identifiers: [String: [String]]
        var references: [String: [String]]
        var logout: Bool
        var replaces: [String]?
        var ignored: [String]
        var unknown: [String]
        var blocked: [[String]]
        /// Canonical text.
        var properties: String
        var traits: String
        /// `[namespace, form, from, to]`.
        var spans: [Span]?
        var change: Change?
    }

    struct Span: Decodable {
        var namespace: String
        var form: String
        var from: Int64
        var to: Int64

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            namespace = try list.decode(String.self)
            form = try list.decode(String.self)
            from = try list.decode(Int64.self)
            to = try list.decode(Int64.self)
        }
    }

    struct Change: Decodable {
        var given: Bool
        var concerns: [[String]]

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            given = try list.decode(Bool.self)
            concerns = try list.decode([[String]].self)
        }
    }

    var payload: Data
    var headers: [String: String]
    var timestamp: Int64?
    var topic: String?
    var config: String
    var expected: Expected

    /// What stands in one line of NDJSON.
    static func read(_ text: Data) throws -> [DecodeCase] {
        try text.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(DecodeCase.self, from: Data($0)) }
    }
}

/// Decoders of the four configurations that the cases name.
final class CaseDecoders {
    static let hasher = IdentifierHasher(key: "tabiji")
    static let kept: Set<String> = [
        "order_id", "revenue", "products", "product_id", "coupon", "refund", "text", "campaign",
    ]

    private let decoders: [String: TouchpointDecoder]

    init() {
        let configurations: [String: (IdentityRules, IntakeSettings)] = [
            "default": (.shipped, Self.settings { _ in }),
            "files": (.shipped, Self.settings { $0.trustsFiles = true }),
            "plain": (Self.plain, Self.settings { $0.trustsFiles = true }),
            "wide": (Self.wide, Self.settings(Self.widen)),
        ]
        decoders = configurations.mapValues { rules, settings in
            TouchpointDecoder(
                rules: rules,
                vocabulary: ShippedVocabulary.vocabulary,
                settings: settings,
                hasher: Self.hasher
            )
        }
    }

    subscript(config: String) -> TouchpointDecoder? { decoders[config] }

    private static func settings(_ change: (inout IntakeSettings) -> Void) -> IntakeSettings {
        var settings = IntakeSettings()
        settings.keptProperties = kept
        change(&settings)
        return settings
    }

    private static func widen(_ settings: inout IntakeSettings) {
        settings.trustsFiles = true
        settings.formats = ["s": .segment, "n": .native, "c": .cloudevents]
        settings.topicRealms = ["t": "Shop"]
        settings.segmentTime = .corrected
    }

    static let plain: IdentityRules = {
        var rules = IdentityRules.shipped
        rules.showsPlainIdentifiers = true
        return rules
    }()

    static let wide: IdentityRules = {
        var rules = IdentityRules(
            namespaces: IdentityRules.shipped.namespaces.filter { !$0.isReference } + [
                .init(name: "crm", priority: 8, limit: 1), .init(name: "mobile", priority: 2, kind: .phone),
            ]
        )
        let references = IdentityRules.shippedReferences + ["cart_id"]
        rules.namespaces += references.enumerated().map { .init(name: $1, priority: 9 + $0, isReference: true) }
        rules.realms = ["shop": .init(), "購入": .init()]
        rules.blocked += ["TEST@x", "É", "+819012345678"]
        rules.blockedPatterns = ["^tmp-", "@bad[.]"]
        rules.defaultRegion = "US"
        return rules
    }()
}
