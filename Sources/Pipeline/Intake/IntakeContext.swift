// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// What the intake role reads of the configuration beside what decoding needs.
public struct IntakeRouting: Sendable {
    /// Partitions of the inbox.
    public var partitions: Int32 = 4
    public var observationBucketMs: Int64 = 300_000
    /// Entries of each cache of repeats.
    public var cacheMax = 200_000
    /// A record of the identity log is closed when it has so many bytes.
    public var linkBytesMax = 64 << 10
    public var tickIntervalMs: Int64 = 1_000
    public var idleAfterMs: Int64 = 30_000
    /// Ticks go to the identity log too: it has a horizon.
    public var ticksLinks = false
    /// Events before it are left out; nil: none.
    public var sinceMs: Int64?

    public init() {}
}

/// Where records come from: a topic, or a file, read as a topic's or as none's.
struct InputSource: Sendable {
    /// The topic whose format, realm and rights its records have; nil: no topic's.
    var topic: String?
    /// Set for files.
    var file: String?
    /// What stands in for the timestamp of records without one.
    var boundMs: Int64?
}

/// Where one record stands.
struct InputPosition: Sendable {
    var source: InputSource
    var partition: Int32
    /// Of files the line, from 1.
    var offset: Int64
}

/// What intake has counted. Distinct events are the journey role's business.
struct IntakeCounts: Sendable, Codable {
    var read = 0
    /// Records that decoded to an event, copies included.
    var accepted = 0
    var control = 0
    var skipped = 0
    var tombstones = 0
    var deadletters: [String: Int] = [:]
    /// Of the dead letters, those that would have been control records: by type.
    var refusedControl: [String: Int] = [:]
    var ignored = NameCounts()
    var unknown = NameCounts()

    /// Counts by name, with a bound on the names.
    struct NameCounts: Sendable, Codable {
        private(set) var counts: [String: Int] = [:]
        private(set) var others = 0
        static let namesMax = 256

        mutating func add(_ name: String, _ n: Int) {
            if counts[name] != nil || counts.count < Self.namesMax {
                counts[name, default: 0] += n
            } else {
                others += n
            }
        }
    }
}

/// What every partition of the intake role shares.
struct IntakeContext: Sendable {
    var settings: IntakeRouting
    var rules: IdentityRules
    var vocabulary: Vocabulary
    var decoding: IntakeSettings
    var hasher: IdentifierHasher
    /// What it knows of the owners: maybe nothing, which is safe.
    var owners: OwnerView
    /// Topic names that are files, by the name that their batches carry.
    var files: [String: InputSource] = [:]

    func decoder() -> TouchpointDecoder {
        TouchpointDecoder(rules: rules, vocabulary: vocabulary, settings: decoding, hasher: hasher)
    }

    func source(named name: String) -> InputSource { files[name] ?? InputSource(topic: name) }
    func home(_ customer: Hash128) -> Int32 { Murmur2.partition(of: customer.bytes, count: settings.partitions) }

    var deadLetters: DeadLetterWriter { DeadLetterWriter() }
    var decisions: DecisionWriter { DecisionWriter(rules: rules) }
}
