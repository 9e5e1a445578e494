// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A case: all ids that events have named together.
struct Case: Codable, Sendable {
    var name: Text
    var ids: Set<Text> = []
    var hasTicket = false
    var isOpen = false
    var contacts = 0
    var isInContact = false
    /// When the customer was last heard in it.
    var lastMs: Int64
}

/// A customer's cases; the place of one is also its age.
struct CaseBook: Codable, Sendable {
    var cases: [Case] = []
    var byID: [Text: Int] = [:]
    /// Places of open cases, sorted.
    var open: [Int] = []
    var contacts = 0
    var abandonedCalls = 0
}

extension Fold {
    mutating func changeCase(_ step: Step, _ facts: Facts) {
        let ids = caseIDs(step)
        let wasOpen = state.cases.open
        var met = Set(ids.compactMap { state.cases.byID[$0] }).sorted()
        if met.isEmpty, let first = ids.first {
            met = [state.cases.cases.count]
            state.cases.cases.append(Case(name: first, lastMs: step.timeMs))
        }
        if let place = met.first {
            for younger in met.dropFirst() { join(younger, into: place, atMs: step.timeMs) }
            for id in ids where state.cases.cases[place].ids.insert(id).inserted { state.cases.byID[id] = place }
            meet(place, step, facts)
        }
        if step.kind?.answersCases ?? false {
            for place in state.cases.open where !state.cases.cases[place].hasTicket {
                state.cases.cases[place].isOpen = false
            }
        }
        // What has joined an older case neither closes nor counts.
        let joined = Set(met.dropFirst())
        state.cases.open = (met.prefix(1) + wasOpen).sorted().reduce(into: []) { open, place in
            if open.last != place, !joined.contains(place), state.cases.cases[place].isOpen { open.append(place) }
        }
        if facts.startsContact { state.cases.contacts += 1 }
        if step.kind == .callAbandoned, facts.isByCustomer { state.cases.abandonedCalls += 1 }
        if let place = met.first {
            facts.ownCase = state.cases.cases[place].name
            facts.ticket = state.cases.cases[place].hasTicket
            facts.opensCase = state.cases.cases[place].isOpen && !wasOpen.contains(place)
        }
        for place in wasOpen where !joined.contains(place) && !state.cases.cases[place].isOpen {
            facts.closesCase.insertSorted(state.cases.cases[place].name)
        }
    }

    private func caseIDs(_ step: Step) -> [Text] {
        var ids: [Text] = []
        for name in ReferenceName.ofCases {
            if let value = book.reference(name, of: step.event) { ids.append(Text("\(name.name):\(value)")) }
        }
        if ids.isEmpty, step.type.group == .help, step.kind != .faqViewed {
            ids.append(Text("day:\(CivilDay.text(ofMs: step.timeMs))"))
        }
        return ids
    }

    private mutating func join(_ younger: Int, into older: Int, atMs: Int64) {
        let other = state.cases.cases[younger]
        for id in other.ids { state.cases.byID[id] = older }
        state.cases.cases[older].ids.formUnion(other.ids)
        state.cases.cases[older].hasTicket = state.cases.cases[older].hasTicket || other.hasTicket
        state.cases.cases[older].isOpen = state.cases.cases[older].isOpen || other.isOpen
        state.cases.cases[older].isInContact = state.cases.cases[older].isInContact || other.isInContact
        state.cases.cases[older].contacts += other.contacts
        state.cases.cases[older].lastMs = max(state.cases.cases[older].lastMs, other.lastMs)
        leave(other.name, atMs: atMs)
    }

    /// The event happens in the case.
    private mutating func meet(_ place: Int, _ step: Step, _ facts: Facts) {
        var it = state.cases.cases[place]
        let namesTicket = book.reference(.caseID, of: step.event) != nil
        it.hasTicket = it.hasTicket || namesTicket || step.kind == .caseOpened || step.kind == .caseReopened
        let isSilent = step.timeMs - it.lastMs >= 86_400_000
        facts.startsContact =
            meets(book.turns[step.type], step, facts) && (!it.isInContact || isSilent)
            || step.kind == .caseOpened && it.contacts == 0
        if facts.startsContact {
            it.contacts += 1
            it.isInContact = true
        }
        if facts.isByCustomer { it.lastMs = step.timeMs }
        if step.kind?.opensCases ?? false, !step.isOutbound { it.isOpen = true }
        if step.kind == .caseResolved {
            it.isOpen = false
            it.isInContact = false
        }
        state.cases.cases[place] = it
        if it.isOpen, !state.cases.open.contains(place) {
            state.cases.open.append(place)
            state.cases.open.sort()
        }
    }

    /// The case has joined an older one: no journey, alert or timer is its own any more.
    private mutating func leave(_ name: Text, atMs: Int64) {
        var keys = [name]
        for model in book.models where model.instance == .case { keys.append(Text("\(model.name):\(name)")) }
        endAlerts(atMs: atMs) { alert in alert.key.map { keys.contains($0) } ?? false }
        state.timers.removeAll { timer in timer.key.map { keys.contains($0) } ?? false }
        for model in state.instances.indices { state.instances[model][name] = nil }
    }
}
