// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing
import Touchpoints

@testable import Pipeline

/// Deadlines of many customers, of which each commit lets a few fire.
@Suite struct DeadlineTests {
    private static let startMs: Int64 = 1_772_000_000_000
    private static let hourMs: Int64 = 3_600_000
    private static let dayMs = 24 * hourMs

    private func line(_ type: String, _ customer: Int, _ timeMs: Int64) -> [UInt8] {
        let text = """
            {"id":"\(type) \(customer)","type":"\(type.prefix { $0 != " " })","time":\(timeMs),\
            "identifiers":{"user_id":"u\(customer)"},"properties":{"product_id":"p","order_id":"o\(customer)"}}
            """
        return Array(text.utf8)
    }

    @Test func `each fires once, though the program dies after every commit`() throws {
        let count = 200
        let role = try JourneyAlone { $0.foldsPerCommitMax = 7 }
        try role.take((0..<count).map { line("product_added", $0, Self.startMs + Int64($0)) })
        while try role.commit() {}
        #expect(role.alerts.isEmpty)
        try role.take([line("page_viewed", count, Self.startMs + Self.dayMs + Int64(count))])
        var commits = 0
        while try role.commit() {
            commits += 1
            try role.restart()
        }
        #expect(commits > 5)
        #expect(role.alerts.count == count)
        for alert in role.alerts.map(\.data) {
            #expect(alert.contains(#""rule":"cart_abandonment""#) && alert.contains(#""revision":1}"#))
        }
    }

    @Test func `each fires once, though every second commit is aborted, and late events take back what should not be`()
        throws
    {
        let count = 240
        let role = try JourneyAlone { $0.foldsPerCommitMax = 11 }
        func commitAll(restarts: Bool = true) throws {
            var isMore = true
            while isMore {
                try role.abort()
                isMore = try role.commit()
                if restarts { try role.restart() }
            }
        }
        try role.take((0..<count).map { line("product_added", $0, Self.startMs + Int64($0)) })
        try commitAll()
        #expect(role.alerts.isEmpty)
        // The watermark stops among them, and goes on.
        for after in [Int64(count) / 3, Int64(count)] {
            try role.take([line("page_viewed \(after)", count, Self.startMs + Self.dayMs + after)])
            try commitAll(restarts: after < count)
        }
        #expect(role.alerts.count == count && Set(role.alerts.map(\.id)).count == count)
        // Some had bought in time, some had put in more ten hours later, some only looked on: that comes late.
        let told = Dictionary(uniqueKeysWithValues: role.alerts.map { (cause($0), $0.id) })
        let tenths = (0..<10).map { tenth in (0..<count).filter { $0 % 10 == tenth } }
        try role.take(tenths[0].map { line("order_completed", $0, Self.startMs + Self.hourMs) })
        try role.take(tenths[1].map { line("page_viewed", $0, Self.startMs + Self.hourMs) })
        try role.take(tenths[2].map { line("product_added late", $0, Self.startMs + 10 * Self.hourMs) })
        try commitAll()
        let late = role.alerts.dropFirst(count)
        let takenBack = tenths[0] + tenths[2]
        #expect(late.count == takenBack.count && late.allSatisfy { $0.data.contains(#""retracted":true"#) })
        #expect(Set(late.map(\.id)) == Set(takenBack.compactMap { told["product_added \($0)"] }))
        // Those who put in more are due ten hours later, each once.
        try role.take([line("page_viewed end", count, Self.startMs + Self.dayMs + 11 * Self.hourMs)])
        try commitAll()
        let again = role.alerts.dropFirst(count + takenBack.count)
        #expect(again.map(cause).sorted() == tenths[2].map { "product_added late \($0)" }.sorted())
        #expect(again.allSatisfy { $0.data.contains(#""state":"opened""#) })
    }

    private func cause(_ alert: JourneyAlone.Alert) -> String { JSONText.read(alert.data)["cause"]?.text ?? "" }

    @Test func `what has fired stays as it was told when the watermark goes on`() throws {
        let role = try JourneyAlone { $0.foldsPerCommitMax = 100 }
        try role.take([line("product_added", 1, Self.startMs)])
        while try role.commit() {}
        for days in 1...40 {
            try role.take([line("page_viewed", 100 + days, Self.startMs + Int64(days) * Self.dayMs)])
            while try role.commit() {}
        }
        let told = role.alerts.map(\.data).filter { $0.contains(#""rule":"cart_abandonment""#) }
        #expect(told.count == 2)
        #expect(told.first?.contains(#""state":"opened""#) ?? false)
        #expect(told.last?.contains(#""state":"expired""#) ?? false)
    }

    @Test func `caches have bounds, and tell how they are used`() throws {
        let role = try JourneyAlone {
            $0.foldsPerCommitMax = 100
            $0.customersCachedMax = 4
        }
        for round in 0..<3 {
            try role.take((0..<40).map { line("page_viewed \(round)", $0, Self.startMs + Int64(round * 1_000 + $0)) })
            while try role.commit() {}
        }
        let caches = role.caches
        #expect(caches.customers.hits + caches.customers.misses == 120)
        #expect(caches.customers.misses > 80 && caches.customers.evictions > 60)
        #expect(caches.maps.hits + caches.maps.misses > 0)
        try role.restart()
        #expect(role.caches.customers.entries == 0)
        #expect(role.caches.customers.misses == caches.customers.misses)
    }
}
