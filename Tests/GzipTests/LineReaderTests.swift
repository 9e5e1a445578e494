// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gzip
import Testing

@Suite struct LineReaderTests {
    @Test(arguments: Packing.allCases)
    func `lines come in order, however the file ends them`(_ packing: Packing) throws {
        let cases: [(String, [String])] = [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\n\nb\n", ["a", "", "b"]),
            ("a\r\nb\r\n", ["a", "b"]), ("a\r", ["a"]), ("\r\n\r\n", ["", ""]), ("a\rb\n", ["a\rb"]),
            ("\n\n\n", ["", "", ""]),
        ]
        for (text, lines) in cases {
            try withFile(packing.pack(Array(text.utf8))) { path in
                let texts = try read(path).map(\.text)
                #expect(texts == lines, "of \(text.debugDescription)")
            }
        }
    }

    @Test(arguments: Packing.allCases)
    func `numbers count from one, over all calls`(_ packing: Packing) throws {
        let text = (1...5000).map { "line \($0)" }.joined(separator: "\n")
        try withFile(packing.pack(Array(text.utf8))) { path in
            let lines = try read(path, bytesMax: 100)
            #expect(lines.map(\.number) == Array(1...5000))
            #expect(lines.allSatisfy { $0.text == "line \($0.number)" })
        }
    }

    @Test(arguments: Packing.allCases, [0, 1, 100, 262_143, 262_144, 262_145, 3_000_000])
    func `a long line is whole, whatever blocks it spans`(_ packing: Packing, _ length: Int) throws {
        let long = pattern(length)
        try withFile(packing.pack(Array("first\n".utf8) + long + Array("\nlast".utf8))) { path in
            let lines = try read(path, lineBytesMax: 4_000_000)
            #expect(lines.map(\.length) == [5, length, 4])
            #expect(lines.count == 3 && lines[1].bytes == long)
        }
    }

    @Test(arguments: ["\n", "\r\n"], [99, 100, 101, 102, 700_000])
    func `of too long a line the start and the length are kept`(_ end: String, _ length: Int) throws {
        let long = pattern(length)
        try withFile(long + Array((end + "next" + end).utf8)) { path in
            let lines = try read(path, lineBytesMax: 100)
            #expect(lines.map(\.length) == [length, 4])
            #expect(lines.first?.bytes == Array(long.prefix(101)))
            #expect(lines.last?.text == "next")
        }
    }

    @Test func `memory does not grow with a line that is too long`() throws {
        try withFile([UInt8](repeating: 120, count: 20 << 20)) { path in
            var reader = try LineReader(path: path, lineBytesMax: 1 << 20)
            var arena: [UInt8] = []
            var lines: [LineReader.Line] = []
            let found = try reader.next(into: &arena, lines: &lines, bytesMax: 1 << 16)
            #expect(found)
            #expect(arena.count == 1 << 20 + 1)
            #expect(arena.capacity < 4 << 20)
            #expect(lines.first?.length == 20 << 20)
            #expect(lines.first?.bytes.count == 1 << 20 + 1)
        }
    }

    @Test func `a chunk is about as large as asked for`() throws {
        try withFile(Array(String(repeating: "123456789\n", count: 1000).utf8)) { path in
            var reader = try LineReader(path: path)
            var arena: [UInt8] = []
            var lines: [LineReader.Line] = []
            var chunks: [Int] = []
            while try reader.next(into: &arena, lines: &lines, bytesMax: 4000) { chunks.append(lines.count) }
            #expect(chunks == [400, 400, 200])
            #expect(lines.isEmpty && arena.isEmpty)
            #expect(reader.lineCount == 1000)
            let more = try reader.next(into: &arena, lines: &lines, bytesMax: 4000)
            #expect(!more)
        }
    }

    @Test func `a file that cannot be read says why`() throws {
        func code(_ path: String) -> LineReaderError.Code? {
            do throws(LineReaderError) {
                _ = try LineReader(path: path)
                return nil
            } catch {
                #expect(error.path == path)
                return error.code
            }
        }
        let folder = FileManager.default.temporaryDirectory.path
        #expect(code(folder + "/no/such/file.ndjson") == .notFound)
        #expect(code(folder) == .isFolder)
        try withFile([1]) { path in #expect(code(path + "/below") == .notFound) }
    }

    @Test func `pipes are read like files`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tabiji-lines-\(UUID().uuidString)"
        #expect(mkfifo(folder, 0o600) == 0)
        defer { unlink(folder) }
        let packed = try Packing.gzip.pack(Array("a\nb\n".utf8))
        Thread.detachNewThread {
            let pipe = FileHandle(forWritingAtPath: folder)
            for byte in packed { pipe?.write(Data([byte])) }
            try? pipe?.close()
        }
        let texts = try read(folder).map(\.text)
        #expect(texts == ["a", "b"])
    }
}
