// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Keeps intake waiting until the identity role of the same process has found that its state was made by the rules at hand:
/// what intake reads by other rules is in the logs for good, though the process ends at once.
final class RulesGate: Sendable {
    /// How long the identity role may be there without a partition: then another process has them, and finds out itself.
    static let withoutPartitionsMs: Int64 = 10_000

    private struct State {
        var isOpen: Bool
        /// The identity role's first round; nil: it has not come yet.
        var sinceMs: Int64?
    }

    private let state: Mutex<State>

    /// - Parameter isOpen: nobody here can tell.
    init(isOpen: Bool) { state = Mutex(State(isOpen: isOpen)) }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// The rules are those that made the state of a partition, or may go on with it.
    func open() { state.withLock { $0.isOpen = true } }

    /// After each round of the identity role: it may never be given a partition.
    func stepped(nowMs: Int64) {
        state.withLock { state in
            let sinceMs = state.sinceMs ?? nowMs
            state.sinceMs = sinceMs
            if nowMs - sinceMs >= Self.withoutPartitionsMs { state.isOpen = true }
        }
    }
}
