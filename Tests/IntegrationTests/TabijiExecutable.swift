// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Synchronization
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The program under test: what `TABIJI_BINARY` names, else the one that was built with the tests.
enum TabijiExecutable {
    static let url: URL? = {
        let named = ProcessInfo.processInfo.environment["TABIJI_BINARY"].flatMap { $0.isEmpty ? nil : $0 }
        let beside = Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("tabiji")
        guard let url = named.map({ URL(fileURLWithPath: $0) }) ?? beside else { return nil }
        return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
    }()
    static var isThere: Bool { url != nil }
    static let missing: Comment = "left out: no executable at TABIJI_BINARY, nor beside the tests"

    /// The folder of the package.
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Starts it with the shipped configuration and no settings but those given. Both outputs go to the end of a file.
    static func start(_ arguments: [String], settings: [String: String], log: URL) throws -> Process {
        let process = Process()
        let executable: URL = try #require(url)
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = package
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TABIJI_") }
            .merging(settings) { $1 }
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try output.close()
        return process
    }

    /// Runs it to its end, which must be a good one.
    static func run(_ arguments: [String], settings: [String: String], log: URL) throws {
        let process = try start(arguments, settings: settings, log: log)
        process.waitUntilExit()
        let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        try #require(process.terminationStatus == 0, "tabiji \(arguments.joined(separator: " ")): \(said.suffix(2000))")
    }
}

/// `tabiji run` under one instance's name, through restarts.
final class Daemon {
    let instance: String
    private let folder: URL
    private let settings: [String: String]
    private var process: Process?
    private var starts = 0

    /// Its state and its logs lie in the folder.
    init(_ instance: String, folder: URL, settings: [String: String]) {
        self.instance = instance
        self.folder = folder
        self.settings = settings.merging(["TABIJI_INSTANCE": instance, "TABIJI_HTTP_PORT": "0"]) { $1 }
    }

    private var log: URL { folder.appendingPathComponent("\(instance)-\(starts).log") }

    func start() throws {
        starts += 1
        let data = folder.appendingPathComponent("data-\(instance)").path
        process = try TabijiExecutable.start(["run", "--data", data], settings: settings, log: log)
    }

    /// SIGTERM.
    ///
    /// - Returns: the exit code; nil: it did not stop in time, or not of its own will.
    func stop(within limit: Duration = .seconds(60)) -> Int32? {
        guard let process else { return nil }
        process.terminate()
        let end = ContinuousClock.now + limit
        while process.isRunning, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.05) }
        guard !process.isRunning, process.terminationReason == .exit else { return nil }
        return process.terminationStatus
    }

    /// Waits until it ends by itself.
    ///
    /// - Returns: the exit code; nil: it still runs, or was ended.
    func end(within limit: Duration = .seconds(60)) -> Int32? {
        let end = ContinuousClock.now + limit
        while isRunning, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.05) }
        guard let process, !process.isRunning, process.terminationReason == .exit else { return nil }
        return process.terminationStatus
    }

    /// SIGKILL, if it still runs.
    func kill() {
        guard let process, process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var isRunning: Bool { process?.isRunning ?? false }

    /// What it says of itself; nil: it does not answer.
    func status() -> DaemonStatus? {
        guard let process, process.isRunning,
            let port = logged().firstMatch(of: /http_port=(\d+)/)?.output.1,
            let url = URL(string: "http://127.0.0.1:\(port)/v1/status")
        else { return nil }
        var request = URLRequest(url: url)
        if let name = settings["TABIJI_HTTP_TOKENS_READ"]?.dropFirst("env:".count), let token = settings[String(name)] {
            request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        }
        return send(request).flatMap { try? JSONDecoder().decode(DaemonStatus.self, from: $0.body) }
    }

    /// Sends a request and waits for its answer; nil: there was none.
    private func send(_ request: URLRequest) -> (status: Int, body: Data)? {
        let answered = DispatchSemaphore(value: 0)
        let answer = Mutex<(status: Int, body: Data)?>(nil)
        URLSession.shared.dataTask(with: request) { body, response, _ in
            if let status = (response as? HTTPURLResponse)?.statusCode {
                answer.withLock { $0 = (status, body ?? Data()) }
            }
            answered.signal()
        }.resume()
        answered.wait()
        return answer.withLock { $0 }
    }

    /// The body of the answer to a request without a token.
    func body(of path: String, at url: String) throws -> String {
        let address: URL = try #require(URL(string: "\(url)\(path)"))
        return String(decoding: send(URLRequest(url: address))?.body ?? Data(), as: UTF8.self)
    }

    /// What a request without a token is answered with.
    func statusCode(of path: String, at url: String) throws -> Int {
        let address: URL = try #require(URL(string: "\(url)\(path)"))
        return send(URLRequest(url: address))?.status ?? 0
    }

    /// Its address, once it answers.
    func url(within limit: Duration) throws -> String {
        let end = ContinuousClock.now + limit
        while status() == nil, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.1) }
        let port = try #require(logged().firstMatch(of: /http_port=(\d+)/)?.output.1, "no answer\n\(story)")
        return "http://127.0.0.1:\(port)"
    }

    /// Sends a file of events.
    ///
    /// - Returns: the status of the answer.
    func post(_ file: URL, to url: String, encoding: String? = nil) throws -> Int {
        let address: URL = try #require(URL(string: "\(url)/v1/events"))
        var request = URLRequest(url: address)
        request.httpMethod = "POST"
        request.httpBody = try Data(contentsOf: file)
        request.setValue(encoding, forHTTPHeaderField: "Content-Encoding")
        return send(request)?.status ?? 0
    }

    /// The ends of its logs.
    var story: String {
        (1...max(1, starts)).map { number in
            let log = folder.appendingPathComponent("\(instance)-\(number).log")
            let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            return "--- \(log.lastPathComponent)\n\(text.suffix(2000))"
        }.joined(separator: "\n")
    }

    private func logged() -> String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}

/// What `/v1/status` tells.
struct DaemonStatus: Decodable {
    struct Role: Decodable {
        /// Read since its start.
        var records: Int
        var caught_up: Bool
    }

    var watermark: String?
    var digest: String
    var read: Int
    var events: Int
    var customers: Int
    var deadletters: [String: Int]
    var refused_control: [String: Int]
    var roles: [String: Role]

    var isCaughtUp: Bool { !roles.isEmpty && roles.values.allSatisfy(\.caught_up) }
}
