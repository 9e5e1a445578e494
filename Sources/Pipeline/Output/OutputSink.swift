// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// One output record on its way to people.
struct OutputRecord {
    var topic: Topic
    var attributes: EventAttributes
    /// The `data` member's JSON; nil: nothing stands under the key any more.
    var data: [UInt8]?
}

/// Where a replay's output records go.
protocol OutputSink: AnyObject {
    func take(_ record: OutputRecord) throws
    /// Writes what has been kept back. Called once, at the end.
    func finish() throws
    /// Net records by topic, after `finish`.
    var counts: [Topic: Int] { get }
}

/// `--to none`: counts only.
final class CountingSink: OutputSink {
    private var present: [Topic: Int] = [:]

    func take(_ record: OutputRecord) {
        present[record.topic, default: 0] += record.attributes.isRetraction ? -1 : 1
    }

    func finish() {}
    var counts: [Topic: Int] { present }
}
