// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Telemetry

@Suite struct ProgressReporterTests {
    @Test func `on anything but a terminal nothing is written`() {
        var reporter = ProgressReporter(isTerminal: false) { Issue.record("wrote \($0)") }
        reporter.update("read", done: 1, total: 2, unit: "B", nowMs: 0)
        reporter.finish()
    }

    @Test func `the line changes at most so often, and goes away`() {
        var written: [String] = []
        var reporter = ProgressReporter(isTerminal: true, everyMs: 100) { written.append($0) }
        for now in stride(from: 0, through: 250, by: 10) {
            reporter.update("read", done: now, total: 1000, unit: "B", nowMs: now)
        }
        #expect(written.count == 3)
        #expect(written.allSatisfy { $0.hasPrefix("\rread ") })
        reporter.finish()
        #expect(written.last?.allSatisfy { $0 == " " || $0 == "\r" } == true)
        reporter.finish()
        #expect(written.count == 4)
    }

    @Test func `a line says part, rate and time left`() {
        let half = ProgressReporter.line("read", done: 5_000_000, total: 10_000_000, unit: "B", elapsedMs: 2000)
        #expect(half == "read ██████████░░░░░░░░░░ 50 % 2.5 M B/s 2 s left")
        #expect(
            ProgressReporter.line("read", done: 0, total: 10, unit: "B", elapsedMs: 0)
                == "read ░░░░░░░░░░░░░░░░░░░░ 0 %"
        )
        #expect(ProgressReporter.line("read", done: 12, total: nil, unit: "B", elapsedMs: 1000) == "read 12 B 12 B/s")
        let long = ProgressReporter.line("read", done: 1, total: 100_000, unit: "B", elapsedMs: 1000)
        #expect(long.hasSuffix("27 h 46 min left"))
        #expect(ProgressReporter.line("read", done: 20, total: 10, unit: "B", elapsedMs: 1000).contains("100 %"))
    }
}
