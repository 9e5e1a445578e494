// SPDX-License-Identifier: Apache-2.0

extension MetricsRegistry {
    /// The content type of `prometheusText`.
    public static let prometheusContentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics in Prometheus' text format 0.0.4, sorted by name and labels.
    ///
    /// **Source** prometheus.io/docs/instrumenting/exposition_formats
    public var prometheusText: [UInt8] {
        var out: [UInt8] = []
        for (name, family) in snapshot {
            out.append("# HELP \(name) \(Self.escape(family.help, quotes: false))\n")
            out.append("# TYPE \(name) \(family.kind)\n")
            let lines = family.series.map { (labels: Self.text($0.key), series: $0.value) }
            for (labels, series) in lines.sorted(by: { $0.labels < $1.labels }) {
                Self.write(series, name, labels, &out)
            }
        }
        return out
    }

    private static func write(_ series: Series, _ name: String, _ labels: String, _ out: inout [UInt8]) {
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        switch series {
        case .counter(let counter): out.append("\(name)\(braces) \(counter.value)\n")
        case .read(let read): out.append("\(name)\(braces) \(number(read()))\n")
        case .histogram(let histogram):
            let content = histogram.snapshot
            let head = labels.isEmpty ? "" : labels + ","
            var total = 0
            for (index, count) in content.counts.enumerated() {
                total += count
                let bound = index < histogram.bounds.count ? number(histogram.bounds[index]) : "+Inf"
                out.append("\(name)_bucket{\(head)le=\"\(bound)\"} \(total)\n")
            }
            out.append("\(name)_sum\(braces) \(number(content.sum))\n")
            out.append("\(name)_count\(braces) \(total)\n")
        }
    }

    private static func text(_ labels: [MetricLabel]) -> String {
        labels.map { "\($0.name)=\"\(escape($0.value, quotes: true))\"" }.joined(separator: ",")
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
