// SPDX-License-Identifier: Apache-2.0
public import Configuration
public import Digests
internal import Foundation
internal import Touchpoints

/// Whom a question is about: `namespace:value`, `namespace:HASH`, or an id of 32 hexadecimal digits (a customer's, or the
/// hash of an identifier, which is the same thing).
public struct IdentityQuestion: Sendable, Equatable {
    public var realm: String
    /// nil: it was given as an id alone.
    public var namespace: String?
    /// As it is compared; nil: only the hash is known.
    public var value: String?
    /// What to look for: the first that is known answers.
    public var hashes: [Hash128]

    /// Why a text names nobody.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// - Parameters:
    ///   - text: as the user typed it; normalised here as events are, and hashed with the configured key.
    ///   - realm: `default` unless there are others.
    public init(_ text: String, realm: String = "default", _ configuration: TabijiConfiguration) throws(Refusal) {
        self.realm = realm
        guard let colon = text.firstIndex(of: ":") else {
            guard let id = Hash128(hex: text.lowercased()) else {
                throw Refusal(
                    description:
                        "'\(text)' is neither NAMESPACE:VALUE (email:a@example.com) nor an id of 32 hexadecimal digits"
                )
            }
            hashes = [id]
            return
        }
        let (namespace, value) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
        guard configuration.identity.namespace(named: namespace) != nil else {
            let known = configuration.identity.namespaces.map(\.name).joined(separator: ", ")
            throw Refusal(description: "no namespace is called '\(namespace)'; there are \(known)")
        }
        self.namespace = namespace
        let hash = value.utf8.count == 32 ? Hash128(hex: value.lowercased()) : nil
        switch Self.read(namespace, value, realm, configuration) {
        case .success(let found):
            self.value = hash == nil ? found.value : nil
            hashes = [hash, found.hash].compactMap { $0 }
        case .failure(let refusal):
            guard let hash else { throw refusal }
            hashes = [hash]
        }
    }

    /// Normalised and hashed exactly as events are: by decoding one.
    private static func read(
        _ namespace: String,
        _ value: String,
        _ realm: String,
        _ configuration: TabijiConfiguration
    ) -> Result<(value: String?, hash: Hash128), Refusal> {
        var rules = configuration.identity
        rules.showsPlainIdentifiers = true
        let decoder = TouchpointDecoder(
            rules: rules,
            vocabulary: configuration.vocabulary,
            settings: IntakeSettings(),
            hasher: IdentifierHasher(key: configuration.identifierKey)
        )
        let isReference = rules.namespace(named: namespace)?.isReference ?? false
        var json = JSONWriter()
        json.beginObject()
        for (name, text) in [("id", "question"), ("type", "page_viewed"), ("realm", realm)] {
            json.key(name)
            json.string(text)
        }
        json.key("time")
        json.int(EventTime.year2000Ms)
        json.key(isReference ? "properties" : "identifiers")
        json.beginObject()
        json.key(namespace)
        json.string(value)
        json.endObject()
        json.endObject()
        switch decoder.decode(json.bytes, 0..<json.bytes.count, timestampMs: nil, topic: nil) {
        case .accepted(let accepted):
            guard let name = accepted.touchpoint.names.first else { break }
            return .success((name.value, name.hash))
        case .deadletter(let reason, _, _):
            return .failure(
                Refusal(
                    description: "\(namespace):\(value) identifies nobody: \(reason.rawValue) (realm \(realm))"
                )
            )
        default: break
        }
        return .failure(Refusal(description: "\(namespace):\(value) identifies nobody"))
    }
}
