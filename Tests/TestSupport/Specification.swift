// SPDX-License-Identifier: Apache-2.0
public import Foundation

/// The executable specification, where it is at hand, and what the environment says of tests.
public enum Specification {
    /// A Python program ended badly.
    public struct Failed: Error {}

    /// The folder of the specification: what `TABIJI_SHARED` names, else `../shared`; nil when it is not here.
    public static let shared: URL? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../")
        let named = ProcessInfo.processInfo.environment["TABIJI_SHARED"].map { URL(fileURLWithPath: $0) }
        let folder = (named ?? root.appendingPathComponent("../shared")).standardizedFileURL
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("model/protocol.py").path)
            ? folder : nil
    }()

    /// Whether what it says of telephone numbers can be asked: Debian's python3-phonenumbers is installed.
    public static let knowsPhoneNumbers: Bool = {
        guard let shared else { return false }
        return (try? python(["-c", "import phonenumbers"], in: shared.path)) != nil
    }()

    /// A number that the environment may set: how many, or from which seed on.
    public static func number(_ name: String, _ fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
    }

    /// What a Python program prints.
    public static func python(_ arguments: [String], in folder: String, input: Data? = nil) throws -> Data {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("python-\(UUID().uuidString)")
        try (input ?? Data()).write(to: scratch)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        // Debian's own, for which its packages are.
        let own = "/usr/bin/python3"
        let isThere = FileManager.default.isExecutableFile(atPath: own)
        process.executableURL = URL(fileURLWithPath: isThere ? own : "/usr/bin/env")
        process.arguments = (isThere ? [] : ["python3"]) + ["-B"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = try FileHandle(forReadingFrom: scratch)
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
        return said
    }
}
