// SPDX-License-Identifier: Apache-2.0
import Digests
import Journeys
import TestSupport
import Testing
import Touchpoints

@testable import Pipeline

/// The scenes of `Scenes/`, through the whole program.
@Suite struct StoryTests {
    @Test func `every scene can be read`() {
        #expect(Story.all.count == Story.files && Story.files >= 20)
        for story in Story.all {
            #expect(Set(story.events.map(\.name)).count == story.events.count, "\(story.name): two events of one name")
        }
    }

    @Test(arguments: Story.all.map(\.name))
    func `a scene ends as it is told`(name: String) throws {
        let story = try #require(Story.all.first { $0.name == name })
        let run = try StoryRun(story)
        for event in story.events { try run.feed(event.line) }
        try run.finish(atMs: story.untilMs)
        let check = StoryCheck(story: story, net: NetRecords(run.outputs))
        #expect(check.complaints == [])
    }

    /// Forwards, backwards, shuffled, doubled, and cut by a restart after every event.
    @Test(arguments: Story.all.map(\.name))
    func `a scene ends so in whatever order it comes, repeated, and cut at every event`(name: String) throws {
        let story = try #require(Story.all.first { $0.name == name })
        let lines = story.events.map(\.line)
        var shaken = SplitMix(state: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        let forwards = try net(story, lines)
        let orders: [(String, [[UInt8]])] = [
            ("backwards", lines.reversed()), ("shuffled", lines.shuffled(using: &shaken)),
            ("shuffled", lines.shuffled(using: &shaken)), ("doubled", lines.flatMap { [$0, $0] }),
            ("doubled and shuffled", (lines + lines).shuffled(using: &shaken)),
        ]
        for (order, lines) in orders { #expect(try net(story, lines) == forwards, "\(order)") }
        for (order, lines) in [("", lines)] + orders {
            #expect(try net(story, lines, restarts: { _ in true }) == forwards, "\(order), cut after every event")
        }
        for cut in lines.indices {
            #expect(try net(story, lines, restarts: { $0 == cut }) == forwards, "cut after event \(cut + 1)")
        }
    }

    /// The telling ones, in the words of a customer: nothing is said of what the texts sound like.
    @Test(arguments: ["hung-up-then-wrote", "broken-at-unboxing", "never-arrived", "one-was-missing"])
    func `a telling scene ends as it is told when its texts are read`(name: String) throws {
        let story = try #require(Story.all.first { $0.name == name })
        let lines = story.events.map(\.line)
        var shaken = SplitMix(state: 11)
        let orders: [(String, [[UInt8]])] = [
            ("forwards", lines), ("backwards", lines.reversed()), ("shuffled", lines.shuffled(using: &shaken)),
            ("doubled and shuffled", (lines + lines).shuffled(using: &shaken)),
        ]
        for (order, lines) in orders {
            let told = try read(story, lines) { _ in false }
            #expect(StoryCheck(story: story, net: told, readsTexts: true).complaints == [], "\(order)")
            let cut = try read(story, lines) { _ in true }
            #expect(cut.text == told.text, "\(order), cut after every event")
        }
        let told = try read(story, lines) { _ in false }.text
        for cut in lines.indices {
            #expect(try read(story, lines) { $0 == cut }.text == told, "cut after event \(cut + 1)")
        }
    }

    /// Each event in its turn comes after all others: what follows from its absence is told, and then made good.
    @Test func `whichever event comes late a scene ends as it is told, and what was told wrongly is taken back`() throws
    {
        var takenBack: Set<String> = []
        for story in Story.all {
            let lines = story.events.map(\.line)
            let forwards = try net(story, lines)
            for late in lines.indices {
                let run = try StoryRun(story)
                for (index, line) in lines.enumerated() where index != late { try run.feed(line) }
                try run.finish(atMs: story.untilMs)
                try run.feed(lines[late])
                let net = NetRecords(run.outputs)
                #expect(net.text == forwards, "\(story.name): “\(story.events[late].name)” comes late")
                let standing = Set(net[.alerts].map(\.id))
                for output in run.outputs where output.topic == .alerts && !standing.contains(output.attributes.id.hex)
                {
                    let data = JSONText.read(String(decoding: output.data ?? [], as: UTF8.self))
                    if let rule = data["rule"]?.text { takenBack.insert(rule) }
                }
            }
        }
        // What follows from one event alone no other event takes back.
        let certain: Set = ["damaged_at_unboxing", "delivery_failed", "negative_review", "promoter_found"]
        let rules = try ShippedRules.sources().alerts.rules.map(\.rule)
        #expect(takenBack == Set(rules).subtracting(certain))
    }

    private func net(_ story: Story, _ lines: [[UInt8]], restarts: (Int) -> Bool = { _ in false }) throws -> String {
        let run = try StoryRun(story)
        for (index, line) in lines.enumerated() {
            try run.feed(line)
            if restarts(index) { try run.restart() }
        }
        try run.finish(atMs: story.untilMs)
        return NetRecords(run.outputs).text
    }

    private func read(_ story: Story, _ lines: [[UInt8]], restarts: (Int) -> Bool) throws -> NetRecords {
        let run = try StoryRun(story, readsTexts: true)
        for (index, line) in lines.enumerated() {
            try run.feed(line)
            if restarts(index) { try run.restart() }
        }
        try run.finish(atMs: story.untilMs)
        return NetRecords(run.outputs)
    }

    /// Every rule, model, stage, step back and restart that ships is shown by some scene.
    @Test func `the scenes show every rule, every stage, every step back and every restart`() throws {
        var rules: Set<String> = []
        var seen: Set<String> = []
        let sources = try ShippedRules.sources()
        for story in Story.all {
            let run = try StoryRun(story)
            for event in story.events { try run.feed(event.line) }
            try run.finish(atMs: story.untilMs)
            let net = NetRecords(run.outputs)
            rules.formUnion(net[.alerts].compactMap { $0.data["rule"]?.text })
            var cycles: [String: Int64] = [:]
            for record in net[.transitions] {
                let data = record.data
                let (model, to) = (data["model"]?.text ?? "", data["to"]?.text ?? "")
                let journey = "\(record.subject) \(model) \(data["instance"]?.text ?? "")"
                let cycle = data["cycle"]?.int ?? 0
                if let from = data["from"]?.text, cycle == cycles[journey] ?? 1 {
                    seen.insert("\(model): \(from) → \(to)")
                }
                if cycle > 1 { seen.insert("\(model): restart") }
                cycles[journey] = cycle
                seen.insert("\(model): \(to)")
            }
        }
        #expect(rules == Set(sources.alerts.rules.map(\.rule)))
        var wanted: Set<String> = []
        for model in sources.models {
            if model.restart != nil { wanted.insert("\(model.model): restart") }
            for (index, stage) in model.stages.enumerated() {
                wanted.insert("\(model.model): \(stage.stage)")
                for regress in stage.regress ?? [] {
                    let to = regress.to == StageModel.previous ? model.stages[index - 1].stage : regress.to
                    wanted.insert("\(model.model): \(stage.stage) → \(to)")
                }
            }
        }
        #expect(wanted.subtracting(seen).sorted() == [])
    }
}
