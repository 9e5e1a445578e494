// SPDX-License-Identifier: Apache-2.0
internal import Configuration
internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// Asks a daemon's HTTP API.
struct LocalHTTP {
    /// What a daemon answered.
    struct Answer {
        var status: Int
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// `http://HOST:PORT`
    let base: String
    var token: String?

    private static let timeoutSeconds = 20.0

    /// The daemon of `--url`, else of the configuration.
    init(_ arguments: Arguments, _ configuration: TabijiConfiguration, token: String? = nil) {
        let http = configuration.service.http
        base = arguments.one("--url") ?? "http://\(http.host):\(http.port)"
        self.token = token
    }

    /// The status of the daemon of `--url`, which needs no configuration unless the daemon asks for a token.
    ///
    /// - Returns: the body of a good answer.
    /// - Throws: `ServiceUnavailable`.
    static func status(_ arguments: Arguments) throws -> [UInt8] {
        if let url = arguments.one("--url") {
            let answer = try send("GET", "\(url)/v1/status", body: nil, token: nil)
            if answer.status != 401 { return try body(of: answer, from: url) }
        }
        let configuration = try Configured.load(arguments)
        let daemon = LocalHTTP(arguments, configuration, token: configuration.tokens.read)
        return try body(of: daemon.get("/v1/status"), from: daemon.base)
    }

    private static func body(of answer: Answer, from address: String) throws -> [UInt8] {
        if answer.status == 200 { return answer.body }
        let why = answer.status == 401 ? answer.text : advice
        throw ServiceUnavailable("no status from \(address): it answered with \(answer.status). \(why)")
    }

    /// - Parameter query: names and values, as they are.
    func get(_ path: String, query: [(String, String)] = []) throws -> Answer {
        var parts = URLComponents()
        parts.queryItems = query.isEmpty ? nil : query.map { URLQueryItem(name: $0.0, value: $0.1) }
        // A plus is a plus, not a blank.
        let text = parts.percentEncodedQuery?.replacingOccurrences(of: "+", with: "%2B")
        return try Self.send("GET", base + path + (text.map { "?\($0)" } ?? ""), body: nil, token: token)
    }

    func post(_ path: String, _ body: [UInt8]) throws -> Answer {
        try Self.send("POST", base + path, body: body, token: token)
    }

    private static let advice = "Is tabiji run running, and is http.port the same?"

    private static func send(_ method: String, _ address: String, body: [UInt8]?, token: String?) throws -> Answer {
        guard let url = URL(string: address), url.host != nil else {
            throw UsageError("'\(address)' is no address of a daemon")
        }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.timeoutInterval = timeoutSeconds
        if let body {
            request.httpBody = Data(body)
            request.setValue("application/x-ndjson", forHTTPHeaderField: "Content-Type")
        }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        let slot = Slot()
        let session = URLSession(configuration: .ephemeral)
        let task = session.dataTask(with: request) { data, response, error in
            slot.set(data, (response as? HTTPURLResponse)?.statusCode, error.map { "\($0.localizedDescription)" })
        }
        task.resume()
        slot.wait()
        session.invalidateAndCancel()
        guard let status = slot.status, slot.failure == nil else {
            let why = slot.failure ?? "it answered with nothing"
            throw ServiceUnavailable("no daemon at \(url.scheme ?? "http")://\(url.host ?? ""): \(why). \(advice)")
        }
        return Answer(status: status, body: [UInt8](slot.data ?? Data()))
    }

    // Filled once, on the session's queue; the semaphore orders that write before all reads.
    private final class Slot: @unchecked Sendable {
        private(set) var data: Data?
        private(set) var status: Int?
        private(set) var failure: String?
        private let done = DispatchSemaphore(value: 0)

        func set(_ data: Data?, _ status: Int?, _ failure: String?) {
            (self.data, self.status, self.failure) = (data, status, failure)
            done.signal()
        }

        func wait() { done.wait() }
    }
}
