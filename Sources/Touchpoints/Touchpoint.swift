// SPDX-License-Identifier: Apache-2.0
public import Digests

/// One accepted event: what happened, when, on which channel, to whom. Also its packed form, which is what crosses
/// topics and rests in stores.
public struct Touchpoint: Sendable, Equatable {
    /// What tells it from other events (`semantics.md`, Key).
    public var key: Hash128
    /// What tells copies with one key apart; the smaller counts.
    public var content: Hash128
    /// Event time, milliseconds since 1970.
    public var timeMs: Int64
    @usableFromInline var said: Said

    /// All else, which copies share: an event is handed on many times, and hardly ever changed.
    @usableFromInline
    final class Said: Sendable, Equatable {
        @usableFromInline let realm: String
        @usableFromInline let type: String
        @usableFromInline let channel: String
        @usableFromInline let id: String
        @usableFromInline let source: String
        @usableFromInline let consent: Bool?
        @usableFromInline let names: [Identifier]
        @usableFromInline let properties: PackedProperties
        @usableFromInline let rest: Value
        @usableFromInline let traits: Value

        init(
            realm: String,
            type: String,
            channel: String,
            id: String,
            source: String,
            consent: Bool?,
            names: [Identifier],
            properties: PackedProperties,
            rest: Value,
            traits: Value
        ) {
            self.realm = realm
            self.type = type
            self.channel = channel
            self.id = id
            self.source = source
            self.consent = consent
            self.names = names
            self.properties = properties
            self.rest = rest
            self.traits = traits
        }

        @usableFromInline
        static func == (a: Said, b: Said) -> Bool {
            if a === b { return true }
            return a.realm == b.realm && a.type == b.type && a.channel == b.channel && a.id == b.id
                && a.source == b.source && a.consent == b.consent && a.names == b.names
                && a.properties == b.properties && a.rest == b.rest && a.traits == b.traits
        }

        @usableFromInline
        func with(
            names: [Identifier]? = nil,
            properties: PackedProperties? = nil,
            rest: Value? = nil,
            traits: Value? = nil
        ) -> Said {
            Said(
                realm: realm,
                type: type,
                channel: channel,
                id: id,
                source: source,
                consent: consent,
                names: names ?? self.names,
                properties: properties ?? self.properties,
                rest: rest ?? self.rest,
                traits: traits ?? self.traits
            )
        }
    }

    @inlinable public var realm: String { said.realm }
    @inlinable public var type: String { said.type }
    @inlinable public var channel: String { said.channel }
    /// As the sender gave it.
    @inlinable public var id: String { said.id }
    @inlinable public var source: String { said.source }
    /// What the event itself says: nil when nothing.
    @inlinable public var consent: Bool? { said.consent }
    /// Identifiers, then references: strongest first (priority, then hash).
    @inlinable public var names: [Identifier] {
        get { said.names }
        set { said = said.with(names: newValue) }
    }
    /// The properties that models, rules and profiles read.
    @inlinable public var properties: PackedProperties {
        get { said.properties }
        set { said = said.with(properties: newValue) }
    }
    /// An object of the other properties, so that nothing is lost.
    @inlinable public var rest: Value {
        get { said.rest }
        set { said = said.with(rest: newValue) }
    }
    /// An object; null members remove.
    @inlinable public var traits: Value {
        get { said.traits }
        set { said = said.with(traits: newValue) }
    }

    public init(
        key: Hash128,
        content: Hash128,
        timeMs: Int64,
        realm: String = "default",
        type: String,
        channel: String,
        id: String,
        source: String = "",
        consent: Bool? = nil,
        names: [Identifier] = [],
        properties: PackedProperties = PackedProperties(),
        rest: Value = .object([]),
        traits: Value = .object([])
    ) {
        self.key = key
        self.content = content
        self.timeMs = timeMs
        said = Said(
            realm: realm,
            type: type,
            channel: channel,
            id: id,
            source: source,
            consent: consent,
            names: names,
            properties: properties,
            rest: rest,
            traits: traits
        )
    }

    /// The format byte that this program writes.
    public static let format: UInt8 = 1
}

extension ByteWriter {
    public mutating func touchpoint(_ event: Touchpoint) {
        byte(Touchpoint.format)
        hash(event.key)
        hash(event.content)
        word64(UInt64(bitPattern: event.timeMs))
        byte(event.consent.map { $0 ? 2 : 1 } ?? 0)
        text(event.realm == "default" ? "" : event.realm)
        text(event.type)
        text(event.channel)
        text(event.id)
        text(event.source)
        count(event.names.count)
        for name in event.names { identifier(name) }
        properties(event.properties)
        value(event.rest)
        value(event.traits)
    }
}

extension ByteReader {
    public mutating func touchpoint() throws(PackedError) -> Touchpoint {
        let format = try byte()
        guard format == Touchpoint.format else { throw format > Touchpoint.format ? .newerFormat(format) : .malformed }
        let key = try hash()
        let content = try hash()
        let timeMs = Int64(bitPattern: try word64())
        let said = try byte()
        let realm = try text()
        let type = try text()
        let channel = try text()
        let id = try text()
        let source = try text()
        var names: [Identifier] = []
        let count = try count()
        names.reserveCapacity(min(count, 64))
        for _ in 0..<count { names.append(try identifier()) }
        let properties = try properties()
        let rest = try value()
        let traits = try value()
        return Touchpoint(
            key: key,
            content: content,
            timeMs: timeMs,
            realm: realm.isEmpty ? "default" : realm,
            type: type,
            channel: channel,
            id: id,
            source: source,
            consent: said == 0 ? nil : said == 2,
            names: names,
            properties: properties,
            rest: rest,
            traits: traits
        )
    }
}
