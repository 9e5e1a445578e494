// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Draws records at random and asks the executable model what it makes of them, with python3.
enum ModelDriver {
    /// The folder of the executable models: beside the package, or where the environment says.
    private static let model: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared = ProcessInfo.processInfo.environment["TABIJI_SHARED"].map { URL(filePath: $0) }
        return (shared ?? package.deletingLastPathComponent().appending(path: "shared")).appending(path: "model")
    }()

    /// Whether the models can be asked.
    static let isAtHand: Bool = {
        guard FileManager.default.fileExists(atPath: model.appending(path: "intake.py").path) else { return false }
        return (try? run(["-c", "import phonenumbers"])) != nil
    }()

    /// Cases with their answers, NDJSON. The same seed draws the same cases.
    static func draw(seed: Int, count: Int) throws -> Data {
        try run(["-c", modelScript, String(seed), String(count)])
    }

    private struct Failed: Error {}

    private static func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONPATH"] = model.path
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        process.environment = environment
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
        return data
    }
}
