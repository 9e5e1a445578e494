// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Synchronization

/// Runs workers until told to stop: one thread each. When one fails, all stop, and the first failure is what the process ends with.
final class Daemon: Sendable {
    struct Start {
        var name: String
        /// Asked again and again, until it is time.
        var mayBegin: @Sendable () -> Bool
        /// Makes the worker, on the thread that will own it.
        var make: @Sendable () throws -> Worker
        /// Watches it after each of its rounds.
        var watch: @Sendable (Worker) -> Void
    }

    private struct State {
        var isStopping = false
        var running = 0
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    /// Starts a thread for each.
    func start(_ starts: [Start]) {
        state.withLock { $0.running += starts.count }
        for start in starts {
            let thread = Thread { self.work(start) }
            thread.name = start.name
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Does something beside the workers again and again, on a thread of its own, until told to stop. Nobody waits for it.
    func repeatedly(_ name: String, everyMs: Int64, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread {
            var next = ContinuousClock.now + .milliseconds(everyMs)
            while !self.isStopping {
                Thread.sleep(forTimeInterval: 0.1)
                guard .now >= next else { continue }
                body()
                next = .now + .milliseconds(everyMs)
            }
        }
        thread.name = name
        thread.start()
    }

    /// Asks all workers to drain, commit and leave. Returns at once.
    func stop() { state.withLock { $0.isStopping = true } }

    var isStopping: Bool { state.withLock { $0.isStopping } }
    var isRunning: Bool { state.withLock { $0.running > 0 } }

    /// Waits until every worker has left.
    /// - Throws: the first failure.
    func join() throws {
        while state.withLock({ $0.running > 0 }) { ended.wait() }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// How long a round may wait for records. Milliseconds.
    private static let waitMs = 100

    private func work(_ start: Start) {
        do {
            while !isStopping, !start.mayBegin() { Thread.sleep(forTimeInterval: 0.01) }
            let worker = try start.make()
            while !isStopping {
                _ = try worker.step(waitMs: Self.waitMs)
                start.watch(worker)
            }
            try worker.close()
        } catch {
            state.withLock { state in
                if state.failure == nil { state.failure = error }
                state.isStopping = true
            }
        }
        state.withLock { $0.running -= 1 }
        ended.signal()
    }
}
