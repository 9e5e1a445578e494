// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization

/// Questions of other threads to a role's engine, answered on its worker's thread between two rounds.
final class RoleQuestions: Sendable {
    private let waiting = Mutex<[@Sendable (IdentityRole) -> Void]>([])
    /// More are refused: people ask, not programs.
    private static let waitingMax = 64

    /// Waits for the answer.
    ///
    /// - Returns: nil when the role did not get to it in time, or does not run here.
    func ask<Answer: Sendable>(
        withinMs: Int,
        _ question: @escaping @Sendable (IdentityRole) -> Answer
    ) -> Answer? {
        let slot = Slot<Answer>()
        let isTaken = waiting.withLock { waiting in
            guard waiting.count < Self.waitingMax else { return false }
            waiting.append { slot.fill(question($0)) }
            return true
        }
        guard isTaken, slot.filled.wait(timeout: .now() + .milliseconds(withinMs)) == .success else { return nil }
        return slot.answer.withLock { $0 }
    }

    /// Answers what waits.
    func answer(_ role: IdentityRole) {
        let questions = waiting.withLock { waiting in
            defer { waiting.removeAll() }
            return waiting
        }
        for question in questions { question(role) }
    }

    private final class Slot<Answer: Sendable>: Sendable {
        let answer = Mutex<Answer?>(nil)
        let filled = DispatchSemaphore(value: 0)

        func fill(_ answer: Answer) {
            self.answer.withLock { $0 = answer }
            filled.signal()
        }
    }
}
