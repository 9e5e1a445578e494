// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// The engine's state as rows of a sorted store: each key is a kind and a digest of what the row is about, each value
/// a format byte and content.
///
/// | key | value |
/// |---|---|
/// | 0 | the version counter |
/// | 1, content | the earliest observation of a content |
/// | 2, fact | a fact; of forgotten identifiers the hash alone |
/// | 3, identifier | the ownership map last published |
/// | 4, content, bucket | when it was seen again: milliseconds into the bucket, and ids of nobody's customers |
/// | 5 | the horizon, and which generation of the base counts |
/// | 6, generation, two identifiers | of the base: since when they are linked |
/// | 7, generation, device | of the base: who had it when |
///
/// Components, decisions, and histories since the horizon follow from these and are not kept.
enum EngineRows {
    static let format: UInt8 = 1

    enum Kind: UInt8 { case version = 0, observation, fact, map, sight, horizon, link, turns }

    /// A later observation of a known content.
    struct Sight: Sendable {
        /// The digest of its content.
        var content: Hash128
        var timeMs: Int64
        var derived: [Hash128]

        init(key: [UInt8], _ reader: inout ByteReader) throws(PackedError) {
            guard key.count == 25 else { throw .malformed }
            content = Hash128(bytes: key, at: 1)
            let bucket = key[17...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            timeMs = Int64(bitPattern: bucket &+ (try reader.varint()))
            derived = []
            for _ in 0..<(try reader.count()) { derived.append(try reader.hash()) }
        }
    }

    static func key(_ kind: Kind, _ digest: Hash128? = nil) -> [UInt8] {
        var key = [kind.rawValue]
        digest?.append(to: &key)
        return key
    }

    static func version(_ version: UInt64) -> IdentityChanges.Row {
        var writer = ByteWriter(capacity: 11)
        writer.byte(format)
        writer.varint(version)
        return .init(key: key(.version), value: writer.bytes)
    }

    static func map(_ map: OwnershipMap) -> IdentityChanges.Row {
        var writer = ByteWriter(capacity: 64)
        writer.byte(format)
        writer.ownershipMap(map)
        return .init(key: key(.map, map.identifier.hash), value: writer.bytes)
    }

    static func observation(_ observation: Observation, _ content: Hash128) -> IdentityChanges.Row {
        var writer = ByteWriter(capacity: 96)
        writer.byte(format)
        writer.identityInput(.seen(observation))
        return .init(key: key(.observation, content), value: writer.bytes)
    }

    static func sight(_ timeMs: Int64, _ derived: [Hash128], _ content: Hash128, _ rules: NamespaceTable)
        -> IdentityChanges.Row
    {
        var writer = ByteWriter(capacity: 8 + 16 * derived.count)
        writer.byte(format)
        writer.varint(UInt64(bitPattern: timeMs) &- UInt64(bitPattern: rules.bucketStart(timeMs)))
        writer.count(derived.count)
        for id in derived { writer.hash(id) }
        return .init(key: sightKey(timeMs, content, rules), value: writer.bytes)
    }

    static func sightKey(_ timeMs: Int64, _ content: Hash128, _ rules: NamespaceTable) -> [UInt8] {
        var key = key(.sight, content)
        let bucket = UInt64(bitPattern: rules.bucketStart(timeMs))
        for shift in stride(from: 56, through: 0, by: -8) { key.append(UInt8(truncatingIfNeeded: bucket >> shift)) }
        return key
    }

    static func horizon(_ timeMs: Int64, _ generation: UInt8) -> IdentityChanges.Row {
        var writer = ByteWriter(capacity: 10)
        writer.byte(format)
        writer.word64(UInt64(bitPattern: timeMs))
        writer.byte(generation)
        return .init(key: key(.horizon), value: writer.bytes)
    }

    static func linkKey(_ a: Hash128, _ b: Hash128, _ generation: UInt8) -> [UInt8] {
        var key = [Kind.link.rawValue, generation]
        key.reserveCapacity(34)
        a.append(to: &key)
        b.append(to: &key)
        return key
    }

    static func turnsKey(_ device: Hash128, _ generation: UInt8) -> [UInt8] {
        var key = [Kind.turns.rawValue, generation]
        device.append(to: &key)
        return key
    }

    /// What is forgotten is kept by its hash alone.
    static func fact(_ fact: IdentityFact) -> IdentityChanges.Row {
        var writer = ByteWriter(capacity: 48)
        writer.byte(format)
        writer.identityInput(.fact(fact.hashed))
        return .init(key: key(.fact, SHA256.hash128(writer.bytes)), value: writer.bytes)
    }

    /// What observations have in common that differ in time alone: names, sign-out, replacement, the event's own word.
    static func content(_ observation: Observation) -> Hash128 {
        var writer = ByteWriter(capacity: 16 * observation.names.count + 40)
        let said: UInt8 = observation.consent.map { $0 ? 8 : 4 } ?? 0
        writer.byte((observation.signsOut ? 1 : 0) | (observation.replaces != nil ? 2 : 0) | said)
        if let replaces = observation.replaces {
            writer.hash(replaces.new.hash)
            writer.hash(replaces.old.hash)
        }
        for name in observation.names { writer.hash(name.hash) }
        return SHA256.hash128(writer.bytes)
    }
}

extension ByteWriter {
    /// A moment of the base: its time and the digest of its content.
    mutating func moment(_ timeMs: Int64, _ content: Hash128) {
        word64(UInt64(bitPattern: timeMs))
        hash(content)
    }
}

extension ByteReader {
    mutating func moment(_ rows: LoadedRows) throws(PackedError) -> Moment {
        let timeMs = Int64(bitPattern: try word64())
        return Moment(timeMs: timeMs, content: try rows.content(try hash()))
    }
}

extension IdentityFact {
    /// Without plain values.
    var hashed: IdentityFact {
        let bare = { (name: Identifier) in Identifier(namespace: name.namespace, hash: name.hash) }
        return switch self {
        case .forgotten(let name, let from, let to): .forgotten(bare(name), fromMs: from, toMs: to)
        case .unlinked(let a, let b): a.hash < b.hash ? .unlinked(bare(a), bare(b)) : .unlinked(bare(b), bare(a))
        case .consent(let name, let time, let given): .consent(bare(name), timeMs: time, given: given)
        }
    }
}

extension Observation {
    /// With its names strongest first, each once, and only those that are configured: the same set gives the same
    /// content.
    func ordered(_ rules: NamespaceTable) -> Observation {
        let rank = { (name: Identifier) in rules.number(of: name.namespace).map { rules.entries[Int($0)].priority } }
        var found: [(name: Identifier, rank: Int)] = []
        found.reserveCapacity(names.count)
        var isOrdered = true
        for name in names {
            guard let rank = rank(name) else {
                isOrdered = false
                continue
            }
            if let last = found.last, (last.rank, last.name.hash) >= (rank, name.hash) { isOrdered = false }
            found.append((name, rank))
        }
        if isOrdered { return self }
        found.sort { ($0.rank, $0.name.hash) < ($1.rank, $1.name.hash) }
        var ordered = self
        ordered.names = []
        for (name, _) in found where ordered.names.last?.hash != name.hash { ordered.names.append(name) }
        return ordered
    }
}
