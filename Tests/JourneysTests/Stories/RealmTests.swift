// SPDX-License-Identifier: Apache-2.0
import Journeys
import Testing
import Touchpoints

@testable import Pipeline

/// Realms never mix, whatever is about nobody included; and every record says whose it is.
@Suite struct RealmTests {
    private static let startMs: Int64 = 1_772_000_000_000
    private static let dayMs: Int64 = 86_400_000

    private func run(_ change: @escaping (inout JourneyRoleSettings) -> Void = { _ in }) throws -> StoryRun {
        let configuration = try OtherRules.configuration([
            .init(file: "identity.yaml", text: "realms: {}", other: "realms: {brand_b: {}}")
        ])
        return try StoryRun(Story(name: "realms", bytes: Array("events: []".utf8)), configuration, change: change)
    }

    private func line(_ type: String, _ at: Int64, realm: String?, _ members: String) -> [UInt8] {
        let realm = realm.map { #""realm":"\#($0)","# } ?? ""
        let text = """
            {"id":"\(type) \(at)","type":"\(type)",\(realm)"time":\(Self.startMs + at),\(members)}
            """
        return Array(text.utf8)
    }

    private func stock(_ quantity: Int, _ at: Int64, realm: String?) -> [UInt8] {
        line("stock_changed", at, realm: realm, #""properties":{"product_id":"bag","quantity":\#(quantity)}"#)
    }

    private func wish(_ at: Int64, realm: String?) -> [UInt8] {
        let members = #""identifiers":{"user_id":"u1"},"properties":{"product_id":"bag"}"#
        return line("product_added_to_wishlist", at, realm: realm, members)
    }

    private func told(_ run: StoryRun) -> [String] {
        NetRecords(run.outputs)[.alerts].filter { $0.data["rule"]?.text == "back_in_stock" }
            .map { "\($0.realm) \($0.timeMs - Self.startMs)" }.sorted()
    }

    @Test func `what is in stock again in one realm is nothing to the customers of another`() throws {
        let lines = [
            wish(0, realm: nil), wish(0, realm: "brand_b"), stock(0, 1, realm: nil), stock(3, 2, realm: "brand_b"),
            stock(0, 3, realm: "brand_b"), stock(5, 4, realm: nil),
        ]
        for lines in [lines, lines.reversed()] {
            let run = try run()
            for line in lines { try run.feed(line) }
            #expect(told(run) == ["default 4"])
            try run.restart()
            try run.feed(stock(1, 5, realm: "brand_b"))
            #expect(told(run) == ["brand_b 5", "default 4"])
        }
    }

    @Test func `where products stood before the horizon is kept by realm`() throws {
        let run = try run { $0.latenessMs = 10 * Self.dayMs }
        try run.feed(stock(0, 0, realm: "brand_b"))
        try run.feed(stock(7, 1, realm: nil))
        for day in 1...30 {
            try run.feed(line("page_viewed", Int64(day) * Self.dayMs, realm: nil, #""identifiers":{"user_id":"u9"}"#))
        }
        #expect(run.broadcasts == 0)
        try run.restart()
        let at = 30 * Self.dayMs
        for line in [wish(at, realm: nil), wish(at, realm: "brand_b")] { try run.feed(line) }
        for line in [stock(2, at + 1, realm: nil), stock(2, at + 1, realm: "brand_b")] { try run.feed(line) }
        #expect(told(run) == ["brand_b \(at + 1)"])
    }

    @Test func `what stands under the old id of a customer of a realm is the realm's`() throws {
        let run = try run()
        try run.feed(line("page_viewed", 0, realm: "brand_b", #""identifiers":{"anonymous_id":"a1"}"#))
        try run.restart()
        let both = #""identifiers":{"anonymous_id":"a1","user_id":"u1"}"#
        try run.feed(line("signed_in", 1, realm: "brand_b", both))
        #expect(run.outputs.contains { $0.topic == .profiles && $0.attributes.isRetraction })
        #expect(run.outputs.allSatisfy { $0.attributes.realm == "brand_b" })
        try run.feed(line("page_viewed", 8 * Self.dayMs, realm: "brand_b", both))
        #expect(run.outputs.contains { $0.topic == .profiles && $0.data == nil })
        #expect(run.outputs.allSatisfy { $0.attributes.realm == "brand_b" })
    }

    @Test func `a product that is called like a realm and a product has a row of its own`() {
        let plain = Restocks.Spot(realm: "default", product: "brand_b/bag", location: nil)
        let branded = Restocks.Spot(realm: "brand_b", product: "bag", location: nil)
        #expect(JourneyRows.stock(plain) != JourneyRows.stock(branded))
    }
}
