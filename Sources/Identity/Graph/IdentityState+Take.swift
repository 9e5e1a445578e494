// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Taking inputs into the tables: what they are seeds of.
extension IdentityState {
    /// What taking an observation did.
    struct Taken {
        var moment: Moment
        /// It moves an observation of the same content and bucket to an earlier time, from this one.
        var movedFromMs: Int64?
        /// It is the earliest of its content; before it another was, unless it is the first.
        var isEarliest: Bool
        var earliestWasMs: Int64?
    }

    /// Takes an observation whose names are in order (`ordered`) into the tables; nil when it changes nothing.
    mutating func take(_ observation: Observation) -> Taken? {
        guard observation.counts, let draft = draft(observation) else { return nil }
        let (content, newCompany) = contents.number(of: draft)
        if let newCompany, draft.names.count > 1 { links.sight(draft.names, in: newCompany) }
        guard let taken = take(observation.timeMs, of: content) else { return nil }
        if taken.isEarliest { contents.setExample(observation.example, of: content) }
        derived.take(observation, rules: rules) { identifiers.number(of: $0) }
        return taken
    }

    private mutating func draft(_ observation: Observation) -> ContentTable.Draft? {
        var draft = ContentTable.Draft(
            signsOut: observation.signsOut,
            consent: observation.consent.map { $0 ? 2 : 1 } ?? 0
        )
        draft.names.reserveCapacity(observation.names.count)
        for name in observation.names {
            guard let number = identifiers.number(name, in: rules) else { continue }
            let entry = rules.entries[Int(identifiers.namespaces[Int(number)])]
            if entry.isReference { draft.references.append(number) } else { draft.names.append(number) }
            if entry.isPerson { draft.hasPerson = true }
        }
        if let replaces = observation.replaces {
            draft.new = identifiers.number(replaces.new, in: rules) ?? -1
            draft.old = identifiers.number(replaces.old, in: rules) ?? -1
            if draft.new < 0 || draft.old < 0 { (draft.new, draft.old) = (-1, -1) }
        }
        grow()
        return draft.names.isEmpty && draft.references.isEmpty && draft.new < 0 ? nil : draft
    }

    private mutating func take(_ timeMs: Int64, of content: Int32) -> Taken? {
        let moment = Moment(timeMs: timeMs, content: content)
        let known = contents.contents[Int(content)]
        let isFirst = known.latestMs == .min && known.earliestMs == .max
        var taken = Taken(moment: moment, isEarliest: isFirst || timeMs < known.earliestMs)
        if !isFirst && taken.isEarliest { taken.earliestWasMs = known.earliestMs }
        let (start, end) = (rules.bucketStart(timeMs), rules.bucketEnd(timeMs))
        if let place = contents.place(of: content, fromMs: start, beforeMs: end) {
            let there = contents.companies[Int(known.company)].sights[place]
            guard timeMs < there.timeMs else { return nil }
            contents.remove(of: content, at: place)
            taken.movedFromMs = there.timeMs
        }
        let place = place(after: moment, in: contents.companies[Int(known.company)].sights)
        contents.insert(moment, at: place)
        return taken
    }

    /// Takes a later sight of a content from its row.
    mutating func take(_ sight: EngineRows.Sight, of content: Int32) {
        _ = take(sight.timeMs, of: content)
        let devices = contents.names(of: contents.company(of: content)).filter { entry($0).isDevice }
        derived.take(sight.derived, for: devices, sinceMs: sight.timeMs, rules: rules)
    }

    /// Ids of nobody's customers that came with an observation.
    func derived(at timeMs: Int64, of content: Int32) -> [Hash128] {
        let devices = contents.names(of: contents.company(of: content)).filter { entry($0).isDevice }
        return derived.ids(of: devices, sinceMs: timeMs, rules: rules)
    }

    /// What an observation says beside links: people at values, claims, sign-outs. More moments to take again come of
    /// it when a value becomes a hub, or an earlier one.
    mutating func learn(_ moment: Moment, _ seeds: inout [Moment]) {
        let content = contents.contents[Int(moment.content)]
        let names = contents.names(of: content.company)
        let references = contents.references(of: moment.content)
        let persons = names.filter { entry($0).isPerson }
        if !persons.isEmpty {
            for value in names { meet(persons, value, moment, &seeds) }
            for value in references { meet(persons, value, moment, &seeds) }
        }
        for device in names where entry(device).isDevice {
            if content.signsOut { turns.signedOut.insert(device) }
            if content.signsOut || contents.companies[Int(content.company)].hasPerson { sign(device, at: moment) }
            // A device that begins to need its turns is traced from the first.
            if content.signsOut || !persons.isEmpty, needsTurns(device) { noteTurn(device, at: moment) }
        }
        if !isForgotten(moment) { claim(moment, content, names, references) }
    }

    private mutating func meet(_ persons: [Int32], _ value: Int32, _ moment: Moment, _ seeds: inout [Moment]) {
        guard let most = entry(value).maxCustomers else { return }
        let before = hubs.since[value]
        var table = HubTable()
        swap(&table, &hubs)
        var isEarlier = false
        for person in persons {
            if table.meet(person, value, at: moment, most: most, isBefore: { isBefore($0, $1) }) { isEarlier = true }
        }
        swap(&table, &hubs)
        guard isEarlier, let since = hubs.since[value] else { return }
        if journal.hubs[value] == nil { journal.hubs[value] = .some(before?.timeMs) }
        if entry(value).isReference { journal.references.append(value) } else { journal.nodes.append(value) }
        // From where it was a hub before it still is, and has no turns.
        if entry(value).isDevice { noteTurns(value, from: since, to: before) }
        // What it did to links from now on must be taken back, and it is cut now instead of then.
        seeds.append(since)
        if let before { seeds.append(before) }
        seeds += changes(at: value, after: since)
    }

