// SPDX-License-Identifier: Apache-2.0
import Configuration
import Testing
import Touchpoints

@testable import Pipeline

/// A CX team changes the rules and starts the program again: what stands is what it would be, had the rules always been so.
@Suite struct OtherRulesTests {
    typealias Change = OtherRules.Change

    private static let model = Change.without("journeys/classic-5.yaml")
    private static let alert = Change(
        file: "alerts.yaml",
        text: "title: {en: Cart left behind, ja: カート放棄}",
        other: "severity: info\n    title: {en: A cart, ja: かご}"
    )
    private static let period = Change(file: "alerts.yaml", text: "within: 24h", other: "within: 2h")
    private static let mood = Change(
        file: "mood/scores.yaml",
        text: "emotion: anger, also: 怒り, title: {en: Anger, ja: 怒り}, score: -0.9",
        other: "emotion: anger, also: 怒り, title: {en: Anger, ja: 怒り}, score: -0.7"
    )
    private static let outcome = Change(
        file: "mood/scores.yaml",
        text: "score: -0.6, when: [{is: damaged}]",
        other: "score: -0.8, when: [{is: damaged}]"
    )
    private static let lexicon = Change(
        file: "mood/lexicons/english-words.tsv",
        text: "\nterrible\t-2.1",
        other: "\nterrible\t-1.1"
    )
    private static let comment = Change(
        file: "alerts.yaml",
        text: "rules:\n",
        other: "# As agreed in spring.\nrules:   # all of them\n"
    )

    private static let shipped = Result { try TabijiConfiguration.shipped() }
    private static let all = Result { try OtherRules.configuration([model, alert, mood, outcome, period]) }

    /// One that meets many rules, with others beside.
    private func many() throws -> Story {
        var lines = "who: {user_id: u1}\nevents:\n"
        for day in 1...9 {
            let who = "who: {user_id: m\(day)}"
            func add(_ time: String, _ type: String, _ more: String) {
                lines += "  - {at: 2026-03-0\(day) \(time), type: \(type), \(who), with: {\(more)}}\n"
            }
            add("09:00", "product_viewed", "product_id: p1")
            add("09:05", "product_added", "product_id: p1, occasion: \(day % 2 == 0 ? "gift" : "own")")
            if day % 3 == 0 { continue }
            add("13:00", "order_completed", "order_id: o\(day), revenue: 900, currency: JPY, promised_at: 2026-03-09")
            add("18:00", "package_unboxed", "order_id: o\(day), condition: \(day % 2 == 0 ? "damaged" : "ok")")
            add("18:30", "message_received", "case_id: c\(day)")
            add("18:40", "emotion_noted", "emotion: anger")
        }
        return try Story(name: "many", bytes: Array(lines.utf8))
    }

    private func net(_ story: Story, _ configuration: TabijiConfiguration) throws -> (String, JourneyTotals) {
        let run = try StoryRun(story, configuration)
        for event in story.events { try run.feed(event.line) }
        return (NetRecords(run.outputs).text, run.totals)
    }

    @Test(arguments: [[model], [alert], [period], [mood], [outcome], [model, alert, mood, outcome, period]])
    func `results are what they would be under the new rules, and under the old ones again`(
        changes: [Change]
    ) throws {
        let (old, new) = try (Self.shipped.get(), OtherRules.configuration(changes))
        let story = try many()
        let (before, after) = try (net(story, old), net(story, new))
        #expect(before.0 != after.0)
        let run = try StoryRun(story, old)
        for event in story.events { try run.feed(event.line) }
        for (configuration, wanted) in [(new, after), (old, before), (new, after)] {
            try run.restart(configuration)
            #expect(run.refolding.left == 0)
            #expect(run.refolding.done == run.totals.customers)
            #expect(NetRecords(run.outputs).text == wanted.0)
            #expect(run.totals.digest == wanted.1.digest)
            #expect(run.totals.alertsOpen == wanted.1.alertsOpen)
        }
    }

    @Test(arguments: Story.all.map(\.name))
    func `every scene ends as under the new rules, whichever event they come after`(name: String) throws {
        let story = try #require(Story.all.first { $0.name == name })
        let new = try Self.all.get()
        let fresh = try StoryRun(story, new)
        for event in story.events { try fresh.feed(event.line) }
        try fresh.finish(atMs: story.untilMs)
        for cut in Set([0, story.events.count / 2, story.events.count - 1]) {
            let run = try StoryRun(story)
            for (index, event) in story.events.enumerated() {
                try run.feed(event.line)
                if index == cut { try run.restart(new) }
            }
            try run.finish(atMs: story.untilMs)
            #expect(NetRecords(run.outputs).text == NetRecords(fresh.outputs).text, "after event \(cut + 1)")
            #expect(run.totals.digest == fresh.totals.digest)
        }
    }

