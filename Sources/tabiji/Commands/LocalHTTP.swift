// SPDX-License-Identifier: Apache-2.0
internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// Asks a daemon's HTTP API.
enum LocalHTTP {
    private static let timeoutSeconds = 10.0

    static func get(_ address: String) throws -> [UInt8] {
        guard let url = URL(string: address) else { throw UsageError("'\(address)' is no address of a daemon") }
        let answer = Answer()
        var request = URLRequest(url: url)
        request.timeoutInterval = timeoutSeconds
        let session = URLSession(configuration: .ephemeral)
        let task = session.dataTask(with: request) { data, response, error in
            answer.set(data, (response as? HTTPURLResponse)?.statusCode, error.map { "\($0.localizedDescription)" })
        }
        task.resume()
        answer.wait()
        session.invalidateAndCancel()
        guard let data = answer.data, answer.status == 200 else {
            let why = answer.failure ?? "it answered with \(answer.status.map(String.init) ?? "nothing")"
            throw ServiceUnavailable(
                "no daemon at \(address): \(why). Is tabiji run running, and is http.port the same?"
            )
        }
        return [UInt8](data)
    }

    /// Filled once, on the session's queue, before `wait` returns.
    private final class Answer: @unchecked Sendable {  // The semaphore orders the one write before all reads.
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
