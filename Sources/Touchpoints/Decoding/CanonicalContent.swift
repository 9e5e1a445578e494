// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// A packed touchpoint as JSON in the native format again: what the dead letter of a `conflicting_duplicate` carries.
///
/// It is not what came: identifiers that travel as hashes are shown as hashes, names are in snake case, aliases
/// applied.
public struct CanonicalContent: Sendable {
    private let namespaces: [NamespaceID: String]
    private let properties: [PropertyID: String]

    /// - Parameter keptProperties: `IntakeSettings.keptProperties`; kept properties that are not among them are named
    ///   by their hash.
    public init(rules: IdentityRules, keptProperties: Set<String>) {
        namespaces = Dictionary(
            rules.namespaces.map { (NamespaceID($0.name), $0.name) },
            uniquingKeysWith: { first, _ in first }
        )
        properties = Dictionary(
            keptProperties.sorted().map { (PropertyID($0), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// RFC 8785: channel, consent, id, identifiers, properties, realm, source, time, traits, type; without what is
    /// absent.
    public func json(of event: Touchpoint) -> [UInt8] {
        var members: [Value.Member] = [
            .init("channel", .string(event.channel)), .init("id", .string(event.id)),
            .init("realm", .string(event.realm)), .init("time", .string(EventTime.format(event.timeMs))),
            .init("type", .string(event.type)),
        ]
        if let consent = event.consent {
            members.append(.init("consent", .object([.init("identity", .bool(consent))])))
        }
        if !event.names.isEmpty { members.append(.init("identifiers", identifiers(event.names))) }
        if !event.source.isEmpty { members.append(.init("source", .string(event.source))) }
        let properties = properties(event)
        if !properties.isEmpty { members.append(.init("properties", .object(properties))) }
        if case .object(let traits) = event.traits, !traits.isEmpty { members.append(.init("traits", event.traits)) }
        var writer = JSONWriter(capacity: 512)
        writer.canonical(.object(members))
        return writer.bytes
    }

    private func identifiers(_ names: [Identifier]) -> Value {
        var members: [Value.Member] = []
        for name in names {
            let namespace = namespaces[name.namespace] ?? "\(name.namespace.raw)"
            let value = Value.string(name.value ?? name.hash.hex)
            if let index = members.firstIndex(where: { $0.name == namespace }),
                case .array(let others) = members[index].value
            {
                members[index].value = .array(others + [value])
            } else {
                members.append(.init(namespace, .array([value])))
            }
        }
        return .object(members)
    }

    private func properties(_ event: Touchpoint) -> [Value.Member] {
        var members = event.properties.entries.map { entry in
            Value.Member(properties[entry.id] ?? "\(entry.id.raw)", entry.value)
        }
        if case .object(let rest) = event.rest { members += rest }
        return members
    }
}

extension JSONWriter {
    /// Writes a value with the members of its objects sorted by the UTF-16 units of their names (RFC 8785).
    public mutating func canonical(_ value: Value) {
        switch value {
        case .array(let items):
            beginArray()
            for item in items { canonical(item) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members.sorted(by: { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }) {
                key(member.name)
                canonical(member.value)
            }
            endObject()
        default: self.value(value)
        }
    }
}
