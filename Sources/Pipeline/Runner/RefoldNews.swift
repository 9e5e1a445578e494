// SPDX-License-Identifier: Apache-2.0

/// When to tell the operator that customers are folded again: as it begins, now and then, and when all have been.
struct RefoldNews {
    private static let intervalMs: Int64 = 10_000
    private var toldMs: Int64?
    private var doneBefore = 0

    /// - Parameters:
    ///   - left: customers that are still to be folded again.
    ///   - done: those that have been.
    mutating func note(left: Int, done: Int, nowMs: Int64) -> ServiceFact? {
        guard left > 0 else {
            let more = done - doneBefore
            toldMs = nil
            doneBefore = done
            return more > 0 ? .refolded(customers: more) : nil
        }
        if let toldMs, nowMs - toldMs < Self.intervalMs { return nil }
        toldMs = nowMs
        return .refolding(left: left, done: done)
    }
}
