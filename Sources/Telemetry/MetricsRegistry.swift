// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A name with its value. Values are few and known beforehand: topics, roles, reasons; never customers or identifiers.
public struct MetricLabel: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// All metrics of a process. Ask once for a metric and keep it: then counting takes no lock.
///
/// Names begin with `tabiji_` and end with their unit (`_seconds`, `_bytes`; counters then `_total`).
public final class MetricsRegistry: Sendable {
    enum Series: Sendable {
        case counter(Counter)
        case read(@Sendable () -> Double)
        case histogram(Histogram)
    }

    struct Family: Sendable {
        var kind: String
        var help: String
        var series: [[MetricLabel]: Series] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let seriesMax: Int

    /// `seriesMax`: sets of labels that one metric may have. Further ones are counted together, every label being
    /// `other`, so that a mistake cannot fill the memory.
    public init(seriesMax: Int = 500) {
        self.seriesMax = seriesMax
    }

    /// The counter of this name and these labels, made when it is new.
    public func counter(_ name: String, _ help: String, _ labels: [MetricLabel] = []) -> Counter {
        let series = series(name, "counter", help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = series else { return Counter() }
        return counter
    }

    /// A gauge that is read when somebody asks. `read` is called by the thread that asks; it must not ask for metrics.
    public func gauge(
        _ name: String,
        _ help: String,
        _ labels: [MetricLabel] = [],
        read: @escaping @Sendable () -> Double
    ) {
        _ = series(name, "gauge", help, labels, replacing: true) { .read(read) }
    }

    /// A counter that is kept elsewhere and read when somebody asks, as a gauge is.
    public func counter(
        _ name: String,
        _ help: String,
        _ labels: [MetricLabel] = [],
        read: @escaping @Sendable () -> Double
    ) {
        _ = series(name, "counter", help, labels, replacing: true) { .read(read) }
    }

    /// The histogram of this name and these labels, made when it is new. `bounds` ascend.
    public func histogram(
        _ name: String,
        _ help: String,
        _ labels: [MetricLabel] = [],
        bounds: [Double] = Histogram.latencyBounds
    ) -> Histogram {
        let series = series(name, "histogram", help, labels) { .histogram(Histogram(bounds: bounds)) }
        guard case .histogram(let histogram) = series else { return Histogram(bounds: bounds) }
        return histogram
    }

    /// All families by name, sorted.
    var snapshot: [(name: String, family: Family)] {
        families.withLock { $0 }.map { (name: $0.key, family: $0.value) }.sorted { $0.name < $1.name }
    }

    private func series(
        _ name: String,
        _ kind: String,
        _ help: String,
        _ labels: [MetricLabel],
        replacing: Bool = false,
        _ make: () -> Series
    ) -> Series {
        precondition(Self.isName(name) && name.hasPrefix("tabiji_"), "\(name) is no name for a metric of ours")
        precondition(labels.allSatisfy { Self.isName($0.name) }, "a label of \(name) has no proper name")
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind, help: help)
            precondition(family.kind == kind, "\(name) is a \(family.kind), not a \(kind)")
            var labels = labels.sorted { $0.name < $1.name }
            if family.series[labels] == nil, family.series.count >= seriesMax {
                labels = labels.map { MetricLabel($0.name, "other") }
            }
            if let known = family.series[labels], !replacing { return known }
            let made = make()
            family.series[labels] = made
            families[name] = family
            return made
        }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 95
        }
    }
}
