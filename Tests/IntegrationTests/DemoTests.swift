// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `tabiji demo`, as people first see the program.
@Suite(.enabled(if: TabijiExecutable.isThere, TabijiExecutable.missing))
struct DemoTests {
    /// What the demo printed: each event of the scene with what was told after it, and what stands at the end.
    private struct Told {
        struct Step {
            var channel: String
            var event: String
            var results: [String]
        }

        private(set) var steps: [Step] = []
        /// From “Why is this one person?” on.
        private(set) var end: [String] = []

        init(_ output: String) {
            for line in output.split(separator: "\n").map(String.init) {
                if line.hasPrefix("Why") || !end.isEmpty {
                    end.append(line)
                } else if let step = line.firstMatch(of: /^[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}  (\w+) +(.+)$/) {
                    steps.append(Step(channel: String(step.1), event: String(step.2), results: []))
                } else if !steps.isEmpty {
                    steps[steps.count - 1].results.append(line.trimmingCharacters(in: .whitespaces))
                }
            }
        }

        func place(of event: String) throws -> Int { try #require(steps.firstIndex { $0.event.contains(event) }) }

        /// The result with this in it after one event and before another, or to the end of the scene.
        @discardableResult
        func result(_ text: String, after first: String, before last: String? = nil) throws -> String {
            let end = try last.map(place) ?? steps.count
            let between = steps[try place(of: first)..<end].flatMap(\.results)
            return try #require(
                between.first { $0.contains(text) },
                "“\(text)” was not told after “\(first)” but\n\(between.joined(separator: "\n"))"
            )
        }
    }

    /// One run for all that is asked of it: the demo takes its time.
    @Test func `it tells the three stories, of a cart, a broken parcel and an angry customer, as they happen`() throws {
        let run = try CommandRun(["demo", "--port", "0", "--seconds", "1", "--customers", "50"])
        try #require(run.status == 0, "\(run.errors)")
        let told = Told(run.output)

        // A cart from the web to the app to the shop.
        let cart = [
            "puts it into the cart", "The app shows the cart from the web", "In the shop she buys what the cart",
        ]
        let places = try cart.map { told.steps[try told.place(of: $0)].channel }
        #expect(places == ["web", "app", "store"])
        try told.result("→ 決定 (Decision)", after: cart[0], before: cart[1])
        try told.result("! alert, warning: カート放棄 (Cart left behind)", after: cart[0], before: cart[2])
        try told.result("→ 購入 (Purchase)", after: cart[2])
        try told.result("✓ resolved: カート放棄 (Cart left behind)", after: cart[2])

        // A parcel that is broken when it is opened, and made good by one that is not.
        let (broken, fine) = ("She opens it: the zip is torn", "She opens it: this one is fine")
        try told.result("! alert, warning: 開封時の破損・不足 (Damaged when unboxed)", after: broken, before: fine)
        try told.result("✓ resolved: 開封時の破損・不足 (Damaged when unboxed)", after: fine)
        try told.result("→ 使用 (Use)", after: fine)

        // Hung up and wrote: one person, and the alert says so before anybody answers.
        let (hungUp, wrote) = ("She hangs up after 27 minutes", "Two minutes later she writes on LINE")
        #expect(try told.place(of: wrote) == told.place(of: hungUp) + 1)
        let angry = try told.result("! alert, critical: 不満のままチャネル移動", after: wrote, before: "A replacement is ordered")
        let seconds = try #require(angry.firstMatch(of: /([0-9]+\.[0-9]) s after the event/)?.output.1)
        #expect(try #require(Double(seconds)) < 30)
        try told.result("27分待たされ、2分後にメッセージ", after: wrote)
        try told.result("Waited 27 minutes, then wrote 2 minutes later", after: wrote)
        try told.result("✓ resolved: 不満のままチャネル移動", after: "The case is closed")

        // In the end it is one customer, of whom an agent sees what was said last.
        let end = told.end.joined(separator: "\n")
        #expect(end.contains("23 touchpoints on 10 channels belong to one customer"))
        #expect(end.contains("orders     1, 16800 JPY"))
        #expect(end.contains("contacts   2, abandoned calls 1, open cases 0"))
        #expect(end.contains("last       messenger, after waiting 27 minutes: “27分待ちました。ファスナーが壊れています。”"))
    }
}
