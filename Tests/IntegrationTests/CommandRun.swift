// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// One command from its start to its end, with both outputs apart.
struct CommandRun {
    let status: Int32
    let output: String
    let errors: String

    init(_ arguments: [String], settings: [String: String] = [:]) throws {
        let process = Process()
        let executable: URL = try #require(TabijiExecutable.url)
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = TabijiExecutable.package
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TABIJI_") }
            .merging(["TABIJI_IDENTIFIER_KEY": "tabiji", "LANG": "C"]) { $1 }.merging(settings) { $1 }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tabiji-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["out", "err"].map { folder.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOf: files[0], encoding: .utf8)
        errors = try String(contentsOf: files[1], encoding: .utf8)
    }

    /// The output, as one JSON object.
    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
}
