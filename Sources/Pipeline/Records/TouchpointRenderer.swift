// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Renders a packed event back as JSON in the native format: what the payload of a dead letter about it is.
struct TouchpointRenderer: Sendable {
    private let rules: IdentityRules
    private let names: [PropertyID: String]

    init(rules: IdentityRules, settings: IntakeSettings) {
        self.rules = rules
        names = Dictionary(settings.keptProperties.map { (PropertyID($0), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Identifiers appear as they travelled: hashed, unless the configuration lets them travel in plain.
    func json(_ event: Touchpoint) -> [UInt8] {
        var members: [Value.Member] = [
            .init("channel", .string(event.channel)),
            .init("id", .string(event.id)),
            .init("identifiers", .object(identifiers(event))),
            .init("properties", .object(properties(event))),
            .init("time", .string(EventTime.format(event.timeMs))),
            .init("type", .string(event.type)),
        ]
        if let consent = event.consent { members.append(.init("consent", .object([.init("identity", .bool(consent))]))) }
        if event.realm != "default" { members.append(.init("realm", .string(event.realm))) }
        if !event.source.isEmpty { members.append(.init("source", .string(event.source))) }
        if case .object(let traits) = event.traits, !traits.isEmpty { members.append(.init("traits", event.traits)) }
        var json = JSONWriter(capacity: 512)
        json.value(.object(Self.sorted(members)))
        return json.bytes
    }

    private func identifiers(_ event: Touchpoint) -> [Value.Member] {
        var values: [String: [Value]] = [:]
        for name in event.names {
            guard let namespace = rules.namespace(name.namespace), !namespace.isReference else { continue }
            values[namespace.name, default: []].append(.string(name.value ?? name.hash.hex))
        }
        return Self.sorted(values.map { .init($0.key, $0.value.count == 1 ? $0.value[0] : .array($0.value)) })
    }

    private func properties(_ event: Touchpoint) -> [Value.Member] {
        var members = event.properties.entries.compactMap { entry in
            names[entry.id].map { Value.Member($0, entry.value) }
        }
        if case .object(let rest) = event.rest { members += rest }
        return Self.sorted(members)
    }

    private static func sorted(_ members: [Value.Member]) -> [Value.Member] {
        members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
