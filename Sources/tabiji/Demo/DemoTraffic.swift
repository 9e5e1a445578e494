// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Generator
internal import Pipeline
internal import Synchronization

/// Sends generated traffic to the log at a steady rate, on its own thread, until told to stop.
final class DemoTraffic: Sendable {
    private struct Stopped: Error {}

    private let isStopping = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)
    private let settings: TrafficSettings
    private let linesPerBeat: Int

    private static let beatSeconds = 0.1

    /// - Parameter rate: events a second.
    init(_ settings: TrafficSettings, rate: Int) {
        self.settings = settings
        linesPerBeat = max(1, Int(Double(rate) * Self.beatSeconds))
    }

    func start(_ transport: Transport) {
        Thread { [self] in
            var traffic = Traffic(settings)
            // Ends with its events, when told to stop, or when the log takes no more: the service says why.
            try? traffic.write { bytes in try send(bytes, transport) }
            ended.signal()
        }
        .start()
    }

    /// Returns when nothing more is sent.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        ended.wait()
    }

    private func send(_ bytes: [UInt8], _ transport: Transport) throws {
        var start = 0
        var lines = 0
        for index in bytes.indices where bytes[index] == 0x0a {
            lines += 1
            guard lines == linesPerBeat || index == bytes.count - 1 else { continue }
            if isStopping.load(ordering: .relaxed) { throw Stopped() }
            _ = try transport.append(lines: Array(bytes[start...index]))
            (start, lines) = (index + 1, 0)
            Thread.sleep(forTimeInterval: Self.beatSeconds)
        }
    }
}
