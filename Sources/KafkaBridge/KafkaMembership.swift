// SPDX-License-Identifier: Apache-2.0
import CRdKafka

/// A consumer's standing in its group at one moment. Holds its client.
@safe public struct KafkaMembership: ~Copyable {
    public let member: String
    public let generation: Int32
    let pointer: OpaquePointer
    private let client: ClientHandle
    private let balance: HandleBalance?

    /// Whether the broker would check it. It accepts a transaction's offsets from (no member, −1) unseen, so those
    /// are never sent.
    public var isValid: Bool { !member.isEmpty && generation >= 0 }

    init(taking owned: OpaquePointer, client: ClientHandle) throws(KafkaError) {
        unsafe pointer = owned
        self.client = client
        balance = HandleBalance.noteCreated(.metadata)
        (member, generation) = unsafe Self.fields(of: owned)
    }

    deinit {
        unsafe rd_kafka_consumer_group_metadata_destroy(pointer)
        balance?.note(freed: .metadata)
    }

    /// Reads what this version has no getters for: 7 bytes of magic, the generation in 4 of the machine's, then the
    /// group's and the member's id, each ended by a zero. Anything unexpected reads as no membership.
    private static func fields(of metadata: OpaquePointer) -> (member: String, generation: Int32) {
        var buffer: UnsafeMutableRawPointer?
        var size = 0
        let failure = unsafe rd_kafka_consumer_group_metadata_write(metadata, &buffer, &size)
        guard unsafe KafkaError.taking(failure, operation: "group_metadata_write") == nil, let buffer = unsafe buffer
        else { return ("", -1) }
        defer { unsafe rd_kafka_mem_free(nil, buffer) }
        let bytes = unsafe Array(UnsafeRawBufferPointer(start: buffer, count: size))
        let magic = Array("CGMDv2:".utf8)
        guard bytes.count > magic.count + 4, bytes.starts(with: magic) else { return ("", -1) }
        var generation: UInt32 = 0
        for index in 0..<4 {
            let shift = _isLittleEndian ? index : 3 - index
            generation |= UInt32(bytes[magic.count + index]) << (shift * 8)
        }
        let parts = bytes[(magic.count + 4)...].split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return ("", -1) }
        return (String(decoding: parts[1], as: UTF8.self), Int32(bitPattern: generation))
    }

    private static var _isLittleEndian: Bool { UInt32(1).littleEndian == 1 }
}
