// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

extension Fold {
    /// For each rule: resolve, then clear, then match or arm.
    mutating func alert(_ step: Step, _ facts: Facts, _ moved: [Moved]) {
        let question = Question(step: step, facts: facts)
        let lacking = ~facts.bits
        let gates = book.ruleGates[step.type.id]
        var next = gates.startIndex
        while next < gates.endIndex {
            let rule = gates[next].rule
            var parts: RuleParts = []
            while next < gates.endIndex, gates[next].rule == rule {
                if gates[next].needs & lacking == 0 { parts.insert(gates[next].part) }
                next += 1
            }
            if !parts.isEmpty { apply(rule, parts, question) }
        }
        if facts.mood != nil { for index in book.thresholdRules { crossing(index, step, facts) } }
        if !moved.isEmpty { for index in book.stuckRules { stuck(index, step, facts, moved) } }
    }

    /// The things for which one of a rule's conditions holds; a rule without key is about the customer alone.
    private func keys(_ conditions: Conditions, _ kind: ThingKind, _ question: Question) -> [Text] {
        if conditions.isEmpty { return [] }
        var question = question
        question.kind = kind
        let own = question.facts.own(kind)
        return question.facts.things(kind).filter { thing in
            question.thing = thing
            question.isOwn = own.contains(thing)
            return holds(conditions, question)
        }
    }

    private mutating func apply(_ index: Int, _ parts: RuleParts, _ question: Question) {
        let rule = book.rules[index]
        let (step, facts) = (question.step, question.facts)
        let type = step.type.id
        guard let kind = rule.key else {
            let slot = AlertSlot(rule: index)
            if parts.contains(.resolveOn), holds(rule.resolveOn.conditions(type), question) {
                resolve(slot, rule, atMs: step.timeMs)
            }
            if parts.contains(.clear), holds(rule.clear.conditions(type), question) { clear(slot) }
            if parts.contains(.match), holds(rule.match.conditions(type), question) { match(slot, rule, step, facts) }
            if parts.contains(.first), holds(rule.first.conditions(type), question) {
                remember(slot, rule, step, facts)
            }
            return
        }
        func slots(_ part: RuleParts, _ conditions: ConditionSet) -> [AlertSlot] {
            guard parts.contains(part) else { return [] }
            return keys(conditions.conditions(type), kind, question).map { AlertSlot(rule: index, key: $0) }
        }
        for slot in slots(.resolveOn, rule.resolveOn) { resolve(slot, rule, atMs: step.timeMs) }
        for slot in slots(.clear, rule.clear) { clear(slot) }
        for slot in slots(.match, rule.match) { match(slot, rule, step, facts) }
        for slot in slots(.first, rule.first) { remember(slot, rule, step, facts) }
    }

    private mutating func resolve(_ slot: AlertSlot, _ rule: CompiledRule, atMs: Int64) {
        resolve(slot, atMs: atMs)
        if rule.kind == .sequence { state.memory[slot] = nil }
    }

    private mutating func clear(_ slot: AlertSlot) {
        state.alerts.disarm(slot)
        state.memory[slot] = nil
        if slot.key == nil, !state.fallen.isEmpty { state.fallen.remove(slot.rule) }
    }

    /// What a sequence begins with; what lies too far back for what may follow is forgotten.
    private mutating func remember(_ slot: AlertSlot, _ rule: CompiledRule, _ step: Step, _ facts: Facts) {
        let mark = step.mark(rule.asks, facts)
        var marks = state.memory.removeValue(forKey: slot) ?? []
        if let withinMs = rule.withinMs, let oldest = marks.first, oldest.timeMs < step.timeMs - withinMs {
            marks.removeAll { $0.timeMs < step.timeMs - withinMs }
        }
        marks.append(mark)
        state.memory[slot] = marks
    }

    private mutating func match(_ slot: AlertSlot, _ rule: CompiledRule, _ step: Step, _ facts: Facts) {
        let mark = step.mark(rule.asks, facts)
        let sinceMs = rule.withinMs.map { step.timeMs - $0 } ?? .min
        switch rule.kind {
        case .match: raise(slot, mark, atMs: step.timeMs, evidence: [mark])
        case .absence:
            let deadlineMs = rule.by.map { book.moments.read(step[$0]) } ?? rule.withinMs.map { step.timeMs + $0 }
            if let deadlineMs { arm(slot, deadlineMs, mark) }
        case .sequence:
            let latest = (state.memory[slot] ?? []).last { event in
                event.timeMs < step.timeMs && !(rule.differsInChannel && event.channel.hasBytes(of: mark.channel))
            }
            if let latest, latest.timeMs >= sinceMs {
                raise(slot, mark, atMs: step.timeMs, evidence: [latest, mark], before: latest)
            }
        case .count:
            var window = (state.memory.removeValue(forKey: slot) ?? []).filter { $0.timeMs >= sinceMs }
            window.append(mark)
            // More neither count nor are told.
            let most = max(rule.n, OpenAlert.evidenceMax)
            if window.count > most { window.removeFirst(window.count - most) }
            state.memory[slot] = window
            guard window.count >= rule.n else { return }
            raise(slot, mark, atMs: step.timeMs, evidence: window, before: window.first)
        case .threshold, .stuck, .broadcast: break
        }
    }

    /// At a scored touch: has the customer's mood fallen, and had it not at the one before?
    private mutating func crossing(_ index: Int, _ step: Step, _ facts: Facts) {
        let rule = book.rules[index]
        let height = state.curve.heightFallen(
            by: rule.fall,
            to: rule.lte,
            withinMs: rule.withinMs ?? 0,
            atMs: step.timeMs,
            halfLifeMs: book.mood.halfLifeMs
        )
        guard let height else {
            state.fallen.remove(index)
            return
        }
        guard state.fallen.insert(index).inserted else { return }
        let mark = step.mark(rule.asks, facts)
        raise(AlertSlot(rule: index), mark, atMs: step.timeMs, evidence: [mark], heightBefore: height)
    }

