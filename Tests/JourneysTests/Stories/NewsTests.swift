// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing
import Touchpoints

@testable import Pipeline

/// News about products: whom they concern, how many of those in one commit, and how long the news are kept.
@Suite struct NewsTests {
    private static let startMs: Int64 = 1_772_000_000_000
    private static let dayMs: Int64 = 86_400_000

    private func stock(_ product: String, _ quantity: Int, _ timeMs: Int64, _ location: String? = nil) -> [UInt8] {
        let place = location.map { #","location":"\#($0)""# } ?? ""
        let text = """
            {"id":"\(product) \(timeMs)","type":"stock_changed","time":\(timeMs),\
            "properties":{"product_id":"\(product)","quantity":\(quantity)\(place)}}
            """
        return Array(text.utf8)
    }

    private func line(_ type: String, _ customer: Int, _ timeMs: Int64, product: String = "bag") -> [UInt8] {
        let text = """
            {"id":"\(type) \(customer) \(timeMs)","type":"\(type)","time":\(timeMs),\
            "identifiers":{"user_id":"u\(customer)"},"properties":{"product_id":"\(product)"}}
            """
        return Array(text.utf8)
    }

    @Test func `of those who want a product no more are folded in a commit than may be, and each is told once`() throws
    {
        let count = 200
        let role = try JourneyAlone { $0.foldsPerCommitMax = 5 }
        try role.take([stock("bag", 0, Self.startMs)])
        try role.take((0..<count).map { line("product_added_to_wishlist", $0, Self.startMs + 1_000 + Int64($0)) })
        while try role.commit() {}
        try role.take([stock("bag", 3, Self.startMs + 2_000), line("page_viewed", count, Self.startMs + 3_000)])
        var commits = 0
        try role.restart()
        while true {
            try role.abort()
            let isMore = try role.commit()
            #expect(role.folds <= 5 * 3)
            commits += 1
            if !isMore { break }
            try role.restart()
        }
        #expect(commits > count / 15)
        let told = role.alerts.filter { $0.data.contains(#""rule":"back_in_stock""#) }
        #expect(told.count == count && role.alerts.count == count)
        #expect(Set(told.map(\.id)).count == count)
        // It was sold out again before: what was told is taken back, of each once.
        try role.take([stock("bag", 1, Self.startMs + 500)])
        while try role.commit() { try role.restart() }
        let late = role.alerts.dropFirst(count)
        #expect(late.count == count && late.allSatisfy { $0.data.contains(#""retracted":true"#) })
    }

    @Test func `news after which nothing is there again, or no longer, fold nobody`() throws {
        let role = try JourneyAlone { _ in }
        try role.take([stock("bag", 7, Self.startMs), line("product_added", 1, Self.startMs + 1)])
        while try role.commit() {}
        let folds = role.folds
        for quantity in [6, 5, 0, 0] { try role.take([stock("bag", quantity, Self.startMs + 100 - Int64(quantity))]) }
        while try role.commit() {}
        #expect(role.folds == folds && role.broadcasts == 4 * 3)
        try role.take([stock("bag", 1, Self.startMs + 200)])
        while try role.commit() {}
        #expect(role.folds == folds + 1)
    }

    /// A year of two products that come and go, and of those who want them.
    private func year(_ seed: UInt64) throws -> Story {
        var lines = "who: {user_id: u1}\nevents:\n"
        var shaken = SplitMix(state: seed)
        for day in 0..<400 {
            let at = { (minutes: Int64) in
                let text = EventTime.format(1_735_689_600_000 + Int64(day) * Self.dayMs + minutes * 60_000)
                return String(text.prefix(16)).replacing("T", with: " ")
            }
            let (product, place) = (shaken.next() % 2, shaken.next() % 2)
            lines += "  - {name: s\(day), at: \(at(3)), type: stock_changed, "
            lines += "with: {product_id: p\(product), location: l\(place), quantity: \(shaken.next() % 2)}}\n"
            if day % 7 > 0 { continue }
            let type = ["product_added_to_wishlist", "product_added", "order_completed"][Int(shaken.next() % 3)]
            lines += "  - {name: e\(day), at: \(at(60)), type: \(type), who: {user_id: u\(shaken.next() % 3)}, "
            lines += "with: {product_id: p\(shaken.next() % 2), location: l\(shaken.next() % 2), order_id: o\(day)}}\n"
        }
        return try Story(name: "news", bytes: Array(lines.utf8))
    }

    @Test(arguments: 1...UInt64(Specification.number("TABIJI_NEWS_CASES", 2)))
    func `news beyond the horizon are folded away, and nothing that stands differs`(seed: UInt64) throws {
        let story = try year(seed)
        let whole = try StoryRun(story)
        let bounded = try StoryRun(story) {
            $0.latenessMs = 50 * Self.dayMs
            $0.foldsPerCommitMax = 3
        }
        // Each event comes up to thirty days late.
        var shaken = SplitMix(state: seed + 1_000)
        let lines = story.events.map { ($0.timeMs + Int64(shaken.next() % 30) * Self.dayMs, $0.line) }
            .sorted { $0.0 < $1.0 }.map(\.1)
        for (index, line) in lines.enumerated() {
            try whole.feed(line)
            try bounded.feed(line)
            if index % 37 == 0 { try bounded.restart() }
            #expect(bounded.broadcasts < 3 * 80)
        }
        #expect(whole.broadcasts == 3 * 400)
        #expect(bounded.totals.tooLate == 0)
        #expect(bounded.totals.folded > 350)
        #expect(bounded.totals.events == story.events.count)
        let (net, wanted) = (NetRecords(bounded.outputs), NetRecords(whole.outputs))
        #expect(wanted[.alerts].count { $0.data["rule"]?.text == "back_in_stock" } > 10)
        #expect(net.text == wanted.text)
        #expect(bounded.totals.digest == whole.totals.digest)
    }

    @Test func `news that come from beyond the horizon are too late, one letter for them, and change nothing`() throws {
        let role = try JourneyAlone { $0.latenessMs = 100 * Self.dayMs }
        try role.take([stock("bag", 0, Self.startMs), line("product_added_to_wishlist", 1, Self.startMs + 1)])
        while try role.commit() {}
        try role.take([line("page_viewed", 2, Self.startMs + 90 * Self.dayMs), stock("bag", 4, Self.startMs + 2)])
        while try role.commit() {}
        #expect(role.alerts.count { $0.data.contains("back_in_stock") } == 1)
        try role.take([line("page_viewed", 2, Self.startMs + 101 * Self.dayMs)])
        while try role.commit() {}
        let told = role.alerts.count
        try role.take([stock("bag", 9, Self.startMs - 1), stock("bag", 4, Self.startMs + 2)])
        while try role.commit() {}
        #expect(role.deadLetters.count == 1 && role.deadLetters.allSatisfy { $0.contains("too_late") })
        #expect(role.totals.tooLate == 1 && role.totals.copies == 6)
        #expect(role.alerts.count == told)
    }
}
