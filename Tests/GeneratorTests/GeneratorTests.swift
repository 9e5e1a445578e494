// SPDX-License-Identifier: Apache-2.0
import Foundation
import Generator
import Testing
import Touchpoints

/// A generated line, read back.
private struct Line {
    var bytes: [UInt8]
    var id: String
    var type: String
    var channel: String
    var timeMs: Int64
    var identifiers: [String: String]
    var properties: [String: Any]

    init?(_ bytes: [UInt8]) {
        guard let read = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let id = read["id"] as? String, let type = read["type"] as? String, let time = read["time"] as? String,
            let channel = read["channel"] as? String, let properties = read["properties"] as? [String: Any]
        else { return nil }
        guard let instant = Self.instant(time) else { return nil }
        self.bytes = bytes
        self.id = id
        self.type = type
        self.channel = channel
        timeMs = instant
        identifiers = read["identifiers"] as? [String: String] ?? [:]
        self.properties = properties
    }

    /// The day is read by Foundation, the rest by position.
    private static func instant(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        let number = { (range: Range<Int>) in Int64(String(decoding: bytes[range], as: UTF8.self)) }
        guard bytes.count == 24 && bytes[23] == 90 || text.hasSuffix("+09:00") && bytes.count == 29,
            let day = try? Date.ISO8601FormatStyle().year().month().day().parse(String(text.prefix(10))),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let ms = number(20..<23),
            bytes[10] == 84, bytes[13] == 58, bytes[16] == 58, bytes[19] == 46, hour < 24, minute < 60, second < 60
        else { return nil }
        let offset: Int64 = bytes.count == 24 ? 0 : 9
        return Int64(day.timeIntervalSince1970) * 1000 + ((hour - offset) * 3600 + minute * 60 + second) * 1000 + ms
    }
}

@Suite struct GeneratorTests {
    private func bytes(_ settings: TrafficSettings) -> [UInt8] {
        var traffic = Traffic(settings)
        var found: [UInt8] = []
        traffic.write { found += $0 }
        return found
    }

    private func raw(_ settings: TrafficSettings) -> [[UInt8]] {
        bytes(settings).split(separator: 10).map { Array($0) }
    }

    private func lines(_ settings: TrafficSettings) -> [Line] { raw(settings).compactMap { Line($0) } }

    @Test func `the same seed gives the same bytes, another seed others`() {
        var settings = TrafficSettings(customers: 50, events: 3000, seed: 7, latePercent: 5, duplicatePercent: 5)
        let first = bytes(settings)
        #expect(first == bytes(settings))
        settings.seed = 8
        #expect(first != bytes(settings))
    }

    @Test(arguments: [(1, 0), (1, 1), (1, 500), (3, 7), (200, 5000), (5000, 100)])
    func `there are as many lines as were asked for`(customers: Int, events: Int) {
        for percent in [0.0, 20] {
            let settings = TrafficSettings(
                customers: customers,
                events: events,
                seed: 3,
                latePercent: percent,
                duplicatePercent: percent
            )
            #expect(raw(settings).count == events)
            #expect(events == 0 || bytes(settings).last == 10)
        }
    }

    @Test func `what is out of range is brought into it`() {
        let wild = TrafficSettings(
            customers: -4,
            events: 50,
            seed: .max,
            startMs: .max,
            latePercent: .nan,
            duplicatePercent: 1e9
        )
        #expect(wild.customers == 1)
        #expect(raw(wild).count == 50)
        #expect(raw(TrafficSettings(customers: 2, events: -1)).isEmpty)
        #expect(lines(TrafficSettings(customers: 2, events: 40, startMs: .min)).count == 40)
    }

    @Test func `every line is a native event that names somebody or something`() {
        let settings = TrafficSettings(customers: 300, events: 12_000, seed: 1)
        let found = lines(settings)
        #expect(found.count == 12_000)
        #expect(Set(found.map(\.id)).count == 12_000)
        let namespaces = Set(IdentityRules.shipped.namespaces.map(\.name))
        for line in found {
            let isBroadcast = ["stock_changed", "campaign_cost_reported"].contains(line.type)
            let isReferred = IdentityRules.shippedReferences.contains { line.properties[$0] is String }
            #expect(isBroadcast || isReferred || !line.identifiers.isEmpty, "\(line.id) is about nobody")
            #expect(namespaces.isSuperset(of: line.identifiers.keys))
            #expect(line.timeMs >= settings.startMs)
        }
    }

