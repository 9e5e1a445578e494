// SPDX-License-Identifier: Apache-2.0
internal import Digests
package import Touchpoints

/// Packs observations and facts into records of the identity log, and leaves out what it knows to be a later repeat in its bucket.
package final class LinkWriter {
    private let settings: IntakeRouting
    private var pending: [String: ByteWriter] = [:]
    private var full: [(realm: String, entries: [UInt8])] = []
    /// Observation and bucket → the earliest time sent.
    private var sent: [Hash128: Int64] = [:]

    static let format: UInt8 = 1

    /// The record of one input.
    package static func record(_ input: IdentityInput) -> [UInt8] {
        var writer = ByteWriter()
        writer.byte(format)
        writer.identityInput(input)
        return writer.bytes
    }

    init(settings: IntakeRouting) { self.settings = settings }

    func add(_ observation: Observation, realm: String) {
        let width = settings.observationBucketMs
        let bucket = observation.timeMs / width - (observation.timeMs % width < 0 ? 1 : 0)
        let key = Self.key(observation, bucket)
        if let earlier = sent[key], earlier <= observation.timeMs { return }
        if sent.count >= settings.cacheMax { sent.removeAll(keepingCapacity: true) }
        sent[key] = observation.timeMs
        add(.seen(observation), realm: realm)
    }

    func add(_ input: IdentityInput, realm: String) {
        pending[realm, default: ByteWriter(capacity: 4096)].identityInput(input)
        guard let writer = pending[realm], writer.bytes.count >= settings.linkBytesMax else { return }
        full.append((realm, writer.bytes))
        pending[realm] = nil
    }

    /// One record for each realm, more when they would be too large; entries are never split.
    func flush(into transaction: inout Transaction) {
        let rest = pending.sorted { $0.key < $1.key }.map { (realm: $0.key, entries: $0.value.bytes) }
        for record in full + rest {
            transaction.append(.links, key: Array(record.realm.utf8), value: [Self.format] + record.entries)
        }
        full.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
    }

    private static func key(_ o: Observation, _ bucket: Int64) -> Hash128 {
        var writer = ByteWriter(capacity: 32 + 20 * o.names.count)
        writer.signed(bucket)
        writer.byte((o.signsOut ? 1 : 0) | (o.consent.map { $0 ? 4 : 2 } ?? 0))
        for name in o.names { writer.hash(name.hash) }
        if let replaces = o.replaces {
            writer.hash(replaces.new.hash)
            writer.hash(replaces.old.hash)
        }
        return SHA256.hash128(writer.bytes)
    }
}