    @Test func `a crash between goes on where it was, and rules that change meanwhile begin anew`() throws {
        let (old, new) = try (Self.shipped.get(), Self.all.get())
        let story = try many()
        let (before, after) = try (net(story, old), net(story, new))
        let run = try StoryRun(story, old) { $0.refoldsPerCommitMax = 1 }
        for event in story.events { try run.feed(event.line) }
        try run.restart(new, rounds: 3)
        let first = run.refolding
        #expect(first.left > 0 && first.done > 0)
        #expect(NetRecords(run.outputs).text != after.0)
        try run.restart(rounds: 2)
        #expect(run.refolding.left > 0 && run.refolding.done > first.done)
        var folds = run.folds
        try run.restart()
        #expect(run.refolding.left == 0)
        folds += run.folds
        #expect(folds <= story.events.count)
        #expect(NetRecords(run.outputs).text == after.0)
        #expect(run.totals.digest == after.1.digest)
        // Half way back, and then forth again.
        try run.restart(old, rounds: 3)
        #expect(run.refolding.left > 0)
        try run.restart(new)
        #expect(NetRecords(run.outputs).text == after.0)
        #expect(run.totals.digest == after.1.digest)
        try run.restart(old, rounds: 3)
        try run.restart(new, rounds: 2)
        try run.restart(old)
        #expect(NetRecords(run.outputs).text == before.0)
        #expect(run.totals.digest == before.1.digest)
    }

    @Test func `nobody is folded again where nothing has changed, or only a comment`() throws {
        let (old, same) = try (Self.shipped.get(), OtherRules.configuration([Self.comment]))
        let story = try many()
        let run = try StoryRun(story, old)
        for event in story.events { try run.feed(event.line) }
        let records = run.outputs.count
        for configuration in [old, same, old] {
            try run.restart(configuration)
            #expect(run.folds == 0 && run.refolding == (0, 0))
        }
        #expect(run.outputs.count == records)
        try run.restart(try OtherRules.configuration([Self.mood]))
        #expect(run.folds == run.totals.customers)
    }

    @Test func `a rule may read a property that nobody read when the event came`() throws {
        let gift = Change(
            file: "mood/scores.yaml",
            text: "outcomes:\n",
            other: "outcomes:\n  - {score: 0.7, when: [{type: product_added, where: {occasion: gift}}]}\n"
        )
        let known = Change(file: "vocabulary.yaml", text: "coupon, location]", other: "coupon, location, occasion]")
        let (old, new) = try (Self.shipped.get(), OtherRules.configuration([known, gift]))
        #expect(!old.intake.keptProperties.contains("occasion"))
        let story = try many()
        let after = try net(story, new)
        let run = try StoryRun(story, old)
        for event in story.events { try run.feed(event.line) }
        #expect(NetRecords(run.outputs).text != after.0)
        try run.restart(new)
        #expect(NetRecords(run.outputs).text == after.0)
        for event in story.events { try run.feed(event.line) }
        #expect(NetRecords(run.outputs).text == after.0)
        #expect(run.totals.conflicts == 0)
    }

    @Test func `settings that results follow from are rules as well`() throws {
        let story = try many()
        let configuration = try Self.shipped.get()
        let whole = try net(story, configuration)
        var hasTimeline = false
        let run = try StoryRun(story, configuration) { $0.emitsTimeline = hasTimeline }
        for event in story.events { try run.feed(event.line) }
        #expect(NetRecords(run.outputs)[.timeline].isEmpty)
        hasTimeline = true
        try run.restart(configuration)
        #expect(NetRecords(run.outputs).text == whole.0)
        #expect(run.totals.digest == whole.1.digest)
    }

    /// Two people take a tablet from each other's hands, and look at things on it without signing in.
    private func tablet() throws -> Story {
        var lines = "who: {user_id: u1}\nevents:\n"
        for hour in 10...19 {
            let user = "u\(hour % 2)"
            lines += "  - {at: 2026-03-01 \(hour):00, type: signed_in, who: {user_id: \(user), anonymous_id: t}}\n"
            lines +=
                "  - {at: 2026-03-01 \(hour):10, type: product_viewed, who: {anonymous_id: t}, with: {product_id: p}}\n"
        }
        return try Story(name: "tablet", bytes: Array(lines.utf8))
    }

    private static func identity(_ text: String, _ other: String) -> Change {
        Change(file: "identity.yaml", text: text, other: other)
    }

    /// Each ends otherwise than by the shipped rules in some scene.
    private static let links = Result {
        try [
            [identity("max_identifiers: 200", "max_identifiers: 2")],
            [identity("shared_device: device_split", "shared_device: last_authenticated")],
            [identity("consent: {default: true}", "consent: {default: false}")],
        ].map { try OtherRules.configuration($0) }
    }

    @Test(arguments: 0..<3)
    func `who is who ends as under the new rules too`(number: Int) throws {
        let new = try Self.links.get()[number]
        var differing = 0
        for story in Story.all + [try tablet()] {
            let fresh = try StoryRun(story, new)
            let run = try StoryRun(story) { $0.reckonsPerCommitMax = 1 }
            for event in story.events { try fresh.feed(event.line) }
            for (index, event) in story.events.enumerated() {
                try run.feed(event.line)
                guard index == story.events.count / 2 else { continue }
                try run.restart(new, rounds: 1)  // It dies on the way.
                try run.restart(new)
            }
            let before = try StoryRun(story)
            for event in story.events { try before.feed(event.line) }
            for run in [fresh, run, before] { try run.finish(atMs: story.untilMs) }
            #expect(NetRecords(run.outputs).text == NetRecords(fresh.outputs).text, "\(story.name)")
            #expect(run.totals.digest == fresh.totals.digest, "\(story.name)")
            if before.totals.digest != fresh.totals.digest { differing += 1 }
        }
        #expect(differing > 0)
    }

