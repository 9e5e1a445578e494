// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// The newest event time of each source, as intake's ticks tell it: what a watermark follows from. Part of a partition's
/// state, a row each.
struct SourceTimes {
    private var newestMs: [String: Int64] = [:]

    /// Up to which everything is thought to have come: the least of the sources, less an allowance. The least time there
    /// is while no source is known.
    func watermarkMs(behindMs: Int64) -> Int64 {
        guard let least = newestMs.values.min(), least > .min + behindMs else { return .min }
        return least - behindMs
    }

    /// Takes a source's row.
    mutating func load(_ source: String, _ value: [UInt8]) throws(PackedError) {
        var reader = ByteReader(value)
        newestMs[source] = Int64(bitPattern: try reader.word64())
    }

    /// - Returns: the source's new row; nil: it is no news.
    mutating func take(_ source: String, _ timeMs: Int64) -> [UInt8]? {
        if let known = newestMs[source], known >= timeMs { return nil }
        // A source that joins late does not take the watermark back: deadlines up to it have fired.
        let timeMs = max(timeMs, newestMs[source] == nil ? newestMs.values.min() ?? .min : .min)
        newestMs[source] = timeMs
        var writer = ByteWriter()
        writer.word64(UInt64(bitPattern: timeMs))
        return writer.bytes
    }
}
