// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Lets a text that comes again and again through once in a while, and counts what it held back.
public final class RepeatFilter: Sendable {
    private struct Told {
        var atMs: Int64
        var heldBack = 0
    }

    private let intervalMs: Int64
    private let textsMax: Int
    private let told = Mutex<[String: Told]>([:])

    /// - Parameters:
    ///   - intervalMs: between two times that the same text is let through. Milliseconds.
    ///   - textsMax: how many texts are remembered; with one more all are forgotten.
    public init(intervalMs: Int64 = 10_000, textsMax: Int = 256) {
        self.intervalMs = intervalMs
        self.textsMax = textsMax
    }

    /// - Returns: how often the text was held back since it was last let through; nil: it is held back now.
    public func take(_ text: String, nowMs: Int64) -> Int? {
        told.withLock { told in
            if let last = told[text] {
                if nowMs - last.atMs < intervalMs {
                    told[text]?.heldBack += 1
                    return nil
                }
                told[text] = Told(atMs: nowMs)
                return last.heldBack
            }
            if told.count >= textsMax { told.removeAll(keepingCapacity: true) }
            told[text] = Told(atMs: nowMs)
            return 0
        }
    }
}
