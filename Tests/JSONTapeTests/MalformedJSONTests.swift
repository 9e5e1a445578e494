// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import JSONTape

@Suite struct MalformedJSONTests {
    @Test(arguments: [
        "", " ", "{", "[", #"{"a":NaN}"#, #"{"a":1e999}"#, #"{"a":-Infinity}"#, #"{"a":01}"#, "{'a':1}",
        #"{"a":1}{"#, "{\"a\":\"\n\"}",
        "\u{feff}{}", "1.", ".5", "+1", "-", "1e", "1e+", "tru", "nulll", #"{"a":1,}"#, "[1,]", "[,1]",
        #"{"a" 1}"#, #"{"a":}"#,
        #"{1:2}"#, #""\x""#, #""\u12""#, #""\u123g""#, #"""#, "]", "}", "[}", "{]", "1 2", "[1 2]", "\u{0}", "{}\u{0}",
    ])
    func `what is no JSON is malformed`(text: String) throws {
        #expect(try canonical(text) == nil)
    }

    @Test(
        arguments: [
            [0xff], [0x22, 0xe3, 0x81, 0x22], [0x22, 0xed, 0xa0, 0xbd, 0x22], [0x22, 0xc0, 0xaf, 0x22],
            [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x80, 0x22],
        ] as [[UInt8]]
    )
    func `what is no UTF-8 is malformed`(bytes: [UInt8]) throws {
        #expect(try canonical(bytes) == nil)
    }

    @Test func `128 levels are allowed`() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func deep(_ levels: Int) -> String {
                let inside = open == "[" ? "" : "1"
                return String(repeating: open, count: levels) + inside + String(repeating: close, count: levels)
            }
            #expect(try canonical(deep(128)) != nil)
            #expect(try canonical(deep(129)) == nil)
            #expect(try canonical(deep(5000)) == nil)
        }
        #expect(try canonical(String(repeating: "[", count: 200_000)) == nil)
    }

    @Test func `numbers beyond a double are malformed`() throws {
        #expect(try canonical(String(repeating: "9", count: 400)) == nil)
        #expect(try canonical("-1e309") == nil)
        #expect(try canonical("1" + String(repeating: "0", count: 308)) == "1e+308")
    }

    @Test func `random and damaged bytes are parsed alike by both parsers, or by neither`() throws {
        var random = SystemRandomNumberGenerator()
        let seeds = [
            #"{"a":[1,2.5,"x\ud83d\ude00",null,true],"identifiers":{"u":["a",null]},"é":{"b":1e5,"b":-0.0}}"#,
            #"[[[[]]],{},"\u0000\n",123456789012345678901234567890,1e-5,"カート"]"#,
        ].map { Array($0.utf8) }
        let pieces = Array(#"{}[]",:\u0129eE+-.truefalsn \#n"#.utf8)
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            if round % 5 == 0 { bytes = (0..<round % 40).map { _ in pieces.randomElement(using: &random) ?? 0 } }
            for _ in 0..<Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: bytes.indices, using: &random)
                switch random.next() % 3 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: at)
                default: bytes.insert(pieces.randomElement(using: &random) ?? 0, at: at)
                }
            }
            _ = try canonical(bytes)
        }
    }
}
