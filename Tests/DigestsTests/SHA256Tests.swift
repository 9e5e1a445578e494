// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `the vectors of FIPS 180-4 come out`(text: String, expected: String) throws {
        var sha = SHA256()
        sha.update(text)
        let digest = sha.finalize()
        #expect(digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == expected)
        #expect(SHA256.hash128(Array(text.utf8)) == Hash128(hex: String(expected.prefix(32))))
    }

    @Test func `a prefix can be continued many times`() {
        var prefix = SHA256()
        prefix.update("abc")
        for suffix in ["", "d", String(repeating: "e", count: 200)] {
            var one = prefix
            one.update(suffix)
            #expect(one.hash128() == SHA256.hash128(Array(("abc" + suffix).utf8)))
        }
    }

    @Test func `pieces and slices are hashed as the whole`() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var sha = SHA256()
        sha.update(bytes[..<333])
        sha.update(bytes[333...])
        #expect(sha.hash128() == SHA256.hash128(bytes))
    }
}

@Suite struct Hash128Tests {
    @Test func `text and bytes read back`() throws {
        let hash = try #require(Hash128(hex: "00112233445566778899aabbccddeeff"))
        #expect(hash.hex == "00112233445566778899aabbccddeeff")
        var bytes: [UInt8] = []
        hash.append(to: &bytes)
        #expect(Hash128(bytes: bytes, at: 0) == hash)
        #expect(Hash128(hex: "00112233445566778899AABBCCDDEEFF") == hash)
    }

    @Test(arguments: [
        "", "0", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeff0",
        "g0112233445566778899aabbccddeeff",
    ])
    func `other text is no hash`(text: String) {
        #expect(Hash128(hex: text) == nil)
    }

    @Test func `hashes sort as their text does`() {
        var random = SystemRandomNumberGenerator()
        let hashes = (0..<200).map { _ in Hash128(high: random.next() % 3, low: random.next()) }
        #expect(hashes.sorted().map(\.hex) == hashes.map(\.hex).sorted())
    }
}
