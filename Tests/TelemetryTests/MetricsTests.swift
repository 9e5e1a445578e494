// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Telemetry
import Testing

@Suite struct MetricsTests {
    private func text(_ registry: MetricsRegistry) -> String {
        String(decoding: registry.prometheusText, as: UTF8.self)
    }

    @Test func `the text has help, type and a line for each set of labels, sorted`() {
        let registry = MetricsRegistry()
        registry.counter("tabiji_records_total", "Records read.", [.init("topic", "b"), .init("role", "intake")]).add(3)
        registry.counter("tabiji_records_total", "Records read.", [.init("topic", "a"), .init("role", "intake")]).add()
        registry.gauge("tabiji_lag_records", "Records not read yet.") { 2.5 }
        registry.gauge("tabiji_ready", "Whether it is ready.") { 1 }
        #expect(
            text(registry) == """
                # HELP tabiji_lag_records Records not read yet.
                # TYPE tabiji_lag_records gauge
                tabiji_lag_records 2.5
                # HELP tabiji_ready Whether it is ready.
                # TYPE tabiji_ready gauge
                tabiji_ready 1
                # HELP tabiji_records_total Records read.
                # TYPE tabiji_records_total counter
                tabiji_records_total{role="intake",topic="a"} 1
                tabiji_records_total{role="intake",topic="b"} 3

                """
        )
    }

    @Test func `a histogram's buckets sum up, and end with everything`() {
        let registry = MetricsRegistry()
        let histogram = registry.histogram(
            "tabiji_commit_seconds",
            "Commits.",
            [.init("role", "journey")],
            bounds: [0.1, 1]
        )
        for value in [0.05, 0.1, 0.5, 7, .nan] { histogram.observe(value) }
        #expect(
            text(registry) == """
                # HELP tabiji_commit_seconds Commits.
                # TYPE tabiji_commit_seconds histogram
                tabiji_commit_seconds_bucket{role="journey",le="0.1"} 2
                tabiji_commit_seconds_bucket{role="journey",le="1"} 3
                tabiji_commit_seconds_bucket{role="journey",le="+Inf"} 4
                tabiji_commit_seconds_sum{role="journey"} 7.65
                tabiji_commit_seconds_count{role="journey"} 4

                """
        )
    }

    @Test func `help and label values are escaped`() {
        let registry = MetricsRegistry()
        registry.counter("tabiji_x_total", "a \"b\"\n\\c", [.init("v", "q\"\\\nz旅")]).add()
        #expect(text(registry).contains("# HELP tabiji_x_total a \"b\"\\n\\\\c\n"))
        #expect(text(registry).contains("tabiji_x_total{v=\"q\\\"\\\\\\nz旅\"} 1\n"))
    }

    @Test(arguments: [(0, "0"), (-3, "-3"), (0.25, "0.25"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN")])
    func `numbers are written as Prometheus reads them`(_ value: Double, _ expected: String) {
        let registry = MetricsRegistry()
        registry.gauge("tabiji_x", "x") { value }
        #expect(text(registry).hasSuffix("\ntabiji_x \(expected)\n"))
    }

    @Test func `the same name and labels are the same metric, in any order of labels`() {
        let registry = MetricsRegistry()
        let first = registry.counter("tabiji_x_total", "x", [.init("a", "1"), .init("b", "2")])
        #expect(first === registry.counter("tabiji_x_total", "x", [.init("b", "2"), .init("a", "1")]))
        #expect(first !== registry.counter("tabiji_x_total", "x", [.init("b", "2"), .init("a", "2")]))
    }

    @Test func `too many sets of labels are counted together`() {
        let registry = MetricsRegistry(seriesMax: 2)
        for value in ["a", "b", "c", "d", "a"] { registry.counter("tabiji_x_total", "x", [.init("v", value)]).add() }
        #expect(text(registry).contains("tabiji_x_total{v=\"a\"} 2\n"))
        #expect(text(registry).contains("tabiji_x_total{v=\"other\"} 2\n"))
        #expect(!text(registry).contains("v=\"c\""))
    }

    @Test func `a counter never goes down`() {
        let counter = MetricsRegistry().counter("tabiji_x_total", "x")
        counter.add(2)
        counter.add(-5)
        #expect(counter.value == 2)
    }

    @Test func `threads lose no count`() {
        let registry = MetricsRegistry()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<1000 {
                registry.counter("tabiji_x_total", "x").add()
                registry.histogram("tabiji_y_seconds", "y").observe(1)
            }
        }
        #expect(registry.counter("tabiji_x_total", "x").value == 8000)
        #expect(registry.histogram("tabiji_y_seconds", "y").count == 8000)
        #expect(registry.histogram("tabiji_y_seconds", "y").sum == 8000)
    }
}
