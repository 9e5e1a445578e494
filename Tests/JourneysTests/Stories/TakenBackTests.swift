// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing
import Touchpoints

@testable import Pipeline

/// What was told and should not have been: an event that comes late takes it back.
@Suite struct TakenBackTests {
    private func scene(_ events: String) throws -> Story {
        let text = "who: {user_id: u1}\nevents:\n" + events
        return try Story(name: "late", bytes: Array(text.utf8))
    }

    /// The states that readers were told of a rule's alerts, `retracted` where one was taken back.
    private func states(_ run: StoryRun, _ rule: String) -> [String] {
        var ids: Set<Hash128> = []
        return run.outputs.filter { $0.topic == .alerts }.compactMap { output in
            let data = JSONText.read(String(decoding: output.data ?? [], as: UTF8.self))
            if data["retracted"] == .bool(true) { return ids.contains(output.attributes.id) ? "retracted" : nil }
            guard data["rule"]?.text == rule else { return nil }
            ids.insert(output.attributes.id)
            return data["state"]?.text
        }
    }

    @Test func `a delivery that was known too late takes back that the parcel is late`() throws {
        let story = try scene(
            """
              - {at: 2026-03-01 10:00, type: order_completed, with: {order_id: o1, promised_at: 2026-03-03}}
              - {at: 2026-03-05 10:00, type: page_viewed}
              - {at: 2026-03-03 20:00, type: order_delivered, with: {order_id: o1}}
            """
        )
        let run = try StoryRun(story)
        try run.feed(story.events[0].line)
        #expect(states(run, "delivery_late") == [])
        try run.feed(story.events[1].line)
        #expect(states(run, "delivery_late") == ["opened"])
        try run.restart()
        try run.feed(story.events[2].line)
        #expect(states(run, "delivery_late") == ["opened", "retracted"])
        try run.finish(atMs: story.untilMs + 86_400_000)
        #expect(states(run, "delivery_late") == ["opened", "retracted"])
        #expect(NetRecords(run.outputs)[.alerts].isEmpty)
    }

    @Test func `a delivery after the promise ends what was told, and leaves it told`() throws {
        let story = try scene(
            """
              - {at: 2026-03-01 10:00, type: order_completed, with: {order_id: o1, promised_at: 2026-03-03}}
              - {at: 2026-03-05 10:00, type: page_viewed}
              - {at: 2026-03-04 20:00, type: order_delivered, with: {order_id: o1}}
            """
        )
        let run = try StoryRun(story)
        for event in story.events { try run.feed(event.line) }
        #expect(states(run, "delivery_late") == ["opened", "resolved"])
    }

    @Test func `each deadline fires once, however often the program starts again`() throws {
        let story = try scene(
            """
              - {at: 2026-03-01 10:00, type: product_added, with: {product_id: p}}
              - {at: 2026-03-01 11:00, type: checkout_started}
              - {at: 2026-03-01 11:30, type: message_received, with: {case_id: s1}}
            """
        )
        let run = try StoryRun(story)
        for event in story.events { try run.feed(event.line) }
        for _ in 0..<3 { try run.restart() }
        let clock = try scene("  - {at: 2026-03-03 00:00, type: page_viewed, who: {user_id: u2}}\n")
        try run.feed(clock.events[0].line)
        for _ in 0..<3 { try run.restart() }
        try run.finish(atMs: clock.untilMs)
        #expect(states(run, "checkout_abandonment") == ["opened"])
        #expect(states(run, "unresolved_case") == ["opened"])
        #expect(states(run, "stuck_journey") == ["opened"])
    }

    @Test func `an earlier reason that comes late changes the message, under the same id`() throws {
        let story = try scene(
            """
              - {at: 2026-03-01 10:31, type: call_abandoned, with: {waited_seconds: 60, call_id: c1}}
              - {at: 2026-03-01 10:33, type: message_received, with: {conversation_id: m1}}
              - {at: 2026-03-01 10:32, type: call_abandoned, with: {waited_seconds: 1620, call_id: c2}}
            """
        )
        let run = try StoryRun(story)
        var messages: [String] = []
        for event in story.events {
            try run.feed(event.line)
            let alert = NetRecords(run.outputs)[.alerts].first { $0.data["rule"]?.text == "angry_channel_hop" }
            messages.append(alert.map { "\($0.id.prefix(4)) \($0.data["message"]?["en"]?.text ?? "")" } ?? "")
        }
        #expect(messages[0].isEmpty)
        #expect(messages[1].hasSuffix(" Waited 1 minute, then wrote 2 minutes later"))
        #expect(messages[2].hasSuffix(" Waited 27 minutes, then wrote 1 minute later"))
        #expect(messages[1].prefix(4) == messages[2].prefix(4))
    }
}
