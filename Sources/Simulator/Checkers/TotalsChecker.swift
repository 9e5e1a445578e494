// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Pipeline

/// Counters and digest are those of a clean replay; a losing copy is one dead letter, none for what is forgotten.
struct TotalsChecker {
    let expected: Expectation

    func complaints(_ totals: JourneyTotals, _ outputs: [SimulatedLog.Output]) -> [String] {
        var found: [String] = []
        func check(_ what: String, _ mine: Int, _ theirs: Int) {
            if mine != theirs { found.append("\(what): \(mine) instead of \(theirs)") }
        }
        let held = expected.held
        let losers = expected.losers.filter { held[$0.key] != nil }
        check("events", totals.events, held.count + expected.broadcasts.count)
        check("customers", totals.customers, expected.profiles.count)
        check("conflicts", totals.conflicts, losers.values.reduce(expected.lostBroadcasts.count) { $0 + $1.count })
        func standing(_ topic: Topic) -> Int { expected.results.values.count { $0.topic == topic } }
        check("transitions", totals.transitions, standing(.transitions))
        check("alerts", totals.alerts, standing(.alerts))
        check("touchpoints", totals.touchpoints, standing(.timeline))
        if totals.digest != expected.digest { found.append("another digest") }
        var letters: Set<Hash128> = []
        for output in outputs where output.topic == .deadletter {
            if output.attributes.isRetraction {
                letters.remove(output.attributes.id)
            } else {
                letters.insert(output.attributes.id)
            }
        }
        check("dead letters", letters.count, totals.conflicts)
        return found
    }
}
