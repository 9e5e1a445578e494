// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Identity
internal import Touchpoints

/// A record of `tabiji.forgotten`: kept for ever, and read first by every replay, so that what was forgotten stays so.
///
/// Packed: format byte, realm, the identifier by its keyed hash alone, both ends of the span.
struct ForgottenRecord: Equatable {
    var realm: String
    var forgotten: ForgetRecord

    static let format: UInt8 = 1

    var packed: [UInt8] {
        var writer = ByteWriter(capacity: 64)
        writer.byte(Self.format)
        writer.text(realm)
        let name = forgotten.identifier
        writer.identifier(Identifier(namespace: name.namespace, hash: name.hash))
        writer.word64(UInt64(bitPattern: forgotten.fromMs))
        writer.word64(UInt64(bitPattern: forgotten.toMs))
        return writer.bytes
    }

    /// The same record has the same key: the topic is compacted.
    var key: [UInt8] { SHA256.hash128(packed).bytes }

    /// What the identity log says of it.
    var input: IdentityInput {
        .fact(.forgotten(forgotten.identifier, fromMs: forgotten.fromMs, toMs: forgotten.toMs))
    }

    init(realm: String, forgotten: ForgetRecord) {
        self.realm = realm
        self.forgotten = forgotten
    }

    init(packed: [UInt8]) throws(PackedError) {
        var reader = ByteReader(packed)
        let format = try reader.byte()
        guard format <= Self.format else { throw .newerFormat(format) }
        realm = try reader.text()
        let identifier = try reader.identifier()
        let from = Int64(bitPattern: try reader.word64())
        forgotten = ForgetRecord(identifier: identifier, fromMs: from, toMs: Int64(bitPattern: try reader.word64()))
    }
}
