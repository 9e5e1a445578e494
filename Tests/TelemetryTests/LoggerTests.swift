// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Telemetry
import Testing

@Suite struct LoggerTests {
    /// Collects lines.
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
        func logger(_ format: LogFormat, _ level: LogLevel = .info, at seconds: Double = 1_772_325_000.0625) -> Logger {
            Logger(level: level, format: format, now: { Date(timeIntervalSince1970: seconds) }) { line in
                self.all.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            }
        }
        var text: String { all.withLock { $0.joined() } }
    }

    @Test func `a line of text quotes what needs it`() {
        let lines = Lines()
        let log = lines.logger(.text).with(["role": "journey"])
        log.info("partition restored", ["records": 12, "seconds": 0.5, "cold": true, "why": "a b\n\"c\"", "none": ""])
        let head = "2026-03-01T00:30:00.062Z info partition restored role=journey records=12 seconds=0.5 cold=true"
        #expect(lines.text == head + " why=\"a b\\n\\\"c\\\"\" none=\"\"\n")
    }

    @Test func `a line of JSON is JSON, whatever the fields hold`() throws {
        let lines = Lines()
        let text = "q\" \\ \n \u{1} 旅"
        lines.logger(.json).error("it failed", ["text": "\(text)", "n": -1, "x": .number(.nan), "ok": false])
        let object = try JSONSerialization.jsonObject(with: Data(lines.text.utf8)) as? [String: Any]
        #expect(object?["text"] as? String == text)
        #expect(object?["n"] as? Int == -1)
        #expect(object?["x"] as? String == "nan")
        #expect(object?["ok"] as? Bool == false)
        #expect(object?["level"] as? String == "error")
        #expect(object?["message"] as? String == "it failed")
        #expect(object?["time"] as? String == "2026-03-01T00:30:00.062Z")
    }

    @Test func `what is below the level is not written`() {
        let lines = Lines()
        let log = lines.logger(.text, .warning)
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
        #expect(lines.all.withLock { $0.count } == 2)
        #expect(LogLevel(name: "warning") == .warning)
        #expect(LogLevel(name: "loud") == nil)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_399.999, "2000-02-28T23:59:59.999Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        (-0.5, "1969-12-31T23:59:59.500Z"), (1_798_761_599, "2026-12-31T23:59:59.000Z"),
    ])
    func `times are RFC 3339`(_ seconds: Double, _ expected: String) {
        let lines = Lines()
        lines.logger(.text, at: seconds).info("x")
        #expect(lines.text == "\(expected) info x\n")
    }
}
