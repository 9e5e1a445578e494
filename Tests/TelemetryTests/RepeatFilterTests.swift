// SPDX-License-Identifier: Apache-2.0
import Telemetry
import Testing

@Suite struct RepeatFilterTests {
    @Test func `what comes again is told once in a while, with how often it came between`() {
        let filter = RepeatFilter(intervalMs: 1_000)
        let told = (0..<25).map { filter.take("retrying", nowMs: 5_000 + Int64($0) * 100) }
        #expect(told.enumerated().filter { $0.element != nil }.map(\.offset) == [0, 10, 20])
        #expect(told.compactMap { $0 } == [0, 9, 9])
    }

    @Test func `another text is told at once`() {
        let filter = RepeatFilter(intervalMs: 1_000)
        #expect(["a", "b", "a", "b"].map { filter.take($0, nowMs: 0) } == [0, 0, nil, nil])
    }

    @Test func `no more texts are remembered than its bound`() {
        let filter = RepeatFilter(intervalMs: 1_000, textsMax: 2)
        #expect(["a", "b", "c", "a"].map { filter.take($0, nowMs: 0) } == [0, 0, 0, 0])
    }
}
