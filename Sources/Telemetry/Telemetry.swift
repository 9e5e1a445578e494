// SPDX-License-Identifier: Apache-2.0

/// What a part of the program reports through: metrics for machines, the log for people.
public struct Telemetry: Sendable {
    public var metrics: MetricsRegistry
    public var log: Logger

    public init(metrics: MetricsRegistry = MetricsRegistry(), log: Logger = Logger()) {
        self.metrics = metrics
        self.log = log
    }

    /// Reports that something happened.
    public func report(_ event: some TelemetryEvent) { event.emit(self) }
}

/// Something that happened, as a value: it knows its log line and its metrics. Reported per batch, never per event.
public protocol TelemetryEvent: Sendable {
    func emit(_ telemetry: Telemetry)
}