    /// With or without consent: an order is a contract, not tracking.
    mutating func claim(
        _ moment: Moment,
        _ content: ContentTable.Content,
        _ names: ArraySlice<Int32>,
        _ references: ArraySlice<Int32>
    ) {
        guard content.new >= 0 || !references.isEmpty else { return }
        var table = ClaimTable()
        swap(&table, &claims)
        defer { swap(&table, &claims) }
        if content.new != content.old && table.replace(content.new, content.old, at: moment, { isBefore($0, $1) }) {
            journal.references.append(content.new)
        }
        guard let first = names.first ?? references.first else { return }
        for reference in references where identifiers.namespaces[Int(reference)] != identifiers.namespaces[Int(first)] {
            if table.claim(reference, by: first, at: moment, { isBefore($0, $1) }) {
                journal.references.append(reference)
            }
        }
    }

    // MARK: - Facts

    /// Takes what is said about identifiers.
    ///
    /// - Returns: whether it is new; nil: it was known.
    mutating func take(
        _ fact: IdentityFact,
        _ seeds: inout [Moment],
        _ watched: inout Set<Int32>,
        _ severed: inout [Int32]
    ) -> Bool {
        defer { grow() }
        switch fact {
        case .forgotten(let name, let from, let to):
            guard let number = identifiers.number(name, in: rules) else { return true }
            grow()
            guard facts.forgotten[number]?.contains(.init(fromMs: from, toMs: to)) != true else { return false }
            let before = moments(of: number).filter { !isForgotten($0) }
            facts.forgotten[number, default: []].insert(.init(fromMs: from, toMs: to))
            forget(before.filter { isForgotten($0) }, &seeds)
            severed += self.severed(byForgetting: number)
            forgetTurns(of: number)
            return true
        case .unlinked(let a, let b):
            guard a.hash != b.hash else { return false }
            guard let first = identifiers.number(a, in: rules), let second = identifiers.number(b, in: rules) else {
                return true
            }
            facts.unlinked[second, default: []].insert(first)
            guard facts.unlinked[first, default: []].insert(second).inserted else { return false }
            watched.insert(first)
            return true
        case .consent(let name, let time, let given):
            guard let number = identifiers.number(name, in: rules) else { return true }
            grow()
            let change = FactTable.Consent(timeMs: time, given: given)
            guard facts.consent[number]?.contains(change) != true else { return false }
            let before = moments(of: number).map { ($0, hasConsent($0)) }
            facts.consent[number, default: []].insert(change)
            for (moment, had) in before where hasConsent(moment) != had { reseed(moment, &seeds) }
            return true
        }
    }

    /// Every observation that names an identifier.
    private func moments(of number: Int32) -> [Moment] {
        var found: [Moment] = []
        let collect = { (company: Int32, content: Int32?) in
            let sights = contents.companies[Int(company)].sights
            for place in 0..<sights.count where content.map({ $0 == sights[place].content }) ?? true {
                found.append(sights[place])
            }
        }
        if entry(number).isReference {
            contents.forEachContent(withReference: number) { collect(contents.company(of: $0), $0) }
        } else {
            contents.forEachCompany(with: number) { collect($0, nil) }
        }
        return found
    }

    private mutating func reseed(_ moment: Moment, _ seeds: inout [Moment]) {
        seeds.append(moment)
        let content = contents.contents[Int(moment.content)]
        guard content.signsOut || contents.companies[Int(content.company)].hasPerson else { return }
        for name in Array(contents.names(of: content.company)) where entry(name).isDevice {
            noteTurn(name, at: moment)
            if isBefore(moment, horizon.start) { journal.devicesOfBase.insert(name) }
        }
    }

    /// Observations that are gone: what they claimed, others may have claimed after them.
    private mutating func forget(_ moments: [Moment], _ seeds: inout [Moment]) {
        var references: Set<Int32> = []
        for moment in moments {
            reseed(moment, &seeds)
            references.formUnion(contents.references(of: moment.content))
            let content = contents.contents[Int(moment.content)]
            if content.new >= 0 { references.insert(content.new) }
        }
        guard !references.isEmpty else { return }
        for reference in references { claims.clear(reference) }
        var contents: Set<Int32> = []
        for reference in references {
            self.contents.forEachContent(withReference: reference) { contents.insert($0) }
        }
        // An observation need not name the order that it replaces.
        for reference in references { contents.formUnion(self.contents.replacing[reference] ?? []) }
        for content in contents {
            let company = self.contents.company(of: content)
            let sights = self.contents.companies[Int(company)].sights
            for place in 0..<sights.count where sights[place].content == content && !isForgotten(sights[place]) {
                claim(
                    sights[place],
                    self.contents.contents[Int(content)],
                    self.contents.names(of: company),
                    self.contents.references(of: content)
                )
            }
        }
        journal.references += references
    }
}
