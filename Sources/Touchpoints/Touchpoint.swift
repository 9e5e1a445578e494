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
    public var realm: String
    public var type: String
    public var channel: String
    /// As the sender gave it.
    public var id: String
    public var source: String
    /// What the event itself says: nil when nothing.
    public var consent: Bool?
    /// Identifiers, then references: strongest first (priority, then hash).
    public var names: [Identifier]
    /// The properties that models, rules and profiles read.
    public var properties: PackedProperties
    /// An object of the other properties, so that nothing is lost.
    public var rest: Value
    /// An object; null members remove.
    public var traits: Value

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
        for _ in 0..<(try count()) { names.append(try identifier()) }
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
