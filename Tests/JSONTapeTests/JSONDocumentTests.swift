// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import JSONTape

/// The canonical form of a text, by both parsers, which must agree; nil when it is malformed.
func canonical(_ text: String) throws -> String? { try canonical(Array(text.utf8)) }

func canonical(_ bytes: [UInt8]) throws -> String? {
    let parser = JSONParser()
    var document = JSONDocument()
    func form(_ outcome: JSONParser.Outcome) -> String? {
        guard outcome == .parsed else { return nil }
        var out: [UInt8] = []
        document.appendCanonical(JSONDocument.root, to: &out)
        return String(decoding: out, as: UTF8.self)
    }
    let fast = form(parser.parse(bytes, 0..<bytes.count, into: &document))
    let slow = form(parser.parseSlowly(bytes, into: &document))
    try #require(fast == slow)
    return fast
}

@Suite struct JSONDocumentTests {
    @Test(arguments: [
        ("9007199254740993", "9007199254740993"), ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775807", "-9223372036854775807"), ("9223372036854775808", "9223372036854776000"),
        ("-9223372036854775808", "-9223372036854776000"), ("18446744073709551615", "18446744073709552000"),
        ("18446744073709551616", "18446744073709552000"), ("9007199254740993.0", "9007199254740993"),
        ("1.2345678901234568E18", "1234567890123456800"), ("7.0", "7"), ("70e-1", "7"), ("-0.0", "0"), ("-0", "0"),
        ("1e-400", "0"), ("1e-99999999999999999999", "0"), ("0e99999999999999999999", "0"), ("7.5", "7.5"),
        ("1e300", "1e+300"), ("0.000001", "0.000001"), ("1e-7", "1e-7"), ("1e21", "1e+21"),
        ("100000000000000000000", "100000000000000000000"), ("1.0000000000000000000000001", "1"), ("19.99", "19.99"),
        ("0.1", "0.1"), ("4.50", "4.5"), ("2e-3", "0.002"), ("333333333.33333329", "333333333.3333333"),
        ("123456789012345678e1", "1234567890123456780"), ("5e-324", "5e-324"),
    ])
    func `whole numbers below 2^63 keep all their digits`(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test(arguments: [
        ("0000000000000000", "0"), ("8000000000000000", "0"), ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"), ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"), ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"), ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"), ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"), ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"), ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"), ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"), ("43143ff3c1cb0959", "1424953923781206.2"),
    ])
    func `doubles are printed as in RFC 8785 appendix B`(bits: String, expected: String) throws {
        let value = Double(bitPattern: try #require(UInt64(bits, radix: 16)))
        var out: [UInt8] = []
        CanonicalNumber.append(value, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == expected)
    }

    @Test func `printed doubles read back as the same`() {
        var random = SystemRandomNumberGenerator()
        for round in 0..<20_000 {
            let cents = Double(random.next() % 100_000_000_000) / 100
            let value = round % 2 == 0 ? cents : Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            var out: [UInt8] = []
            CanonicalNumber.append(value, to: &out)
            #expect(Double(String(decoding: out, as: UTF8.self)) == value)
        }
    }

    @Test func `members stand in the order of UTF-16`() throws {
        let text = "{\"\u{20ac}\":0,\"\\r\":1,\"\u{fb33}\":2,\"1\":3,\"\u{80}\":4,\"\u{1f600}\":5,\"\u{f6}\":6}"
        let sorted = "{\"\\r\":1,\"1\":3,\"\u{80}\":4,\"\u{f6}\":6,\"\u{20ac}\":0,\"\u{1f600}\":5,\"\u{fb33}\":2}"
        #expect(try canonical(text) == sorted)
    }

    @Test func `texts are escaped as RFC 8785 says`() throws {
        let text = #"{"string":"\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#
        #expect(try canonical(text) == #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#)
    }

    @Test func `the last of repeated names counts`() throws {
        #expect(try canonical(#"{"a":1,"b":2,"a":3}"#) == #"{"a":3,"b":2}"#)
        #expect(try canonical(#"{"a":1,"a":null}"#) == "{}")
        let many = (0..<100).map { "\"k\($0 % 40)\":\($0)" }.joined(separator: ",")
        let found = try #require(try canonical("{\(many)}"))
        #expect(found.contains("\"k3\":83") && found.contains("\"k39\":79"))
    }

    @Test(arguments: [
        (#""\ud83d""#, "\"\u{fffd}\""), (#""\ude00x""#, "\"\u{fffd}x\""), (#""\ud83d\u0041""#, "\"\u{fffd}A\""),
        (#""\ud83d\ud83d\ude00""#, "\"\u{fffd}\u{1f600}\""), (#""\ud83d\ude00""#, "\"\u{1f600}\""),
        (#"{"\ud83d":1,"\ude00":2}"#, "{\"\u{fffd}\":2}"),
    ])
    func `a lone surrogate becomes U+FFFD`(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test(arguments: [
        (#"{"a":null,"b":[null],"traits":{"x":null,"y":{"z":null}}}"#, #"{"b":[null],"traits":{"x":null,"y":{}}}"#),
        (#"{"identifiers":{"crm":[null,"u"],"in":{"x":[null]}}}"#, #"{"identifiers":{"crm":["u"],"in":{"x":[null]}}}"#),
        (#"{"order_id":[null,1],"email":[null],"items":[null]}"#, #"{"email":[],"items":[null],"order_id":[1]}"#),
        (#"{"externalIds":[null,{"id":null}],"order_id":[[null]]}"#, #"{"externalIds":[{}],"order_id":[[null]]}"#),
    ])
    func `null is absent but among traits`(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
    }
}
