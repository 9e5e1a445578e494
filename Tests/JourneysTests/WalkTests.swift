// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Journeys
import TestSupport
import Testing
import Touchpoints

/// A kept walk against a fold of everything from the start.
@Suite struct WalkTests {
    @Test func `whatever comes late, goes or becomes another, a kept walk tells what a refold tells`() throws {
        let book = try ShippedRules.book()
        var seed = UInt64(Specification.number("TABIJI_ORACLE_SEED", Int.random(in: 1...999_999)))
        let count = Specification.number("TABIJI_WALK_CASES", 60)
        let rounds = Specification.number("TABIJI_WALK_ROUNDS", 1)
        for (index, text) in try cases().enumerated().shuffled().prefix(count) {
            for _ in 0..<rounds {
                seed += 1
                var run = WalkRun(OracleCase(JSONText.read(text)), book, seed: seed)
                let difference = run.complaint()
                #expect(difference == nil, "case \(index), seed \(seed): \(difference ?? "")")
                if difference != nil { return }
            }
        }
    }

    @Test func `an event at the end is taken from where the walk stands, a late one from a checkpoint`() throws {
        let book = try ShippedRules.book()
        let none = Restocks([], book)
        var walk = Walk(.zero, book)
        let events = (0..<100).map { step in
            let key = Hash128(high: 0, low: UInt64(step))
            return Touchpoint(key: key, content: .zero, timeMs: Int64(step) * 1000, type: "x", channel: "web", id: "")
        }
        _ = walk.go(from: .start, Array(events.dropLast()), none, untilMs: 0)
        let last = book.place(of: events[99])
        #expect(walk.base(first: last, brokenMs: nil, none, untilMs: 0) == .end)
        let late = walk.base(first: nil, brokenMs: 95_000, none, untilMs: 0)
        #expect(walk.events(late) == 88)
        #expect(walk.base(first: nil, brokenMs: 5_000, none, untilMs: 0) == .start)
    }

