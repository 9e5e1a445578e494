// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Scenarios kept beside the tests, and fresh ones where the executable specification is at hand.
enum ScenarioSource {
    static let kept: [Scenario] = (try? lines(of: Data(contentsOf: fixture("scenarios.ndjson")))) ?? []

    /// The folder of the specification; nil when it is not here.
    static let shared: URL? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../")
        let named = ProcessInfo.processInfo.environment["TABIJI_SHARED"].map { URL(fileURLWithPath: $0) }
        let folder = (named ?? root.appendingPathComponent("../shared")).standardizedFileURL
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("model/protocol.py").path)
            ? folder : nil
    }()

    static func fixture(_ name: String) throws -> URL {
        guard let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures") else {
            throw Scenario.Unreadable()
        }
        return url
    }

    /// A number that the environment may set: how many, or from which seed on.
    static func number(_ name: String, _ fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
    }

    static func fresh(in shared: URL, seed: Int, count: Int) throws -> [Scenario] {
        let script = try fixture("scenarios.py").path
        let model = shared.appendingPathComponent("model").path
        return try lines(of: python([script, model, String(seed), String(count)], in: model))
    }

    /// What a Python program prints.
    static func python(_ arguments: [String], in folder: String, input: Data? = nil) throws -> Data {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("python-\(UUID().uuidString)")
        try (input ?? Data()).write(to: scratch)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = try FileHandle(forReadingFrom: scratch)
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Scenario.Unreadable() }
        return said
    }

    private static func lines(of data: Data) throws -> [Scenario] {
        try data.split(separator: 10).map { try Scenario(line: Data($0)) }
    }
}
