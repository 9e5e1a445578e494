// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Counts the C handles of one store that are alive, so that tests can show that each is freed, on every path.
final class HandleLedger: Sendable {
    enum Kind: Int, CaseIterable {
        case database, cache, options, readOptions, writeOptions, batch, iterator, pinned, checkpoint, errorText
    }

    private struct Counts {
        var alive = [Int](repeating: 0, count: Kind.allCases.count)
        var made = [Int](repeating: 0, count: Kind.allCases.count)
    }

    private let counts = Mutex(Counts())

    func opened(_ kind: Kind) {
        counts.withLock { counts in
            counts.alive[kind.rawValue] += 1
            counts.made[kind.rawValue] += 1
        }
    }

    func freed(_ kind: Kind) { counts.withLock { $0.alive[kind.rawValue] -= 1 } }

    /// Handles that were made and not freed yet.
    func alive(_ kind: Kind) -> Int { counts.withLock { $0.alive[kind.rawValue] } }

    /// Handles that were ever made.
    func made(_ kind: Kind) -> Int { counts.withLock { $0.made[kind.rawValue] } }
}
