// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Counts the C handles of one store that are alive, so that tests can show that each is freed, on every path.
final class HandleLedger: Sendable {
    enum Kind: Int, CaseIterable {
        case database, cache, options, readOptions, writeOptions, batch, iterator, pinned, checkpoint, errorText
    }

    /// By kind. Counted with each read, so without a lock.
    private let made = InlineArray<11, Atomic<Int>> { _ in Atomic(0) }
    private let gone = InlineArray<11, Atomic<Int>> { _ in Atomic(0) }

    func opened(_ kind: Kind) { made[kind.rawValue].add(1, ordering: .relaxed) }
    func freed(_ kind: Kind) { gone[kind.rawValue].add(1, ordering: .relaxed) }

    /// Handles that were made and not freed yet.
    func alive(_ kind: Kind) -> Int { made(kind) - gone[kind.rawValue].load(ordering: .relaxed) }

    /// Handles that were ever made.
    func made(_ kind: Kind) -> Int { made[kind.rawValue].load(ordering: .relaxed) }
}
