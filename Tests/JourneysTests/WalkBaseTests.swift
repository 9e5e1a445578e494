// SPDX-License-Identifier: Apache-2.0
import Digests
import Journeys
import Testing
import Touchpoints

/// What is too old to change is folded away: what comes afterwards must not tell the difference.
@Suite struct WalkBaseTests {
    @Test func `a walk goes on from a base as from the events that are in it`() throws {
        let book = try ShippedRules.book()
        let data = try ShippedRules.fixture("cases.ndjson")
        let texts = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        var bases = 0
        for (index, text) in texts.enumerated() {
            let whole = OracleCase(JSONText.read(text))
            for quarter in 1...3 {
                let run = try BaseRun(whole, book, quarter: quarter)
                if run.isOpen { bases += 1 }
                #expect(run.difference == nil, "case \(index), quarter \(quarter)")
            }
        }
        #expect(bases > texts.count / 4)
    }

    @Test func `a base that was written under other rules is read by what they have in common`() throws {
        var sources = try ShippedRules.sources()
        let before = try Rulebook(sources, vocabulary: ShippedRules.vocabulary())
        sources.models.reverse()
        sources.alerts.rules.reverse()
        sources.models.removeLast()
        let after = try Rulebook(sources, vocabulary: ShippedRules.vocabulary())
        let data = try ShippedRules.fixture("cases.ndjson")
        var bases = 0
        for text in String(decoding: data, as: UTF8.self).split(separator: "\n").prefix(100) {
            let whole = OracleCase(JSONText.read(String(text)))
            let run = try BaseRun(whole, before, quarter: 2, goesOnUnder: after)
            if run.isOpen { bases += 1 }
            #expect(run.difference == nil)
        }
        #expect(bases > 10)
    }
}

/// A case whose first events are folded away, against all of it in one fold.
private struct BaseRun {
    /// nil: there is none.
    private(set) var difference: String?

    /// Something was open at the cut.
    private(set) var isOpen = false

    init(_ whole: OracleCase, _ book: Rulebook, quarter: Int, goesOnUnder after: Rulebook? = nil) throws {
        let after = after ?? book
        let moods = whole.textMoods
        let scores: Fold.TextScorer = { event in moods[event.key].map { TextMood(score: $0) } }
        let events = whole.events.sorted { book.place(of: $0) < book.place(of: $1) }
        let cutMs = min(events[events.count * quarter / 4].timeMs, whole.untilMs)
        let restocks = Restocks(whole.broadcasts, book)
        var first = Walk(.zero, book, scoresText: scores)
        let made = first.fold(away: Array(events.prefix { $0.timeMs < cutMs }), restocks, cutMs: cutMs)
        isOpen = !made.unsettled.isEmpty
        let base = try WalkBase(made.bytes())
        var walk = Walk(.zero, after, base: base, scoresText: scores)
        let rest = events.filter { $0.timeMs >= base.cutMs }
        // News before the cut leave where their products stood; the others come in any order.
        let oldNews = whole.broadcasts.filter { $0.timeMs < cutMs }.sorted { after.place(of: $0) < after.place(of: $1) }
        var news = Restocks(after)
        var kept = Restocks(oldNews, after)
        for stock in kept.fold(away: oldNews) { news.begin(with: stock) }
        for event in whole.broadcasts.filter({ $0.timeMs >= cutMs }).shuffled() {
            _ = news.take(event) { _, key in whole.broadcasts.first { $0.key == key } ?? event }
        }
        let step = walk.go(from: .start, rest, news, untilMs: whole.untilMs)
        let all = Fold.run(
            events,
            broadcasts: whole.broadcasts,
            untilMs: whole.untilMs,
            rulebook: after,
            scoresText: scores
        )
        if walk.profile != all.profile { difference = "profile" }
        if walk.events != events.count { difference = "events" }
        let later = Set(rest.map(\.key))
        let transitions = rest.indices.flatMap { Array(step.transitions($0)) }
        if transitions != all.transitions.filter({ later.contains($0.cause) }) { difference = "transitions" }
        let alerts = Set(rest.flatMap { step.alerts(causedBy: $0.key) }.map(\.id))
        let wanted = all.alerts.filter { later.contains($0.cause) }
        if alerts != Set(wanted.map(\.id)) { difference = "alerts" }
        if rest.flatMap({ step.alerts(causedBy: $0.key) }).contains(where: { !wanted.contains($0) }) {
            difference = "an alert's content"
        }
        let old = all.alerts.filter { !later.contains($0.cause) }
        let elsewhere = step.elsewhere.flatMap(\.alerts)
        if elsewhere.contains(where: { !old.contains($0) }) { difference = "an alert of a folded event" }
        let standing = Set(elsewhere.map(\.id) + base.unsettled.flatMap(\.ended))
        for alert in old where !standing.contains(alert.id) {
            // It ended before the cut, and nothing of its cause was open there.
            if alert.state == .opened || alert.state == .updated { difference = "an open alert of a folded event" }
            if let endedMs = alert.resolvedAtMs, endedMs >= cutMs { difference = "an ended alert of a folded event" }
        }
    }
}
