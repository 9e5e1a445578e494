// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts the C handles that were created and not yet freed, for tests of lifetimes.
///
/// Nothing is counted unless a balance is observed: production pays one task-local read for each long-lived handle.
/// A handle keeps the balance it was created under, so that it is counted out there, whichever thread frees it.
package final class HandleBalance: Sendable {
    /// What is counted.
    package enum Kind: String, Sendable, CaseIterable {
        case client, context, topic, partitionList, error, queue, event, metadata, admin
    }

    @TaskLocal package static var observed: HandleBalance?

    private let counts = Mutex<[Kind: (created: Int, freed: Int)]>([:])

    package init() {}

    /// Handles alive now, those of zero left out.
    package var live: [Kind: Int] {
        counts.withLock { $0.mapValues { $0.created - $0.freed }.filter { $0.value != 0 } }
    }

    /// How many handles of a kind were ever created.
    package func created(_ kind: Kind) -> Int { counts.withLock { $0[kind]?.created ?? 0 } }

    func note(created kind: Kind) { counts.withLock { $0[kind, default: (0, 0)].created += 1 } }
    func note(freed kind: Kind) { counts.withLock { $0[kind, default: (0, 0)].freed += 1 } }

    /// Notes a creation under the observed balance and returns it, to be kept by the handle.
    static func noteCreated(_ kind: Kind) -> HandleBalance? {
        let balance = observed
        balance?.note(created: kind)
        return balance
    }
}
