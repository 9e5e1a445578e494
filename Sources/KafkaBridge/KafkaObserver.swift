// SPDX-License-Identifier: Apache-2.0

/// What a client tells about itself, beside its results.
public struct KafkaObserver: Sendable {
    /// **Thread**: the library's own; return at once. Severity as in syslog: 0 emergency … 7 debug.
    public var log: @Sendable (_ severity: Int, _ facility: String, _ message: String) -> Void
    /// The library's statistics, JSON, every `statistics.interval.ms`. **Thread**: the one that polls the client.
    public var statistics: @Sendable (_ json: String) -> Void

    public init(
        log: @escaping @Sendable (_ severity: Int, _ facility: String, _ message: String) -> Void = { _, _, _ in },
        statistics: @escaping @Sendable (_ json: String) -> Void = { _ in }
    ) {
        self.log = log
        self.statistics = statistics
    }

    /// Tells nobody.
    public static let silent = KafkaObserver()
}