    private func cases() throws -> [String] {
        let data = try ShippedRules.fixture("cases.ndjson")
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// One customer whose events come, go and change by chance, with what readers have been told.
private struct WalkRun {
    private let whole: OracleCase
    private let book: Rulebook
    private let scoresText: Fold.TextScorer
    private var chance: SplitMix
    private var walk: Walk
    private var known: [Hash128: Touchpoint] = [:]
    private var news: [Hash128: Touchpoint] = [:]
    /// Kept up piece by piece.
    private var restocks: Restocks
    private var transitions: [Hash128: [Transition]] = [:]
    private var alerts: [Hash128: AlertState] = [:]
    private var moods: [Hash128: Double] = [:]

    init(_ whole: OracleCase, _ book: Rulebook, seed: UInt64) {
        self.whole = whole
        self.book = book
        chance = SplitMix(state: seed)
        let textMoods = whole.textMoods
        scoresText = { event in textMoods[event.key].map { TextMood(score: $0) } }
        walk = Walk(.zero, book, scoresText: scoresText)
        restocks = Restocks(book)
    }

    /// What differs first; nil: nothing ever does.
    mutating func complaint() -> String? {
        let inOrder = chance.next(3) == 0
        var coming = whole.events.sorted { book.place(of: $0) < book.place(of: $1) }
        if !inOrder { coming.shuffle(using: &chance) }
        var comingNews = whole.broadcasts.shuffled(using: &chance)
        var rounds = 0
        while !coming.isEmpty || !comingNews.isEmpty || rounds < 4 {
            rounds += 1
            var first: WalkPlace?
            var brokenMs: Int64?
            for _ in 0..<min(coming.count, chance.next(5)) {
                let event = coming.removeFirst()
                if known.updateValue(event, forKey: event.key) == nil {
                    first = min(first ?? book.place(of: event), book.place(of: event))
                } else {
                    brokenMs = min(brokenMs ?? .max, event.timeMs)
                }
            }
            if chance.next(4) == 0,
                let event = known.values.sorted(by: { $0.key < $1.key }).randomElement(using: &chance)
            {
                brokenMs = min(brokenMs ?? .max, event.timeMs)
                disturb(event)
            }
            for _ in 0..<min(comingNews.count, chance.next(3)) { hear(comingNews.removeFirst()) }
            if chance.next(8) == 0, let gone = news.values.sorted(by: { $0.key < $1.key }).randomElement(using: &chance)
            {
                unhear(gone)
            }
            if let different = goOn(first, brokenMs, untilMs: watermark()) { return different }
        }
        return nil
    }

    private mutating func hear(_ event: Touchpoint) {
        if let twin = news[event.key] {
            if twin.content <= event.content { return }
            unhear(twin)
        }
        _ = restocks.take(event) { [news] _, key in news[key] ?? event }
        news[event.key] = event
    }

    private mutating func unhear(_ event: Touchpoint) {
        _ = restocks.drop(event) { [news] _, key in news[key] ?? event }
        news[event.key] = nil
    }

    /// An event goes, or is another.
    private mutating func disturb(_ event: Touchpoint) {
        if chance.next(2) == 0 {
            known[event.key] = nil
            transitions[event.key] = nil
            moods[event.key] = nil
            alerts = alerts.filter { $0.value.cause != event.key }
        } else {
            var other = event
            other.content = Hash128(high: 0, low: UInt64(chance.next(1_000_000)))
            other.traits = .object([.init("other", .bool(true))])
            if !other.properties.entries.isEmpty { other.properties.entries.removeLast() }
            known[event.key] = other
        }
    }

    private mutating func watermark() -> Int64 {
        guard chance.next(5) > 0, let some = whole.events.randomElement(using: &chance) else { return whole.untilMs }
        return some.timeMs + Int64(chance.next(3)) * 86_400_000
    }

    private mutating func goOn(_ first: WalkPlace?, _ brokenMs: Int64?, untilMs: Int64) -> String? {
        let base = walk.base(first: first, brokenMs: brokenMs, restocks, untilMs: untilMs)
        let after = walk.last(base)
        let events = known.values.filter { event in after.map { $0 < book.place(of: event) } ?? true }
            .sorted { book.place(of: $0) < book.place(of: $1) }
        let step = walk.go(from: base, events, restocks, untilMs: untilMs)
        for (index, event) in events.enumerated() {
            transitions[event.key] = Array(step.transitions(index))
            moods[event.key] = step.events[index].mood
            alerts = alerts.filter { $0.value.cause != event.key }
            for alert in step.alerts(causedBy: event.key) { alerts[alert.id] = alert }
        }
        for earlier in step.elsewhere {
            for id in earlier.gone { alerts[id] = nil }
            for alert in earlier.alerts { alerts[alert.id] = alert }
        }
        let all = Fold.run(
            Array(known.values),
            broadcasts: Array(news.values),
            untilMs: untilMs,
            rulebook: book,
            scoresText: scoresText
        )
        let place = "from \(base) at \(untilMs)"
        if Dictionary(grouping: all.transitions, by: \.cause) != transitions.filter({ !$0.value.isEmpty }) {
            return "transitions \(place)"
        }
        if Dictionary(uniqueKeysWithValues: all.alerts.map { ($0.id, $0) }) != alerts { return "alerts \(place)" }
        let scored = all.moods.compactMap { mood in mood.mood.map { (mood.event, $0.score) } }
        if Dictionary(uniqueKeysWithValues: scored) != moods { return "moods \(place)" }
        if all.profile != walk.profile { return "profile \(place)" }
        let open = all.alerts.filter { $0.state == .opened || $0.state == .updated }.count
        return open == step.alertsOpen && walk.events == known.count ? nil : "counts \(place)"
    }
}

extension SplitMix {
    fileprivate mutating func next(_ below: Int) -> Int { Int(next() % UInt64(below)) }
}