    @Test func `without lateness lines stand in the order of time`() {
        let times = lines(TrafficSettings(customers: 100, events: 4000, seed: 2)).map(\.timeMs)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `as many are late and repeated as were asked for`() {
        let found = lines(
            TrafficSettings(customers: 400, events: 20_000, seed: 5, latePercent: 10, duplicatePercent: 5)
        )
        let distinct = Set(found.map(\.bytes))
        let repeats = Double(found.count - distinct.count) / Double(found.count)
        #expect((0.04...0.06).contains(repeats))
        #expect(Set(found.map(\.id)).count == distinct.count)
        var seen: Set<String> = []
        var newest: Int64 = 0
        var late = 0
        for line in found where seen.insert(line.id).inserted {
            if line.timeMs < newest - 60_000 { late += 1 }
            newest = max(newest, line.timeMs)
        }
        #expect((0.085...0.115).contains(Double(late) / Double(distinct.count)))
    }

    @Test func `every part of the journey occurs, on every channel`() {
        let found = lines(TrafficSettings(customers: 400, events: 25_000, seed: 11))
        let types = Set(found.map(\.type))
        let expected: Set = [
            "signed_up", "signed_in", "signed_out", "account_linked", "consent_changed", "ad_viewed", "ad_clicked",
            "social_mentioned", "email_delivered", "email_opened", "email_link_clicked", "push_notification_opened",
            "application_opened", "screen_viewed", "page_viewed", "store_visited", "products_searched",
            "product_viewed", "product_tried", "product_added_to_wishlist", "product_added", "product_removed",
            "coupon_applied", "checkout_started", "payment_info_entered", "payment_failed", "order_completed",
            "order_cancelled", "order_shipped", "delivery_updated", "delivery_delayed", "delivery_failed",
            "order_delivered", "order_picked_up", "package_unboxed", "product_used", "faq_viewed", "call_queued",
            "call_abandoned", "call_started", "call_ended", "message_received", "bot_replied", "agent_replied",
            "case_opened", "case_resolved", "case_reopened", "return_requested", "exchange_requested",
            "return_received", "order_refunded", "subscription_started", "subscription_renewed",
            "subscription_skipped", "subscription_cancelled", "subscription_payment_failed", "csat_answered",
            "nps_answered", "product_reviewed", "product_shared", "referral_sent", "stock_changed",
            "campaign_cost_reported",
        ]
        #expect(expected.subtracting(types).isEmpty)
        let channels = Set(found.map(\.channel))
        #expect(
            channels.isSuperset(of: [
                "web", "app", "store", "shipping", "warehouse", "email", "ads", "social", "phone", "messenger",
                "support",
                "unboxing", "subscription", "inventory",
            ])
        )
    }

    @Test func `devices are shared, scans carry only references, and replacements name what they replace`() {
        let found = lines(TrafficSettings(customers: 400, events: 25_000, seed: 12))
        var people: [String: Set<String>] = [:]
        for line in found {
            guard let device = line.identifiers["anonymous_id"], let user = line.identifiers["user_id"] else {
                continue
            }
            people[device, default: []].insert(user)
        }
        #expect(people.filter { $0.key.hasPrefix("tablet") }.values.contains { $0.count > 1 })
        #expect(people.filter { $0.key.hasPrefix("kiosk") }.values.contains { $0.count > 10 })
        let scans = found.filter { $0.type == "delivery_updated" }
        #expect(scans.allSatisfy { $0.identifiers.isEmpty && $0.properties["parcel_id"] is String })
        #expect(found.contains { $0.properties["replaces"] is String })
        #expect(found.contains { $0.properties["replacement_order_id"] is String })
        #expect(Set(found.compactMap { $0.properties["condition"] as? String }).isSuperset(of: ["ok", "damaged"]))
        let texts = Set(found.compactMap { $0.properties["text"] as? String })
        #expect(texts.contains { $0.allSatisfy(\.isASCII) } && texts.contains { !$0.allSatisfy(\.isASCII) })
        let phones = found.compactMap { $0.identifiers["phone"] }
        #expect(phones.contains { $0.hasPrefix("+81") } && phones.contains { $0.hasPrefix("090") })
    }
}
