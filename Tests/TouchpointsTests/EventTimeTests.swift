// SPDX-License-Identifier: Apache-2.0
import Testing
import Touchpoints

@Suite struct EventTimeTests {
    private static let moment: Int64 = 1_772_325_000_000

    @Test(arguments: [
        "2026-03-01T09:30:00+09:00", "2026-03-01T00:30:00Z", "2026-03-01t00:30:00z", "2026-03-01 00:30:00-00:00",
        "2026-02-28T19:30:00.0009-05:00",
    ])
    func `forms of RFC 3339 with an offset are read`(text: String) {
        #expect(EventTime.parse(text) == Self.moment)
    }

    @Test func `fractions are cut towards the past`() {
        #expect(EventTime.parse("1970-01-01T00:00:00.9999Z") == 999)
        #expect(EventTime.parse("1969-12-31T23:59:59.9999Z") == -1)
        #expect(EventTime.parse("1970-01-01T00:00:00.1Z") == 100)
    }

    @Test func `second 60 is the next`() {
        #expect(EventTime.parse("2016-12-31T23:59:60Z") == EventTime.parse("2017-01-01T00:00:00Z"))
    }

    @Test(arguments: [
        "2026-03-01T09:30:00", "2026-03-01", "yesterday", "2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z",
        "2026-03-01T09:30:00+0900", "2026-03-01T09:30Z", "", "1772325000000", "2026-03-01T09:30:00+25:00",
        "0000-01-01T00:00:00Z", "2026-03-01T09:30:61Z", "2026-03-01T09:30:00.Z", "2026-03-01T09:30:00Z ",
        "２026-03-01T09:30:00Z",
        "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
    ])
    func `anything else is no time`(text: String) {
        #expect(EventTime.parse(text) == nil)
    }

    @Test func `what is formatted reads back`() {
        var random = SystemRandomNumberGenerator()
        #expect(EventTime.format(Self.moment) == "2026-03-01T00:30:00.000Z")
        #expect(EventTime.format(-1) == "1969-12-31T23:59:59.999Z")
        for _ in 0..<5000 {
            let ms = Int64.random(in: -62_135_596_800_000...EventTime.endOf9999Ms, using: &random)
            #expect(EventTime.parse(EventTime.format(ms)) == ms)
        }
    }

    @Test(arguments: [Int64.min, .max, 253_402_300_800_000, -62_135_596_800_001])
    func `times beyond all years are formatted, too`(ms: Int64) {
        #expect(EventTime.format(ms).hasSuffix("Z"))
    }
}
