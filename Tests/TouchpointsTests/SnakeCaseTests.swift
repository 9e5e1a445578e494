// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Touchpoints

@Suite struct SnakeCaseTests {
    @Test(arguments: [
        ("Order Completed", "order_completed"), ("productAdded", "product_added"), ("HTTPRequest", "http_request"),
        ("A/B Test", "a_b_test"), ("購入完了", "購入完了"), ("order_completed", "order_completed"),
        (" checkout-step 2 ", "checkout_step_2"), ("Step2Done", "step2_done"), ("2FA Enabled", "_2_fa_enabled"),
        ("ＰａｇｅＶｉｅｗｅｄ", "page_viewed"), ("Café Visited ✅", "café_visited"), ("ÉtéÎle", "été_île"),
        ("カート 追加", "カート_追加"), ("ΟΔΟΣ", "οδοσ"), ("किताब देखी", "किताब_देखी"), ("İptal", "i\u{307}ptal"),
        ("e\u{301}t", "ét"), ("__a__b__", "a_b"), ("_2fa", "_2fa"), ("9", "_9"),
    ])
    func `names are taken to snake case, once and for all`(raw: String, expected: String) {
        let found = SnakeCase.name(raw)
        #expect(found.map { Array($0.utf8) } == Array(expected.utf8))
        #expect(found.flatMap(SnakeCase.name) == found)
    }

    @Test func `a name has 1 to 64 characters`() {
        for bad in ["", "!!", "_", " ", String(repeating: "x", count: 65), String(repeating: "購", count: 65)] {
            #expect(SnakeCase.name(bad) == nil)
        }
        for good in [String(repeating: "x", count: 64), String(repeating: "購", count: 64)] {
            #expect(SnakeCase.name(good) == good)
        }
    }

    @Test(arguments: [
        ("\u{3000}Ａ.Ｂ＠Example.COM\u{a0}", "a.b@example.com"), (" a@B ", "a@b"), ("x", nil), ("@x", nil), ("x@", nil),
        ("a@b@c", nil), ("@", nil), ("", nil), ("İ@x", "i\u{307}@x"),
    ])
    func `an e-mail address has one at sign and something on both sides`(text: String, expected: String?) {
        #expect(IdentifierText.email(text).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test(arguments: [
        ("  u1\n", "u1"), ("\u{85}\u{2028}u\u{202f}1\u{205f}\u{3000}", "u\u{202f}1"), ("\u{200b}u", "\u{200b}u"),
        ("", ""), (" \t ", ""), ("é ", "é"), ("\u{1680}a\u{2009}", "a"),
    ])
    func `Unicode's white space is trimmed`(text: String, expected: String) {
        let bytes = Array(text.utf8)
        #expect(IdentifierText.trim(bytes, 0..<bytes.count).map { Array(bytes[$0]) } == Array(expected.utf8))
        #expect(Array(IdentifierText.trimmed(text).utf8) == Array(expected.utf8))
    }

    @Test(arguments: ["a\0b", "a\u{85}b", "a\u{7f}", "\u{80}", String(repeating: "é", count: 129)])
    func `control characters and over 256 bytes are refused`(text: String) {
        let bytes = Array(text.utf8)
        #expect(IdentifierText.trim(bytes, 0..<bytes.count) == nil)
    }
}
