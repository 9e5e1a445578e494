// SPDX-License-Identifier: Apache-2.0
import Journeys
import Testing
import Touchpoints

@Suite struct SceneTests {
    private let scene: Scene

    init() throws { scene = try Scene() }

    @Test func `a purchase goes from the first look to a recommendation`() {
        let events = [
            event(0, "page_viewed"), event(1000, "product_viewed", ["product_id": "p"]),
            event(2000, "product_added", ["product_id": "p"]), order(3000),
            event(4000, "order_delivered", on: "shipping", ["order_id": "o1"]),
            event(5000, "package_unboxed", on: "unboxing", ["order_id": "o1"]),
            event(6000, "nps_answered", ["score": .int(10)]),
        ]
        #expect(
            scene.stages(events, "journey-7")
                == ["awareness", "consideration", "decision", "purchase", "use", "advocacy"]
        )
        #expect(scene.stages(events, "post-purchase", "o1") == ["ordered", "received", "unboxed"])
    }

    @Test func `who hangs up and writes two minutes later is an angry channel hop`() throws {
        let hungUp = event(0, "call_abandoned", on: "phone", ["call_id": "c", "waited_seconds": .int(1620)])
        let wrote = event(2 * Scene.minute, "message_received", on: "messenger", ["conversation_id": "m"])
        let alert = try #require(scene.alerts([hungUp, wrote], "angry_channel_hop").first)
        #expect(alert.severity == .critical)
        #expect(alert.causeID == wrote.id)
        #expect(alert.evidence.map(\.id) == [hungUp.id, wrote.id])
        #expect(alert.title.ja == "不満のままチャネル移動")
        let contact = scene.result([hungUp, wrote]).profile?.lastContact
        #expect(contact?.channel == "messenger")
        #expect(contact?.waitedSeconds == .int(1620))
    }

    @Test func `an event at the deadline comes before the timer`() {
        let added = event(0, "product_added", ["product_id": "p"])
        #expect(scene.alerts([added, order(Scene.day)], "cart_abandonment", untilMs: 9 * Scene.day).isEmpty)
        let late = scene.alerts([added, order(Scene.day + 1)], "cart_abandonment")
        #expect(late.map(\.state) == [.resolved])
        #expect(late.first?.openedAtMs == Scene.startMs + Scene.day)
        #expect(scene.alerts([added], "cart_abandonment", untilMs: Scene.day - 1).isEmpty)
        #expect(scene.alerts([added], "cart_abandonment", untilMs: Scene.day).count == 1)
    }

    @Test func `a refund settles the oldest return of its order`() {
        let events = [
            order(0), event(1, "return_requested", ["order_id": "o1", "return_id": "r1"]),
            event(2, "return_requested", ["order_id": "o1", "return_id": "r2"]),
            event(3, "order_refunded", ["order_id": "o1", "refund": .int(1)]),
        ]
        #expect(scene.result(events).profile?.references == ["order_id:o1", "return_id:r2"])
    }

    @Test func `an exchange is settled when its replacement arrives`() {
        let events = [
            order(0),
            event(1, "exchange_requested", ["order_id": "o1", "return_id": "r", "replacement_order_id": "o2"]),
            order(2, "o2"), event(3, "order_delivered", on: "shipping", ["order_id": "o2"]),
        ]
        #expect(scene.stages(events, "post-purchase", "o1") == ["ordered", "returning", "settled"])
        #expect(scene.result(events).profile?.counters.orders == 1)
    }

    @Test func `a reference among the names counts as one among the properties`() {
        let events = [
            order(0), event(1, "order_shipped", on: "shipping", names: ["parcel_id": "x", "order_id": "o1"]),
        ]
        let delivered = event(2, "order_delivered", on: "shipping", names: ["parcel_id": "x"])
        #expect(scene.stages(events + [delivered], "post-purchase", "o1") == ["ordered", "shipped", "received"])
    }

    @Test func `blocked and blank references name nothing`() {
        let events = [order(0, "guest"), order(1, " "), order(2, "000"), order(3, " o1 ")]
        let instances = scene.result(events).transitions.compactMap(\.instance)
        #expect(instances == ["o1"])
        #expect(scene.result(events).profile?.counters.orders == 4)
    }

    @Test func `money is exact`() {
        let events = (0..<10).map { order(Int64($0), "o\($0)", revenue: $0 == 0 ? "0.1" : .double(0.1)) }
        #expect(scene.result(events).profile?.counters.value.map(\.amount.text) == ["1"])
        let odd = [order(0, revenue: .double(19.9)), order(1, "o2", revenue: "1e3"), order(2, "o3", revenue: "0.05")]
        #expect(scene.result(odd).profile?.counters.value.map(\.amount.text) == ["1019.95"])
    }

    @Test(arguments: [
        ("2026-03-05", "2026-03-05T14:59:59.999Z"), ("2026-03-05 10:00:00.1239", "2026-03-05T01:00:00.123Z"),
        ("2026-03-05T23:59:60z", "2026-03-06T00:00:00.000Z"), ("2026-03-05T10:00:00-09:30", "2026-03-05T19:30:00.000Z"),
    ])
    func `a promise is local time, and a date means its end`(said: String, due: String) throws {
        let promised = event(0, "order_completed", ["order_id": "o1", "promised_at": .string(said)])
        let alert = try #require(scene.alerts([promised], "delivery_late", untilMs: 30 * Scene.day).first)
        var w = JSONWriter()
        alert.writeData(&w, revision: 1)
        #expect(String(decoding: w.bytes, as: UTF8.self).contains(#""opened_at":"\#(due)""#))
    }

    @Test(arguments: ["2026-02-30", "2026-03-05T24:00:00", "soon", "1999-12-31", "9999-12-31", "2026-03-05T10:00", ""])
    func `a promise that cannot be read is ignored and counted`(said: String) {
        let promised = event(0, "order_completed", ["order_id": "o1", "promised_at": .string(said)])
        let result = scene.result([promised], untilMs: 300 * Scene.day)
        #expect(!result.alerts.contains { $0.rule == "delivery_late" })
        #expect(result.unreadableDates == 1)
    }

    @Test func `names are told apart by their bytes`() {
        let events = [
            event(0, "product_added", ["product_id": "e\u{301}"]), event(1, "product_added", ["product_id": "\u{e9}"]),
        ]
        #expect(scene.result(events).profile?.cart.count == 2)
    }

    @Test func `traits of null are removed`() {
        let events = [
            event(0, "identified", traits: [.init("age", .int(3)), .init("city", "Kobe")]),
            event(1, "identified", traits: [.init("age", .null), .init("city", "Nara")]),
        ]
        #expect(scene.result(events).profile?.traits == [.init("city", "Nara")])
    }

    @Test func `nobody's events make no profile, and control events are no touchpoints`() {
        #expect(scene.result([]).profile == nil)
        let result = scene.result([event(0, "customer_forgotten"), event(1, "stock_changed", ["product_id": "p"])])
        #expect(result.profile == nil)
        #expect(result.moods.isEmpty)
    }

    @Test func `a copy of a fold goes on as if it had never stopped`() {
        let events = [
            event(0, "product_added", ["product_id": "p"]), order(5), event(9, "csat_answered", ["score": .int(1)]),
        ]
        var whole = Fold(scene.book)
        var part = Fold(scene.book)
        for event in events { whole.take(event) }
        part.take(events[0])
        var checkpoint = part
        part.take(event(2, "cart_viewed"))
        for event in events.dropFirst() { checkpoint.take(event) }
        whole.finish(untilMs: Scene.startMs + 9)
        checkpoint.finish(untilMs: Scene.startMs + 9)
        #expect(checkpoint.result.transitions == whole.result.transitions)
        #expect(checkpoint.result.profile == whole.result.profile)
        #expect(checkpoint.result.alerts == whole.result.alerts)
    }
}
