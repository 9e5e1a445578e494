// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// An event as a journey partition holds it, with all that travels with it: how it was routed, and what was emitted because of it.
public struct Held: Sendable, Equatable {
    public var event: Touchpoint
    /// Which of its names it is attributed by; `names.count`: nobody's, all are hubs.
    public var position: Int
    /// Version of the ownership map that it was routed by; 0: nobody had decided.
    public var version: UInt64
    /// Records of it that intake sent: duplicates included.
    public var copies: Int
    /// Results that this event caused, with what readers were told.
    public var emitted: [Emitted]
    /// Content hashes of the copies that lost against it: each is one dead letter.
    public var losers: [Hash128]
    /// Its content is folded into its customer's base: what is left tells copies apart, and what readers were told.
    public var isFolded = false

    public init(event: Touchpoint, position: Int, version: UInt64) {
        self.event = event
        self.position = position
        self.version = version
        copies = 1
        emitted = []
        losers = []
    }

    /// The name that it is attributed by; nil: nobody's.
    public var attributedBy: Identifier? { position < event.names.count ? event.names[position] : nil }
}

/// What readers know of one result.
public struct Emitted: Sendable, Equatable {
    public enum State: Sendable, Equatable {
        case retracted
        /// Hash of the content, revision apart.
        case told(Hash128)
        /// Two copies met that were told differently: it goes out again.
        case unknown
    }

    public var id: Hash128
    public var kind: ResultKind
    public var revision: Int
    public var state: State
}

/// The kinds of results that an event can cause.
public enum ResultKind: UInt8, Sendable, CaseIterable {
    case transition = 1
    case alert = 2
    case touchpoint = 3

    package var topic: Topic {
        switch self {
        case .transition: .transitions
        case .alert: .alerts
        case .touchpoint: .timeline
        }
    }

    /// The CloudEvents type.
    var type: String {
        switch self {
        case .transition: "tabiji.transition"
        case .alert: "tabiji.alert"
        case .touchpoint: "tabiji.touchpoint"
        }
    }
}

extension ByteWriter {
    mutating func held(_ held: Held) {
        count(held.position << 1 | (held.isFolded ? 1 : 0))
        varint(held.version)
        count(held.copies)
        count(held.emitted.count)
        for result in held.emitted {
            hash(result.id)
            byte(result.kind.rawValue)
            count(result.revision)
            switch result.state {
            case .retracted: byte(0)
            case .told(let content):
                byte(1)
                hash(content)
            case .unknown: byte(2)
            }
        }
        count(held.losers.count)
        for loser in held.losers { hash(loser) }
        touchpoint(held.event)
    }
}

extension ByteReader {
    package mutating func held() throws(PackedError) -> Held {
        let first = try number()
        let position = first >> 1
        let version = try varint()
        let copies = try number()
        var emitted: [Emitted] = []
        for _ in 0..<(try count()) {
            let id = try hash()
            guard let kind = ResultKind(rawValue: try byte()) else { throw .malformed }
            let revision = try number()
            switch try byte() {
            case 0: emitted.append(Emitted(id: id, kind: kind, revision: revision, state: .retracted))
            case 1: emitted.append(Emitted(id: id, kind: kind, revision: revision, state: .told(try hash())))
            case 2: emitted.append(Emitted(id: id, kind: kind, revision: revision, state: .unknown))
            default: throw .malformed
            }
        }
        var losers: [Hash128] = []
        for _ in 0..<(try count()) { losers.append(try hash()) }
        var held = Held(event: try touchpoint(), position: position, version: version)
        guard position <= held.event.names.count else { throw .malformed }
        held.isFolded = first & 1 == 1
        held.copies = copies
        held.emitted = emitted
        held.losers = losers
        return held
    }

    /// A number that counts: sums of such never overflow.
    mutating func number() throws(PackedError) -> Int {
        let number = try varint()
        guard number <= UInt64(UInt32.max) else { throw .malformed }
        return Int(number)
    }
}
