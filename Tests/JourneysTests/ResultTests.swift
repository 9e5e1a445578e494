// SPDX-License-Identifier: Apache-2.0
import Digests
import Journeys
import Testing
import Touchpoints

@Suite struct ResultTests {
    private let scene: Scene

    init() throws { scene = try Scene() }

    private func json(_ write: (inout JSONWriter) -> Void) -> String {
        var w = JSONWriter()
        write(&w)
        return String(decoding: w.bytes, as: UTF8.self)
    }

    @Test func `an id is the hash of what the result is and of its cause`() throws {
        let viewed = event(0, "page_viewed")
        let first = try #require(scene.result([viewed]).transitions.first)
        let text = #"["transition","seed-4",null,"awareness","\#(viewed.key.hex)"]"#
        #expect(first.id == SHA256.hash128(Array(text.utf8)))
    }

    @Test func `a transition without instance leaves the member out`() throws {
        let events = [event(0, "page_viewed"), event(90_500, "csat_answered", ["score": .int(5)]), order(91_000)]
        let all = scene.result(events).transitions
        let first = try #require(all.first { $0.model == "seed-4" })
        #expect(
            json { first.writeData(&$0, revision: 1) }
                == #"{"model":"seed-4","cycle":1,"from":null,"to":"awareness","cause":"page_viewed@0","channel":"web","#
                + #""previous_stage_seconds":null,"mood":null,"revision":1}"#
        )
        let bought = try #require(all.first { $0.model == "journey-7" && $0.to == "purchase" })
        #expect(
            json { bought.writeData(&$0, revision: 2) }
                == #"{"model":"journey-7","cycle":1,"from":"awareness","to":"purchase","#
                + #""cause":"order_completed@91000","channel":"web","previous_stage_seconds":91,"mood":1,"revision":2}"#
        )
        let placed = try #require(all.first { $0.model == "post-purchase" })
        #expect(
            json { placed.writeData(&$0, revision: 1) }.hasPrefix(#"{"model":"post-purchase","instance":"o1","cycle""#)
        )
    }

    @Test func `an alert tells its title and message in both languages`() throws {
        let alert = try #require(
            scene.alerts([event(0, "delivery_failed", on: "shipping", ["order_id": "o1"])], "delivery_failed").first
        )
        #expect(
            json { alert.writeData(&$0, revision: 1) }
                == #"{"rule":"delivery_failed","key":"o1","state":"opened","severity":"warning","#
                + #""cause":"delivery_failed@0","evidence":["delivery_failed@0"],"opened_at":"2026-02-25T06:13:20.000Z","resolved_at":null,"#
                + #""title":{"en":"Delivery failed","ja":"配達不能"},"#
                + #""message":{"en":"Order o1 could not be delivered at 2026-02-25 15:13","#
                + #""ja":"注文o1を2026-02-25 15:13に配達できませんでした"},"revision":1}"#
        )
    }

    @Test func `a profile has its members in one order`() throws {
        let events = [
            order(0, revenue: "19.90"),
            event(1, "message_received", on: "messenger", ["conversation_id": "m", "text": "遅い"]),
            event(2, "product_added", ["product_id": "p", "quantity": .double(1.5), "campaign": "spring"]),
        ]
        let profile = try #require(scene.result(events).profile)
        let text = json { w in
            profile.writeData(
                &w,
                revision: 3,
                identifiers: { $0.raw(#"{"user_id":["u1"]}"#) },
                consent: { $0.bool(true) }
            )
        }
        #expect(
            text.hasPrefix(#"{"identifiers":{"user_id":["u1"]},"stages":{"classic-5":{"stage":"purchase","cycle":1,"#)
        )
        let rest =
            #""mood":null,"counters":{"orders":1,"value":{"JPY":19.9},"refunded":{},"returns":0,"exchanges":0,"#
            + #""contacts":1,"abandoned_calls":0,"open_cases":1},"cart":{"p":1.5},"wishlist":[],"traits":{},"#
            + #""references":["conversation_id:m","order_id:o1"],"touches":{"channels":{"#
            + #""messenger":{"first":"2026-02-25T06:13:20.001Z","last":"2026-02-25T06:13:20.001Z"},"#
            + #""web":{"first":"2026-02-25T06:13:20.000Z","last":"2026-02-25T06:13:20.002Z"}},"#
            + #""campaigns":{"spring":{"first":"2026-02-25T06:13:20.002Z","last":"2026-02-25T06:13:20.002Z"}}},"#
            + #""nps":null,"consent":true,"first_seen":"2026-02-25T06:13:20.000Z","#
            + #""last_seen":"2026-02-25T06:13:20.002Z","#
            + #""last_contact":{"channel":"messenger","at":"2026-02-25T06:13:20.001Z","text":"遅い","mood":null,"waited_seconds":null},"revision":3}"#
        #expect(text.hasSuffix(rest))
    }
}
