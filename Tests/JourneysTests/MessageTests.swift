// SPDX-License-Identifier: Apache-2.0
import Journeys
import Testing
import Touchpoints

/// What alerts say, with their facts, in both languages.
@Suite struct MessageTests {
    private let scene: Scene

    init() throws { scene = try Scene() }

    private func message(_ rule: String, _ events: [Touchpoint], untilMs: Int64? = nil) throws -> [String] {
        let alert = try #require(scene.alerts(events, rule, untilMs: untilMs).first)
        let message = try #require(alert.message)
        return [message.en, message.ja]
    }

    @Test func `how long the customer waited, and how soon they wrote`() throws {
        let hungUp = event(0, "call_abandoned", on: "phone", ["waited_seconds": .int(1620)])
        let wrote = event(2 * Scene.minute, "message_received", on: "messenger")
        #expect(
            try message("angry_channel_hop", [hungUp, wrote])
                == ["Waited 27 minutes, then wrote 2 minutes later", "27分待たされ、2分後にメッセージ"]
        )
        let without = event(0, "call_abandoned", on: "phone")
        #expect(
            try message("angry_channel_hop", [without, wrote])
                == ["Upset on the phone, then wrote 2 minutes later on messenger", "電話で不満、2分後にメッセンジャーへ"]
        )
    }

    @Test(arguments: [
        (59, "59 seconds", "59秒"), (60, "1 minute", "1分"), (3600, "1 hour", "1時間"),
        (5430, "1 hour 30 minutes", "1時間30分"), (7260, "2 hours 1 minute", "2時間1分"), (90_000, "25 hours", "25時間"),
        (200_000, "2 days", "2日"),
    ])
    func `how long something took is told in hours and minutes, longer ones in hours or days`(
        seconds: Int64,
        en: String,
        ja: String
    ) throws {
        let hungUp = event(0, "call_abandoned", on: "phone", ["waited_seconds": .int(seconds)])
        let wrote = event(2 * Scene.minute, "message_received", on: "messenger")
        #expect(
            try message("angry_channel_hop", [hungUp, wrote])
                == ["Waited \(en), then wrote 2 minutes later", "\(ja)待たされ、2分後にメッセージ"]
        )
    }

    @Test func `every channel of the vocabulary has a word in both languages`() throws {
        let words = try #require(try ShippedRules.sources().alerts.words)
        let channels = Set(try ShippedRules.vocabulary().entries.map(\.channel))
        #expect(channels.subtracting(words.keys) == [])
    }

    @Test func `what the deadline was, in local time`() throws {
        let promised = event(0, "order_completed", ["order_id": "o1", "promised_at": "2026-03-05"])
        #expect(
            try message("delivery_late", [promised], untilMs: 30 * Scene.day)
                == ["Order o1 did not arrive by 2026-03-05 23:59, as promised", "注文o1は約束の2026-03-05 23:59までに届きませんでした"]
        )
    }

    @Test func `which stage is not left, and for how long`() throws {
        let shipped = event(0, "order_shipped", on: "shipping", ["order_id": "o1"])
        #expect(
            try message("stuck_journey", [shipped], untilMs: 8 * Scene.day)
                == ["After the purchase o1: in “Shipped” for 7 days", "購入後 o1:「出荷」のまま7日経過"]
        )
        #expect(
            try message("stuck_journey", [event(0, "checkout_started")], untilMs: 15 * Scene.day)
                == ["Seven-stage journey: in “Decision” for 14 days", "7段階ジャーニー:「決定」のまま14日経過"]
        )
    }

    @Test func `from which mood to which it fell`() throws {
        let events = [
            event(0, "csat_answered", ["score": .int(5)]), event(Scene.hour, "csat_answered", ["score": .int(1)]),
            event(2 * Scene.hour, "csat_answered", ["score": .int(1)]),
            event(3 * Scene.hour, "csat_answered", ["score": .int(1)]),
        ]
        #expect(
            try message("mood_drop", events)
                == ["Mood fell from 1 to -0.334: CSAT answered", "感情が1から-0.334へ低下: 満足度調査の回答"]
        )
    }

    @Test func `what the customer gave, by the answer that there is`() throws {
        #expect(
            try message("promoter_found", [event(0, "nps_answered", ["score": .int(9)])])
                == ["Would recommend us: 9 of 10", "推奨度9(10点満点)"]
        )
        #expect(
            try message("promoter_found", [event(0, "product_reviewed", ["rating": .int(5)])])
                == ["Gave 5 of 5 stars", "5段階中5の評価"]
        )
        let reviewed = event(0, "product_reviewed", ["rating": .int(3), "max": .int(10), "product_id": "p"])
        #expect(try message("negative_review", [reviewed]) == ["Gave p 1.5 of 5 stars", "pに5段階中1.5の評価"])
    }

    @Test func `what a text says is cut where it is long, and left out where it is blank`() throws {
        func reason(_ text: String) throws -> String {
            let events = [
                order(0), event(1, "order_delivered", on: "shipping", ["order_id": "o1"]),
                event(2, "return_requested", ["order_id": "o1", "return_id": "r", "reason": .string(text)]),
            ]
            return try #require(message("return_after_delivery", events).first)
        }
        #expect(try reason(" too small ") == "Sends back what has arrived, return r: too small")
        #expect(try reason(" ") == "Sends back what has arrived, return r")
        #expect(try reason(String(repeating: "長", count: 500)).count == 39 + 80)
    }

    @Test func `the newest of several, and how many`() throws {
        let events = (0..<4).map { day in
            event(Int64(day) * Scene.day, "message_received", on: day == 3 ? "email" : "messenger", ["text": "…"])
        }
        #expect(
            try message("repeated_contact", events)
                == [
                    "Got in touch 4 times since 2026-02-25 15:13, at last by e-mail",
                    "2026-02-25 15:13から問い合わせ4回、最後はメール",
                ]
        )
    }

    @Test func `a message is part of the record, after the title`() throws {
        let failed = event(0, "delivery_failed", on: "shipping", ["order_id": "o1", "carrier": "Yamato"])
        let alert = try #require(scene.alerts([failed], "delivery_failed").first)
        var w = JSONWriter()
        alert.writeData(&w, revision: 1)
        let text = String(decoding: w.bytes, as: UTF8.self)
        #expect(
            text.hasSuffix(
                #""title":{"en":"Delivery failed","ja":"配達不能"},"message":{"#
                    + #""en":"Yamato could not deliver order o1 at 2026-02-25 15:13","#
                    + #""ja":"Yamatoが注文o1を2026-02-25 15:13に配達できませんでした"},"revision":1}"#
            )
        )
    }

    @Test func `every shipped rule says something in both languages`() throws {
        for rule in try ShippedRules.sources().alerts.rules {
            let messages = rule.messages ?? []
            #expect(!messages.isEmpty, "\(rule.rule)")
            #expect(messages.allSatisfy { !$0.en.isEmpty && !$0.ja.isEmpty && $0.en != $0.ja }, "\(rule.rule)")
        }
    }

    @Test(arguments: [
        ("{kee}", "unknown blank “kee”; did you mean “key”?"), ("{gap}", "“gap” is not known to a rule of kind match"),
        ("{casue.type}", "unknown event “casue”; did you mean “cause”?"),
        ("{before.type}", "“before” is not known to a rule of kind match"),
        ("{cause.staars}", "unknown property or fact “staars”; did you mean “stars”?"),
        ("{cause.stars:words}", "unknown form “words”; did you mean “word”?"),
        ("{cause.buys}", "“buys” cannot be told here"),
        ("a {key", "a blank that is opened and not closed: “{key”"),
    ])
    func `a blank that nothing can fill is reported`(text: String, expected: String) throws {
        var sources = try ShippedRules.sources()
        let index = try #require(sources.alerts.rules.firstIndex { $0.rule == "negative_review" })
        sources.alerts.rules[index].messages = [.init(en: "ok", ja: text)]
        let invalid = #expect(throws: InvalidRules.self) {
            try Rulebook(sources, vocabulary: ShippedRules.vocabulary())
        }
        #expect(invalid?.problems.map(\.description) == ["alerts.rules[\(index)].messages[0].ja: \(expected)"])
    }
}
