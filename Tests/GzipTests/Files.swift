// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gzip
import Testing

/// A line with its bytes.
struct ReadLine: Equatable {
    var bytes: [UInt8]
    var length: Int
    var number: Int
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// How a test's file is packed; `gzip` is the system's own.
enum Packing: String, CaseIterable, CustomTestStringConvertible {
    case plain, gzip, members

    var testDescription: String { rawValue }

    func pack(_ bytes: [UInt8]) throws -> [UInt8] {
        switch self {
        case .plain: return bytes
        case .gzip:
            let file = FileManager.default.temporaryDirectory.appending(path: "tabiji-lines-\(UUID().uuidString)")
            try Data(bytes).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/gzip")
            process.arguments = ["-c", file.path]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let packed = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            return Array(packed)
        case .members:
            let half = bytes.count / 2
            return try Packing.gzip.pack(Array(bytes[..<half])) + Packing.gzip.pack(Array(bytes[half...]))
        }
    }
}

func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "tabiji-lines-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file.path)
}

/// All lines of a file.
func read(_ path: String, lineBytesMax: Int = 1 << 20, bytesMax: Int = 1 << 16) throws -> [ReadLine] {
    let (lines, error) = try readUntilFailure(path, lineBytesMax: lineBytesMax, bytesMax: bytesMax)
    if let error { throw error }
    return lines
}

/// The lines before the first failure, and the failure, which must stay.
func readUntilFailure(
    _ path: String,
    lineBytesMax: Int = 1 << 20,
    bytesMax: Int = 1 << 16
) throws -> ([ReadLine], LineReaderError?) {
    var reader = try LineReader(path: path, lineBytesMax: lineBytesMax)
    var (arena, lines) = ([UInt8](), [LineReader.Line]())
    var all: [ReadLine] = []
    do throws(LineReaderError) {
        while try reader.next(into: &arena, lines: &lines, bytesMax: bytesMax) {
            all += lines.map { ReadLine(bytes: Array(arena[$0.bytes]), length: $0.length, number: $0.number) }
        }
        return (all, nil)
    } catch {
        do throws(LineReaderError) {
            _ = try reader.next(into: &arena, lines: &lines, bytesMax: bytesMax)
            Issue.record("the failure was forgotten")
        } catch let again {
            #expect(again == error)
        }
        return (all, error)
    }
}

/// Bytes that are no line ends, and differ.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { (index: Int) -> UInt8 in UInt8(32 + (index * 31 + index / 95) % 95) }
}
