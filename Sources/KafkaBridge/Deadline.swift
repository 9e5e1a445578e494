// SPDX-License-Identifier: Apache-2.0

/// A moment by which a call must be done.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(after duration: Duration) { end = .now + duration }

    var hasPassed: Bool { ContinuousClock.now >= end }

    /// What is left, at most `limit`, rounded up, as the library takes it. Never negative: −1 would mean "for ever".
    func remainingMs(atMost limit: Duration) -> Int32 {
        min(ContinuousClock.now.duration(to: end), limit).wholeMilliseconds
    }
}

extension Duration {
    /// Milliseconds, rounded up, within 0…2³¹−1.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        if seconds > 2_000_000 { return Int32.max }
        return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
