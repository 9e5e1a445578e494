// SPDX-License-Identifier: Apache-2.0
import Gzip
import Testing

@Suite struct DamagedGzipTests {
    private let text = (0..<20_000).map { "{\"id\":\"e\($0)\",\"n\":\($0 &* 2_654_435_761 % 1_000_003)}" }

    private func packed() throws -> [UInt8] { try Packing.gzip.pack(Array(text.joined(separator: "\n").utf8)) }

    @Test func `what is before the damage is delivered, then the byte is named`() throws {
        var bytes = try packed()
        let middle = bytes.count / 2
        for index in middle..<middle + 64 { bytes[index] = 0xFF }
        try withFile(bytes) { path in
            let (lines, error) = try readUntilFailure(path)
            #expect(error?.code == .corrupt)
            #expect((error?.byte ?? 0) >= middle)
            #expect(lines.count > 1000 && lines.count < text.count)
            // The unpacked bytes between the damage and where it shows are wrong in the file itself.
            #expect(lines.prefix(1000).map(\.text) == text.prefix(1000).map { $0 })
        }
    }

    @Test(arguments: [0.1, 0.5, 0.9])
    func `a file cut short is an error, not an end`(_ part: Double) throws {
        let bytes = try packed()
        try withFile(Array(bytes.prefix(Int(Double(bytes.count) * part)))) { path in
            let (lines, error) = try readUntilFailure(path)
            #expect(error?.code == .cutShort)
            #expect(error?.byte == Int(Double(bytes.count) * part))
            #expect(lines.map(\.text) == text.prefix(lines.count).map { $0 })
        }
    }

    @Test(arguments: 1..<30)
    func `a head cut short is an error too`(_ count: Int) throws {
        let bytes = Array(try packed().prefix(count))
        try withFile(bytes) { path in
            let (lines, error) = try readUntilFailure(path)
            #expect(error?.code == .cutShort)
            #expect(lines.isEmpty)
        }
    }

    @Test func `a wrong checksum is damage`() throws {
        var bytes = try packed()
        bytes[bytes.count - 6] ^= 1
        try withFile(bytes) { path in
            let (_, error) = try readUntilFailure(path)
            #expect(error?.code == .corrupt)
        }
    }

    @Test func `members follow each other, and zeros may follow the last`() throws {
        let first = try Packing.gzip.pack(Array("a\nb".utf8))
        let second = try Packing.gzip.pack(Array("c\nd\n".utf8))
        let empty = try Packing.gzip.pack([])
        try withFile(first + empty + second + [0, 0, 0]) { path in
            let texts = try read(path).map(\.text)
            #expect(texts == ["a", "bc", "d"])
        }
    }

    @Test func `other bytes after the last member are an error at their place`() throws {
        let whole = try Packing.gzip.pack(Array("a\n".utf8))
        for rubbish in [Array("rubbish".utf8), [0, 0, 7]] {
            try withFile(whole + rubbish) { path in
                let (lines, error) = try readUntilFailure(path)
                #expect(lines.map(\.text) == ["a"])
                #expect(error?.code == .corrupt)
                #expect(error?.byte == whole.count + (rubbish.firstIndex { $0 != 0 } ?? 0))
            }
        }
    }

    @Test func `random damage never traps`() throws {
        let whole = try packed()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<40 {
            var bytes = Array(whole.prefix(20_000))
            for _ in 0..<3 { bytes[Int.random(in: 2..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255) }
            try withFile(bytes) { path in
                let (_, error) = try readUntilFailure(path)
                #expect(error != nil)
            }
        }
    }
}
