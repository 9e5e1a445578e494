// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Pipeline

@Suite struct Murmur2Tests {
    /// The values of Kafka's own `UtilsTest.testMurmur2`.
    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ])
    func `hashes are those of the Java client`(_ key: String, _ expected: Int) {
        #expect(Int(Int32(bitPattern: Murmur2.hash(Array(key.utf8)))) == expected)
    }

    @Test func `partitions are not negative and below the count`() {
        for length in 0..<64 {
            let partition = Murmur2.partition(of: [UInt8](repeating: UInt8(length), count: length), count: 7)
            #expect((0..<7).contains(partition))
        }
    }

    @Test func `a slice hashes like its copy`() {
        let bytes = Array("xxfoobaryy".utf8)
        #expect(Murmur2.hash(bytes[2..<8]) == Murmur2.hash(Array("foobar".utf8)))
    }

    @Test func `a negative hash still gives a partition`() {
        for count in Int32(1)...17 {
            let partition = Murmur2.partition(of: Array("21".utf8), count: count)
            #expect(partition == (Int32(-973_932_308) & 0x7fff_ffff) % count)
        }
    }
}
