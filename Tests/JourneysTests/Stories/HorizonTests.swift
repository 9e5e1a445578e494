// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing
import Touchpoints

@testable import Pipeline

/// A customer of many years: what is beyond the horizon is folded away, and what stands is what it would have been.
@Suite struct HorizonTests {
    private static let dayMs: Int64 = 86_400_000

    /// Three years: an order every twenty days, delivered, opened and reviewed.
    private func years() throws -> Story {
        var lines = "who: {user_id: u1}\nevents:\n"
        for order in 0..<54 {
            let startMs = 1_735_689_600_000 + Int64(order) * 20 * Self.dayMs
            func add(_ type: String, _ days: Int64, _ more: String) {
                let at = String(EventTime.format(startMs + days * Self.dayMs).prefix(16)).replacing("T", with: " ")
                lines += "  - {at: \(at), type: \(type), with: {order_id: o\(order)\(more)}}\n"
            }
            add("product_viewed", 0, ", product_id: p\(order % 7)")
            add("order_completed", 1, ", revenue: 1200, currency: JPY")
            add("order_delivered", 3, "")
            add("package_unboxed", 3, order % 5 == 0 ? ", condition: damaged" : ", condition: ok")
            add("review_submitted", 5, ", stars: \(1 + order % 5)")
        }
        return try Story(name: "years", bytes: Array(lines.utf8))
    }

    @Test func `what is beyond the horizon is folded away, and nothing that stands differs`() throws {
        let story = try years()
        let whole = try StoryRun(story)
        for event in story.events { try whole.feed(event.line) }
        let bounded = try StoryRun(story) { $0.latenessMs = 100 * Self.dayMs }
        for (index, event) in story.events.enumerated() {
            try bounded.feed(event.line)
            if index % 41 == 0 { try bounded.restart() }
        }
        #expect(bounded.totals.folded > story.events.count / 2)
        #expect(whole.totals.folded == 0)
        #expect(NetRecords(bounded.outputs).text == NetRecords(whole.outputs).text)
        #expect(bounded.totals.digest == whole.totals.digest)
        #expect(bounded.totals.events == story.events.count)
    }

    @Test func `an event that arrives from beyond the horizon is too late, a copy of a known one is not`() throws {
        let story = try years()
        let run = try StoryRun(story) { $0.latenessMs = 100 * Self.dayMs }
        for event in story.events.dropFirst() { try run.feed(event.line) }
        let before = NetRecords(run.outputs).text
        try run.feed(story.events[0].line)
        try run.feed(story.events[1].line)
        #expect(run.totals.tooLate == 1)
        #expect(run.totals.copies == story.events.count)
        #expect(NetRecords(run.outputs).text == before)
        let letters = run.outputs.filter { $0.topic == .deadletter }
        #expect(letters.count == 1)
        #expect(letters.allSatisfy { String(decoding: $0.data ?? [], as: UTF8.self).contains("too_late") })
    }

    @Test func `who is forgotten leaves nothing, beyond the horizon neither`() throws {
        let story = try years()
        let run = try StoryRun(story) { $0.latenessMs = 100 * Self.dayMs }
        for event in story.events { try run.feed(event.line) }
        #expect(run.totals.folded > 100)
        let forget = """
            {"id":"f1","type":"customer_forgotten","time":"2028-06-01T00:00:00Z","identifiers":{"user_id":"u1"}}
            """
        try run.feed(Array(forget.utf8), topic: "touchpoints.control")
        try run.restart()
        #expect(NetRecords(run.outputs).text == "")
        #expect(run.totals.digest == JourneyTotals().digest)
        #expect(run.totals.events == 0)
        // What comes again is nobody's; what is new is a customer's first.
        try run.feed(story.events[0].line)
        #expect(NetRecords(run.outputs).text == "")
    }

    @Test func `a late event within the horizon is taken after a restart as it is without a horizon`() throws {
        let story = try years()
        let late = story.events.indices.filter { $0 > 230 && $0 % 5 == 2 }  // deliveries of the last hundred days
        let whole = try StoryRun(story)
        let bounded = try StoryRun(story) { $0.latenessMs = 200 * Self.dayMs }
        for run in [whole, bounded] {
            for (index, event) in story.events.enumerated() where !late.contains(index) { try run.feed(event.line) }
            try run.restart()
            for index in late.reversed() { try run.feed(story.events[index].line) }
        }
        #expect(bounded.totals.folded > 50)
        #expect(bounded.totals.tooLate == 0)
        #expect(NetRecords(bounded.outputs).text == NetRecords(whole.outputs).text)
    }

    @Test func `a customer with too many touchpoints is suspended, in any order, and says so`() throws {
        let story = try years()
        var texts: [String] = []
        for events in [story.events, story.events.reversed()] {
            let run = try StoryRun(story) { $0.touchpointsMax = story.events.count - 1 }
            for (index, event) in events.enumerated() {
                try run.feed(event.line)
                if index == events.count - 3 { #expect(run.totals.suspended == 0) }
                if index % 100 == 99 { try run.restart() }
            }
            try run.feed(events[0].line)
            #expect(run.totals.suspended == 1)
            let net = NetRecords(run.outputs)
            #expect(net[.transitions].isEmpty && net[.alerts].isEmpty)
            #expect(net[.timeline].count == story.events.count)
            #expect(net[.profiles].map { $0.data["suspended"]?["reason"]?.text } == ["max_touchpoints"])
            texts.append(net.text)
        }
        #expect(texts[0] == texts[1])
    }
}
