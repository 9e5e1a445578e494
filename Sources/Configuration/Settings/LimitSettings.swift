// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Bounds (`limits` in `tabiji.yaml`): every queue, cache, batch and timeline has one.
public struct LimitSettings: Sendable, Equatable, Decodable {
    /// One input record; more is `too_large`.
    ///
    /// **Unit** bytes. **Default** 1MiB. **Range** 1KiB–64MiB.
    public var eventBytes = ByteCount.mebibytes(1)
    /// Event times before it are `bad_time`.
    ///
    /// **Unit** epoch milliseconds. **Default** 2000-01-01T00:00:00Z.
    public var earliestTimeMs: Int64 = 946_684_800_000
    /// How long an event may come late and still count.
    ///
    /// **Default** 400d. **Range** 1h–36500d.
    public var lateness = Duration.seconds(400 * 86_400)
    /// What the watermark stays behind the newest event.
    ///
    /// **Default** 5s. **Range** 0ms–1d; at least three `commit_interval`.
    public var outOfOrderness = Duration.seconds(5)
    /// A source with nothing left for so long follows the clock.
    ///
    /// **Default** 30s. **Range** 1s–1d.
    public var idleAfter = Duration.seconds(30)
    /// A customer with more is suspended.
    ///
    /// **Default** 100000. **Range** 100–10000000.
    public var maxTouchpoints = 100_000
    /// Customers that one commit of a journey partition folds; the others wait for the next.
    ///
    /// **Default** 5000. **Range** 1–1000000.
    public var commitCustomers = 5_000
    /// Events that one commit of a journey partition looks at to pass them on to other customers, and ten times as many for
    /// what is forgotten; the others wait for the next.
    ///
    /// **Default** 20000. **Range** 100–10000000.
    public var commitEvents = 20_000
    /// Identifiers that one commit of the identity role tells new owners of, and entries that it looks at when rules have
    /// changed or the horizon moves; the others wait for the next.
    ///
    /// **Default** 20000. **Range** 100–10000000.
    public var commitIdentifiers = 20_000
    /// Records in one batch.
    ///
    /// **Default** 10000. **Range** 1–1000000.
    public var batchRecords = 10_000
    /// Payload of one batch.
    ///
    /// **Unit** bytes. **Default** 8MiB. **Range** 64KiB–256MiB, at least `event_bytes`.
    public var batchBytes = ByteCount.mebibytes(8)
    /// State changes of one commit, held in memory; more commits early.
    ///
    /// **Unit** bytes. **Default** 64MiB. **Range** 1MiB–4GiB.
    public var overlayBytes = ByteCount.mebibytes(64)
    /// Owners that intake remembers; each journey partition as many ownership maps, and holders of identifiers.
    ///
    /// **Default** 500000. **Range** 0–100000000.
    public var cachedOwners = 500_000
    /// Observations that intake remembers, so as not to repeat them.
    ///
    /// **Default** 500000. **Range** 0–100000000.
    public var cachedObservations = 500_000
    /// Customers whose walks each journey partition keeps; one with many events counts as several, one more for each 64.
    ///
    /// **Default** 10000. **Range** 0–10000000.
    public var cachedCustomers = 10_000
    /// Texts whose moods each journey partition keeps.
    ///
    /// **Default** 16384. **Range** 0–10000000.
    public var cachedTexts = 16_384
    /// Blocks of the state store in memory.
    ///
    /// **Unit** bytes. **Default** 128MiB. **Range** 8MiB–64GiB.
    public var storeCache = ByteCount.mebibytes(128)
    /// Rows of the state store that are not flushed yet.
    ///
    /// **Unit** bytes. **Default** 64MiB. **Range** 4MiB–4GiB.
    public var storeWriteBuffer = ByteCount.mebibytes(64)

    /// Everything at its default.
    public init() {}

    /// Reads what the file has; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self)
        try keys.read(.eventBytes, into: &eventBytes, in: .kibibytes(1) ... .mebibytes(64))
        try Self.readTime(keys, into: &earliestTimeMs)
        try keys.read(.lateness, into: &lateness, in: .seconds(3600) ... .seconds(36_500 * 86_400))
        try keys.read(.outOfOrderness, into: &outOfOrderness, in: .zero ... .seconds(86_400))
        try keys.read(.idleAfter, into: &idleAfter, in: .seconds(1) ... .seconds(86_400))
        try keys.read(.maxTouchpoints, into: &maxTouchpoints, in: 100...10_000_000)
        try keys.read(.commitCustomers, into: &commitCustomers, in: 1...1_000_000)
        try keys.read(.commitEvents, into: &commitEvents, in: 100...10_000_000)
        try keys.read(.commitIdentifiers, into: &commitIdentifiers, in: 100...10_000_000)
        try keys.read(.batchRecords, into: &batchRecords, in: 1...1_000_000)
        try keys.read(.batchBytes, into: &batchBytes, in: .kibibytes(64) ... .mebibytes(256))
        try keys.read(.overlayBytes, into: &overlayBytes, in: .mebibytes(1) ... .gibibytes(4))
        try keys.read(.cachedOwners, into: &cachedOwners, in: 0...100_000_000)
        try keys.read(.cachedObservations, into: &cachedObservations, in: 0...100_000_000)
        try keys.read(.cachedCustomers, into: &cachedCustomers, in: 0...10_000_000)
        try keys.read(.cachedTexts, into: &cachedTexts, in: 0...10_000_000)
        try keys.read(.storeCache, into: &storeCache, in: .mebibytes(8) ... .gibibytes(64))
        try keys.read(.storeWriteBuffer, into: &storeWriteBuffer, in: .mebibytes(4) ... .gibibytes(4))
    }

    private static func readTime(_ keys: KeyedDecodingContainer<Key>, into value: inout Int64) throws {
        guard let text = try keys.decodeIfPresent(String.self, forKey: .earliestTime) else { return }
        guard let date = ISO8601DateFormatter().date(from: text) else {
            throw keys.refusal(.earliestTime, "expected a time such as 2000-01-01T00:00:00Z, found “\(text)”")
        }
        value = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
    }

    private enum Key: String, CodingKey {
        case lateness
        case eventBytes = "event_bytes"
        case earliestTime = "earliest_time"
        case outOfOrderness = "out_of_orderness"
        case idleAfter = "idle_after"
        case maxTouchpoints = "max_touchpoints"
        case commitCustomers = "commit_customers"
        case commitEvents = "commit_events"
        case commitIdentifiers = "commit_identifiers"
        case batchRecords = "batch_records"
        case batchBytes = "batch_bytes"
        case overlayBytes = "overlay_bytes"
        case cachedOwners = "cached_owners"
        case cachedObservations = "cached_observations"
        case cachedCustomers = "cached_customers"
        case cachedTexts = "cached_texts"
        case storeCache = "store_cache"
        case storeWriteBuffer = "store_write_buffer"
    }
}
