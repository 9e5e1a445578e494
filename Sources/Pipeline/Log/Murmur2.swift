// SPDX-License-Identifier: Apache-2.0

/// The partitioner of Kafka's Java client, so that records with one key meet in one partition whoever produced them.
///
/// **Source**: `org.apache.kafka.common.utils.Utils.murmur2` and `BuiltInPartitioner.partitionForKey`.
package enum Murmur2 {
    /// The 32-bit hash of a key.
    static func hash(_ key: some Collection<UInt8>) -> UInt32 {
        let m: UInt32 = 0x5bd1_e995
        let length = key.count
        var h = 0x9747_b28c ^ UInt32(truncatingIfNeeded: length)
        var word: UInt32 = 0
        var filled: UInt32 = 0
        for byte in key {
            word |= UInt32(byte) << (filled * 8)
            filled += 1
            if filled == 4 {
                var k = word &* m
                k ^= k >> 24
                h = (h &* m) ^ (k &* m)
                word = 0
                filled = 0
            }
        }
        if filled > 0 { h = (h ^ word) &* m }
        h ^= h >> 13
        h = h &* m
        return h ^ (h >> 15)
    }

    /// The partition of a key among `count` > 0.
    package static func partition(of key: some Collection<UInt8>, count: Int32) -> Int32 {
        precondition(count > 0, "a topic has at least one partition")
        return Int32(bitPattern: hash(key) & 0x7fff_ffff) % count
    }
}
