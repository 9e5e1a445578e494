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
    private(set) var cases = LongList<Case>()
    var byID = SortedMap<Text, Int>()
    /// Places of open cases, sorted.
    private(set) var open: [Int] = []
    var contacts = 0
    var abandonedCalls = 0

    subscript(place: Int) -> Case {
        get { cases[place] }
        _modify { yield &cases[place] }
    }

    mutating func append(_ new: Case) -> Int {
        cases.append(new)
        return cases.count - 1
    }

    mutating func setOpen(_ isOpen: Bool, _ place: Int) {
        cases[place].isOpen = isOpen
        let index = open.firstIndex { $0 >= place } ?? open.endIndex
        let isListed = index < open.endIndex && open[index] == place
        if isOpen, !isListed { open.insert(place, at: index) }
        if !isOpen, isListed { open.remove(at: index) }
    }
}

extension Fold {
    mutating func changeCase(_ step: Step, _ facts: Facts) {
        let ids = caseIDs(step)
        let answers = step.kind?.answersCases ?? false
        if step.kind == .callAbandoned, facts.isByCustomer { state.cases.abandonedCalls += 1 }
        if ids.isEmpty, !answers { return }
        var met = Set(ids.compactMap { state.cases.byID[$0] }).sorted()
        if met.isEmpty, let first = ids.first { met = [state.cases.append(Case(name: first, lastMs: step.timeMs))] }
        var closed: [Int] = []
        if let place = met.first {
            let wasOpen = state.cases[place].isOpen
            for younger in met.dropFirst() { join(younger, into: place, atMs: step.timeMs) }
            for id in ids where state.cases[place].ids.insert(id).inserted { state.cases.byID[id] = place }
            meet(place, step, facts)
            if answers, !state.cases[place].hasTicket { state.cases.setOpen(false, place) }
            facts.ownCases = [state.cases[place].name]
            facts.ticket = state.cases[place].hasTicket
            facts.opensCase = state.cases[place].isOpen && !wasOpen
            if wasOpen, !state.cases[place].isOpen { closed.append(place) }
        }
        if answers {
            let answered = state.cases.open.filter { !state.cases[$0].hasTicket }
            for place in answered { state.cases.setOpen(false, place) }
            closed += answered
        }
        if facts.startsContact { state.cases.contacts += 1 }
        for place in closed { facts.closesCase.insertSorted(state.cases[place].name) }
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
        let other = state.cases[younger]
        for id in other.ids { state.cases.byID[id] = older }
        state.cases[older].ids.formUnion(other.ids)
        state.cases[older].hasTicket = state.cases[older].hasTicket || other.hasTicket
        state.cases[older].isInContact = state.cases[older].isInContact || other.isInContact
        state.cases[older].contacts += other.contacts
        state.cases[older].lastMs = max(state.cases[older].lastMs, other.lastMs)
        // What has joined an older case neither closes nor counts.
        state.cases.setOpen(false, younger)
        if other.isOpen { state.cases.setOpen(true, older) }
        leave(other.name, atMs: atMs)
    }

    /// The event happens in the case.
    private mutating func meet(_ place: Int, _ step: Step, _ facts: Facts) {
        let it = state.cases[place]
        let namesTicket = book.reference(.caseID, of: step.event) != nil
        let isSilent = step.timeMs - it.lastMs >= 86_400_000
        facts.startsContact =
            meets(book.turns[step.type], step, facts) && (!it.isInContact || isSilent)
            || step.kind == .caseOpened && it.contacts == 0
        if namesTicket || step.kind == .caseOpened || step.kind == .caseReopened { state.cases[place].hasTicket = true }
        if facts.startsContact {
            state.cases[place].contacts += 1
            state.cases[place].isInContact = true
        }
        if facts.isByCustomer { state.cases[place].lastMs = step.timeMs }
        if step.kind?.opensCases ?? false, !step.isOutbound { state.cases.setOpen(true, place) }
        if step.kind == .caseResolved {
            state.cases.setOpen(false, place)
            state.cases[place].isInContact = false
        }
    }

    /// The case has joined an older one: no journey, alert or timer is its own any more.
    private mutating func leave(_ name: Text, atMs: Int64) {
        var keys = [name]
        for model in book.models where model.instance == .case { keys.append(Text("\(model.name):\(name)")) }
        for rule in book.rules.indices {
            for key in keys {
                let slot = AlertSlot(rule: rule, key: key)
                resolve(slot, atMs: atMs)
                state.alerts.disarm(slot)
            }
        }
        for model in state.instances.indices { state.instances[model][name] = nil }
    }
}