    @Test(arguments: 0..<3)
    func `rules that go back before all have been reckoned anew leave nothing of the others`(number: Int) throws {
        let (old, new) = try (Self.shipped.get(), Self.links.get()[number])
        for story in Story.all {
            let run = try StoryRun(story) { $0.reckonsPerCommitMax = 1 }
            let fresh = try StoryRun(story)
            for event in story.events {
                try run.feed(event.line)
                try fresh.feed(event.line)
            }
            for rounds in 1...12 {
                try run.restart(new, rounds: rounds)
                try run.restart(old)
                #expect(run.totals.digest == fresh.totals.digest, "\(story.name), \(rounds) rounds")
            }
            try fresh.finish(atMs: story.untilMs)
            try run.finish(atMs: story.untilMs)
            #expect(NetRecords(run.outputs).text == NetRecords(fresh.outputs).text, "\(story.name)")
        }
    }

    @Test(arguments: [
        ("email:        {priority: 3", "email:        {priority: 12", ["namespaces"]),
        ("kind: phone", "kind: text", ["namespaces"]),
        ("\"guest\"]", "\"guest\", \"test\"]", ["blocked"]),
        ("observation_bucket: 5m", "observation_bucket: 10m", ["observation_bucket"]),
        ("default_region: JP", "default_region: US", ["default_region"]),
        ("shared_device: device_split", "shared_device: anonymous", ["shared_device"]),
    ])
    func `rules by which events are read do not change over what has been read`(
        text: String,
        other: String,
        changed: [String]
    ) throws {
        let story = try many()
        let run = try StoryRun(story)
        for event in story.events { try run.feed(event.line) }
        let new = try OtherRules.configuration([Self.identity(text, other)])
        let error = #expect(throws: IdentityRulesError.self) { try run.restart(new) }
        #expect(Set(error?.changed ?? []) == Set(changed))
        #expect(error.map { FailureClass.exitCode(of: $0) } == 78)
        try run.restart(try Self.shipped.get())
    }

    @Test func `a realm that nothing came of yet may have any policy`() throws {
        let story = try many()
        let run = try StoryRun(story)
        for event in story.events { try run.feed(event.line) }
        let new = Self.identity("realms: {}", "realms: {outlet: {shared_device: anonymous}}")
        try run.restart(try OtherRules.configuration([new]))
        let event = """
            {"id":"o","type":"signed_in","time":"2026-03-01T09:00:00Z","realm":"outlet",\
            "identifiers":{"user_id":"u","anonymous_id":"c"}}
            """
        try run.feed(Array(event.utf8))
        let other = Self.identity("realms: {}", "realms: {outlet: {shared_device: reset_on_logout}}")
        let error = #expect(throws: IdentityRulesError.self) { try run.restart(try OtherRules.configuration([other])) }
        #expect(error?.changed == ["realms.outlet.shared_device"])
    }

    @Test func `a reference that a pattern blocks names nothing in a journey either`() throws {
        let text = """
            who: {user_id: u1}
            events:
              - {at: 2026-03-01 09:00, type: order_completed, with: {order_id: test-1, revenue: 100}}
              - {at: 2026-03-02 09:00, type: order_completed, with: {order_id: o1, replaces: test-1, revenue: 100}}
              - {at: 2026-03-03 09:00, type: order_shipped, with: {order_id: [test-2, o1]}}
            """
        let story = try Story(name: "blocked", bytes: Array(text.utf8))
        let run = try StoryRun(story, OtherRules.configuration([Self.identity("patterns: []", "patterns: [^test-]")]))
        for event in story.events { try run.feed(event.line) }
        let orders = NetRecords(run.outputs)[.transitions].filter { $0.data["model"]?.text == "post-purchase" }
        #expect(orders.map { $0.data["instance"]?.text } == ["o1", "o1"])
        let profile = NetRecords(run.outputs)[.profiles].first?.data
        #expect(profile?["counters"]?["orders"]?.int == 2)
        #expect(profile?["references"]?.items.compactMap(\.text) == ["order_id:o1"])
    }

    @Test func `the print of the rules follows from what files say`() throws {
        let shipped = try Self.shipped.get().rulesPrint
        #expect(try OtherRules.configuration([]).rulesPrint == shipped)
        #expect(try OtherRules.configuration([Self.comment]).rulesPrint == shipped)
        let others = try [Self.model, Self.alert, Self.mood, Self.lexicon].map { try OtherRules.configuration([$0]) }
        #expect(Set(others.map(\.rulesPrint) + [shipped]).count == 5)
    }
}