    private mutating func stuck(_ index: Int, _ step: Step, _ facts: Facts, _ moved: [Moved]) {
        let asks = book.rules[index].asks
        for move in moved {
            let slot = AlertSlot(rule: index, key: move.key)
            resolve(slot, atMs: step.timeMs)
            state.alerts.disarm(slot)
            guard let after = move.stuckAfterMs else { continue }
            arm(slot, step.timeMs + after, step.mark(asks, facts), stage: move.place)
        }
    }

    /// Something is there again: tells who wants it and is near.
    mutating func restocked(_ restock: Restocks.Entry) {
        let product = restock.product
        let location = restock.location
        let inCart = state.basket.cart[product] == nil ? nil : state.basket.added[product]
        let near = [state.basket.wishes[product], inCart].compactMap { $0 }.filter {
            book.areNear($0.location?.string, location?.string)
        }
        guard let cause = near.map(\.event).max() else { return }
        for (index, news) in zip(book.broadcastRules, restock.marks) {
            let slot = AlertSlot(rule: index, key: product)
            raise(slot, cause, atMs: restock.place.timeMs, evidence: [cause, news], news: news)
        }
    }

    /// Opens the alert, or adds to the open one.
    private mutating func raise(
        _ slot: AlertSlot,
        _ cause: EventMark,
        atMs: Int64,
        evidence: [EventMark],
        news: EventMark? = nil,
        before: EventMark? = nil,
        stage: StagePlace? = nil,
        heightBefore: Double? = nil
    ) {
        let rule = book.rules[slot.rule]
        let id = AlertBook.ID(slot: slot, each: rule.isEach ? cause.key : .zero)
        var alert: OpenAlert
        if let known = state.alerts[id] {
            alert = known
            note(&alert, id)
            alert.state = .updated
        } else {
            alert = OpenAlert(
                slot: slot,
                each: rule.isEach ? cause.key : nil,
                state: .opened,
                cause: cause,
                news: news,
                before: before,
                stage: stage,
                heightBefore: heightBefore,
                others: [],
                openedAtMs: atMs,
                round: touched.round
            )
            touched.ids.append(id)
        }
        alert.add(evidence)
        alert.expiresAtMs = rule.expiresMs.map { atMs + $0 }
        state.alerts.set(alert, id, rank: rule.rank)
    }

    /// Something is done to an alert.
    private mutating func note(_ alert: inout OpenAlert, _ id: AlertBook.ID) {
        guard alert.round != touched.round else { return }
        touched.before.append(alert)
        touched.ids.append(id)
        alert.round = touched.round
    }

    private mutating func arm(_ slot: AlertSlot, _ deadlineMs: Int64, _ cause: EventMark, stage: StagePlace? = nil) {
        let rank = book.rules[slot.rule].rank
        state.alerts.arm(AlertTimer(slot: slot, rank: rank, deadlineMs: deadlineMs, cause: cause, stage: stage))
    }

    mutating func resolve(_ slot: AlertSlot, atMs: Int64) {
        for id in state.alerts.open(slot) { end(id, .resolved, atMs: atMs) }
    }

    /// A count starts afresh with its alert's end.
    private mutating func end(_ id: AlertBook.ID, _ now: AlertState.State, atMs: Int64) {
        let rule = book.rules[id.slot.rule]
        guard var alert = state.alerts.remove(id, rank: rule.rank) else { return }
        if rule.kind == .count { state.memory[id.slot] = nil }
        note(&alert, id)
        alert.state = now
        alert.resolvedAtMs = atMs
        ended.append(alert)
    }

    /// Timers before `limitMs` (or at it), by deadline, firings before expiries, then rule and key.
    mutating func fire(before limitMs: Int64, orAt: Bool = false) {
        while let due = state.alerts.next, due.atMs < limitMs || orAt && due.atMs == limitMs {
            if due.isExpiry {
                end(due.id, .expired, atMs: due.atMs)
            } else if let timer = state.alerts.disarm(due.id.slot) {
                let atMs = max(due.atMs, timer.cause.timeMs)
                raise(timer.slot, timer.cause, atMs: atMs, evidence: [timer.cause], stage: timer.stage)
            }
        }
    }

    /// Alerts that are over, from an index on.
    func ended(from start: Int) -> [OpenAlert] { start < ended.count ? Array(ended[start...]) : [] }

    /// The open alerts that something was done to, or that were opened.
    var openAndTouched: [OpenAlert] {
        var found: [OpenAlert] = []
        for (index, id) in touched.ids.enumerated() where !touched.ids[..<index].contains(id) {
            if let alert = state.alerts[id] { found.append(alert) }
        }
        return found
    }

    /// When a timer or an expiry is next due; nil: never, as things stand.
    var nextDeadlineMs: Int64? { state.alerts.nextDeadlineMs }

    /// As they stand, by time of opening, rule, key and cause.
    var alerts: [AlertState] {
        (ended + state.alerts.open).map { $0.told(book) }.sorted { a, b in
            if a.openedAtMs != b.openedAtMs { return a.openedAtMs < b.openedAtMs }
            if !a.rule.hasBytes(of: b.rule) { return Text(a.rule) < Text(b.rule) }
            let (x, y) = (Text(a.key ?? ""), Text(b.key ?? ""))
            return x != y ? x < y : a.cause < b.cause
        }
    }
}
