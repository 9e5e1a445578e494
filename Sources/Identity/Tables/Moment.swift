// SPDX-License-Identifier: Apache-2.0

/// One observation: what was seen, and when. Its place in the order in which observations count
/// (`IdentityState.isBefore`).
struct Moment: Hashable, Sendable {
    var timeMs: Int64
    /// What was seen, apart from the time: a number in `ContentTable`.
    var content: Int32
}
