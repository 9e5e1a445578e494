// SPDX-License-Identifier: Apache-2.0
public import Digests

/// What the identity log needs to know of an event: who was seen together (or signed out), when, with what consent.
public struct Observation: Sendable, Equatable {
    /// Event time, milliseconds; of equal observations in one bucket of time only the earliest counts.
    public var timeMs: Int64
    /// Strongest first: identifiers, then references.
    public var names: [Identifier]
    public var signsOut: Bool
    /// One order stands in for another: hashes of both `order_id`s.
    public var replaces: Replacement?
    /// The event's own word on consent; nil when it says nothing.
    public var consent: Bool?
    /// For each device among the names, in their order, the id of the customer that is nobody in particular: under `anonymous` the
    /// hash of `namespace:value#anonymous`, at a sign-out under `reset_on_logout` that of `namespace:value#time`. Else empty.
    public var derived: [Hash128]
    /// The sender's id of an event that shows it: an example for explanations; never decides.
    public var example: String

    public struct Replacement: Sendable, Hashable {
        public var new: Identifier
        public var old: Identifier

        public init(new: Identifier, old: Identifier) {
            self.new = new
            self.old = old
        }

        public static func == (a: Self, b: Self) -> Bool { a.new.hash == b.new.hash && a.old.hash == b.old.hash }
        public func hash(into hasher: inout Hasher) {
            hasher.combine(new.hash)
            hasher.combine(old.hash)
        }
    }

    public init(
        timeMs: Int64,
        names: [Identifier],
        signsOut: Bool = false,
        replaces: Replacement? = nil,
        consent: Bool? = nil,
        derived: [Hash128] = [],
        example: String = ""
    ) {
        self.timeMs = timeMs
        self.names = names
        self.signsOut = signsOut
        self.replaces = replaces
        self.consent = consent
        self.derived = derived
        self.example = example
    }

    /// Whether the identity log needs it at all.
    public var counts: Bool { names.count > 1 || signsOut || replaces != nil }
}

/// What is said about identifiers rather than done by a customer.
public enum IdentityFact: Sendable, Equatable {
    /// Events that name it in the closed span of event time are gone, wherever they come from.
    case forgotten(Identifier, fromMs: Int64, toMs: Int64)
    /// No customer may ever hold both.
    case unlinked(Identifier, Identifier)
    /// Withdrawn or given, from the start of its bucket on.
    case consent(Identifier, timeMs: Int64, given: Bool)
}

/// One entry of the identity log.
public enum IdentityInput: Sendable, Equatable {
    case seen(Observation)
    case fact(IdentityFact)
}

extension ByteWriter {
    /// One entry; a record of the identity log is a format byte and then entries up to its end.
    public mutating func identityInput(_ input: IdentityInput) {
        switch input {
        case .seen(let o):
            byte(1)
            word64(UInt64(bitPattern: o.timeMs))
            byte((o.signsOut ? 1 : 0) | (o.replaces != nil ? 2 : 0) | (o.consent.map { $0 ? 8 : 4 } ?? 0))
            count(o.names.count)
            for name in o.names { identifier(name) }
            if let replaces = o.replaces {
                identifier(replaces.new)
                identifier(replaces.old)
            }
            count(o.derived.count)
            for id in o.derived { hash(id) }
            text(o.example)
        case .fact(.forgotten(let name, let from, let to)):
            byte(2)
            identifier(name)
            word64(UInt64(bitPattern: from))
            word64(UInt64(bitPattern: to))
        case .fact(.unlinked(let a, let b)):
            byte(3)
            identifier(a)
            identifier(b)
        case .fact(.consent(let name, let time, let given)):
            byte(given ? 5 : 4)
            identifier(name)
            word64(UInt64(bitPattern: time))
        }
    }
}

extension ByteReader {
    public mutating func identityInput() throws(PackedError) -> IdentityInput {
        let kind = try byte()
        switch kind {
        case 1:
            let time = Int64(bitPattern: try word64())
            let flags = try byte()
            var names: [Identifier] = []
            for _ in 0..<(try count()) { names.append(try identifier()) }
            var replaces: Observation.Replacement?
            if flags & 2 != 0 {
                let new = try identifier()
                replaces = .init(new: new, old: try identifier())
            }
            var derived: [Hash128] = []
            for _ in 0..<(try count()) { derived.append(try hash()) }
            return .seen(
                Observation(
                    timeMs: time,
                    names: names,
                    signsOut: flags & 1 != 0,
                    replaces: replaces,
                    consent: flags & 12 == 0 ? nil : flags & 8 != 0,
                    derived: derived,
                    example: try text()
                )
            )
        case 2:
            let name = try identifier()
            let from = Int64(bitPattern: try word64())
            return .fact(.forgotten(name, fromMs: from, toMs: Int64(bitPattern: try word64())))
        case 3:
            let a = try identifier()
            return .fact(.unlinked(a, try identifier()))
        case 4, 5:
            let name = try identifier()
            return .fact(.consent(name, timeMs: Int64(bitPattern: try word64()), given: kind == 5))
        default: throw .malformed
        }
    }
}
