// SPDX-License-Identifier: Apache-2.0
import Digests
import Touchpoints

@testable import Identity

/// Who is who in one closure: its observations taken in the order of event time, from the first to the last.
///
/// This is the definition; whatever is faster must give the same.
struct ClosureFold {
    /// Somebody signed in to a device, or (`person` −1) out of it.
    struct Turn {
        var timeMs: Int64
        var person: Int32
        var next: Int32 = -1
    }

    struct Hub {
        var node: Int32
        var timeMs: Int64
        var cause: Int32
    }

    let rules: NamespaceTable
    let view: ClosureView
    private(set) var graph: LinkGraph
    private(set) var isHub: [Bool]
    private(set) var isKnown: [Bool]
    private(set) var hubs: [Hub] = []
    /// For each reference the strongest name of the earliest observation that names it after another namespace's; −1:
    /// none.
    private(set) var claimedBy: [Int32]
    /// For each order the one that it replaces; −1: none.
    private(set) var standsFor: [Int32]
    /// The turns of each device, as lists in the order of time.
    private(set) var turns: [Turn] = []
    private(set) var firstTurn: [Int32]
    private var lastTurn: [Int32]
    /// Distinct people seen with each value that may become a hub.
    private var people: [Int32: [Int32]] = [:]

    init(_ view: ClosureView, rules: NamespaceTable) {
        self.view = view
        self.rules = rules
        let count = view.identifiers.count
        graph = LinkGraph(rules: rules, hashes: view.hashes, namespaces: view.namespaces, barred: view.barred)
        isHub = [Bool](repeating: false, count: count)
        isKnown = isHub
        claimedBy = [Int32](repeating: -1, count: count)
        standsFor = claimedBy
        firstTurn = claimedBy
        lastTurn = claimedBy
        for seen in view.observations { take(seen) }
    }

    private func entry(_ node: Int32) -> NamespaceTable.Entry { rules.entries[Int(view.namespaces[Int(node)])] }

    private mutating func take(_ seen: ClosureView.Seen) {
        let names = view.names[seen.names]
        let persons = names.filter { entry($0).isPerson }
        countPeople(names, persons, seen)
        if seen.isForgotten { return }
        learn(names, seen)
        // References never link, hubs no longer do.
        let usable = names.filter { !entry($0).isReference && !isHub[Int($0)] }
        if seen.hasConsent { graph.see(usable, timeMs: seen.timeMs, cause: seen.number) }
        for node in usable where entry(node).isDevice {
            if seen.signsOut {
                turn(node, Turn(timeMs: seen.timeMs, person: -1))  // also without consent: a sign-out holds
            } else if seen.hasConsent && !persons.isEmpty {
                let person = graph.person(with: node)
                if person >= 0 { turn(node, Turn(timeMs: seen.timeMs, person: person)) }
            }
        }
    }

    /// What is forgotten or without consent counts on, so that no hub is ever undone.
    private mutating func countPeople(_ names: ArraySlice<Int32>, _ persons: [Int32], _ seen: ClosureView.Seen) {
        for node in names where !isHub[Int(node)] {
            guard let most = entry(node).maxCustomers else { continue }
            var met = people[node] ?? []
            let before = met.count
            for person in persons where !met.contains(person) { met.append(person) }
            if met.count > most {
                isHub[Int(node)] = true
                people[node] = nil
                hubs.append(Hub(node: node, timeMs: seen.timeMs, cause: seen.number))
                graph.cut(node, timeMs: seen.timeMs, cause: seen.number)
            } else if met.count > before {
                people[node] = met
            }
        }
    }

    /// With or without consent: an order is a contract, not tracking.
    private mutating func learn(_ names: ArraySlice<Int32>, _ seen: ClosureView.Seen) {
        for node in names { isKnown[Int(node)] = true }
        if seen.new >= 0 && seen.new != seen.old {
            isKnown[Int(seen.new)] = true
            isKnown[Int(seen.old)] = true
            if standsFor[Int(seen.new)] < 0 { standsFor[Int(seen.new)] = seen.old }
        }
        guard let first = names.first else { return }
        for node in names where entry(node).isReference && view.namespaces[Int(node)] != view.namespaces[Int(first)] {
            if claimedBy[Int(node)] < 0 { claimedBy[Int(node)] = first }
        }
    }

    /// A turn to whoever has the device already changes nothing under any policy, and is left out.
    private mutating func turn(_ device: Int32, _ turn: Turn) {
        let last = lastTurn[Int(device)]
        if last >= 0 && turns[Int(last)].person == turn.person { return }
        let number = Int32(turns.count)
        turns.append(turn)
        if last < 0 { firstTurn[Int(device)] = number } else { turns[Int(last)].next = number }
        lastTurn[Int(device)] = number
    }
}
