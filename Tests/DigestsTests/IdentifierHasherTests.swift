// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

@Suite struct IdentifierHasherTests {
    @Test(arguments: [
        ("tabiji", "user_id:u1", "02615f0a5544867969d9a2ddfb97be6b"),
        ("Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c7"),
        (String(repeating: "k", count: 100), "email:a@example.com", "5a50c6103848edb79fa6c67a3aa65818"),
    ])
    func `the hash is the first half of HMAC-SHA-256`(key: String, text: String, expected: String) {
        #expect(IdentifierHasher(key: key).hash(text).hex == expected)
    }

    @Test func `namespace and value are joined by a colon`() {
        let hasher = IdentifierHasher(key: "tabiji")
        let whole = hasher.hash("email:a@example.com")
        #expect(hasher.identifier(realm: "default", namespace: "email", value: "a@example.com") == whole)
        #expect(hasher.identifier(hasher.prefix(realm: "default", namespace: "email"), value: "a@example.com") == whole)
    }

    @Test func `a realm of its own stands before the namespace`() {
        let hasher = IdentifierHasher(key: "tabiji")
        let found = hasher.identifier(realm: "shop", namespace: "email", value: "a@example.com")
        #expect(found == hasher.hash("shop/email:a@example.com"))
        #expect(found == hasher.identifier(hasher.prefix(realm: "shop", namespace: "email"), value: "a@example.com"))
    }
}
