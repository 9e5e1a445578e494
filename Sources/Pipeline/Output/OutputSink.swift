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
}

/// `--to none`: only the summary, which the roles count.
final class EmptySink: OutputSink {
    func take(_ record: OutputRecord) {}
    func finish() {}
}
