// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

extension Fold {
    /// For each rule: resolve, then clear, then match or arm.
    mutating func alert(_ step: Step, _ facts: Facts, _ moved: [Moved]) {
        for index in book.rulesByType[step.type.id] { apply(index, step, facts) }
        if facts.mood != nil { for index in book.thresholdRules { crossing(index, step, facts) } }
        if !moved.isEmpty { for index in book.stuckRules { stuck(index, step, facts, moved) } }
    }

    /// The things for which one of a rule's conditions holds; a rule without key is about the customer alone.
    private func keys(_ conditions: ConditionSet, _ rule: CompiledRule, _ step: Step, _ facts: Facts) -> [Text?] {
        let asked = conditions[step.type]
        if asked.isEmpty { return [] }
        var question = Question(step: step, facts: facts)
        guard let kind = rule.key else { return holds(asked, question) ? [nil] : [] }
        question.kind = kind
        let own = facts.own(kind)
        return facts.things(kind).filter { thing in
            question.thing = thing
            question.isOwn = own.contains(thing)
            return holds(asked, question)
        }
    }

    private mutating func apply(_ index: Int, _ step: Step, _ facts: Facts) {
        let rule = book.rules[index]
        for key in keys(rule.resolveOn, rule, step, facts) {
            resolve(AlertSlot(rule: index, key: key), atMs: step.timeMs)
            if rule.kind == .sequence { state.memory[AlertSlot(rule: index, key: key)] = nil }
        }
        for key in keys(rule.clear, rule, step, facts) {
            let slot = AlertSlot(rule: index, key: key)
            state.timers.removeAll { $0.slot == slot }
            state.memory[slot] = nil
            if key == nil { state.fallen.remove(index) }
        }
        for key in keys(rule.match, rule, step, facts) { match(AlertSlot(rule: index, key: key), rule, step, facts) }
        for key in keys(rule.first, rule, step, facts) {
            state.memory[AlertSlot(rule: index, key: key), default: []].append(step.mark(rule.asks, facts))
        }
    }

    private mutating func match(_ slot: AlertSlot, _ rule: CompiledRule, _ step: Step, _ facts: Facts) {
        let mark = step.mark(rule.asks, facts)
        func earlier() -> [EventMark] {
            let all = state.memory[slot] ?? []
            guard let withinMs = rule.withinMs else { return all }
            return all.filter { $0.timeMs >= step.timeMs - withinMs }
        }
        switch rule.kind {
        case .match: raise(slot, mark, atMs: step.timeMs, evidence: [mark])
        case .absence:
            let deadlineMs = rule.by.map { book.moments.read(step[$0]) } ?? rule.withinMs.map { step.timeMs + $0 }
            if let deadlineMs { arm(slot, deadlineMs, mark) }
        case .sequence:
            let latest = earlier().last { event in
                event.timeMs < step.timeMs && !(rule.differsInChannel && event.channel.hasBytes(of: mark.channel))
            }
            if let latest { raise(slot, mark, atMs: step.timeMs, evidence: [latest, mark], before: latest) }
        case .count:
            let window = earlier() + [mark]
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
            state.timers.removeAll { $0.slot == slot }
            guard let after = move.stuckAfterMs else { continue }
            arm(slot, step.timeMs + after, step.mark(asks, facts), stage: move.place)
        }
    }

    /// Something is there again: tells who wants it and is near.
    mutating func stockChanged(_ event: Touchpoint, _ type: TypeInfo) {
        guard let product = event.product, let quantity = Number(event.properties[P.quantity]) else { return }
        let location = event.properties[P.location].name
        let place = FoldState.StockPlace(product: product, location: location)
        let was = state.stock.updateValue(quantity, forKey: place)
        guard let was, !(.int(0) < was), .int(0) < quantity else { return }
        let inCart = state.basket.cart[product] == nil ? nil : state.basket.added[product]
        let near = [state.basket.wishes[product], inCart].compactMap { $0 }.filter {
            book.areNear($0.location?.string, location?.string)
        }
        guard let cause = near.map(\.event).max() else { return }
        let told = Step(event, number: 0, in: book)
        for index in book.broadcastRules {
            let news = told.mark(book.rules[index].asks, nil)
            let slot = AlertSlot(rule: index, key: product)
            raise(slot, cause, atMs: event.timeMs, evidence: [cause, news], news: news)
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
        let each = rule.isEach ? cause.key : nil
        let place = state.open.firstIndex { $0.slot == slot && $0.each == each } ?? state.open.count
        if place == state.open.count {
            state.open.append(
                OpenAlert(
                    slot: slot,
                    each: each,
                    state: .opened,
                    cause: cause,
                    news: news,
                    before: before,
                    stage: stage,
                    heightBefore: heightBefore,
                    others: [],
                    openedAtMs: atMs
                )
            )
        } else {
            state.open[place].state = .updated
        }
        state.open[place].add(evidence)
        state.open[place].expiresAtMs = rule.expiresMs.map { atMs + $0 }
        if let expiresMs = rule.expiresMs { state.nextDeadlineMs = min(state.nextDeadlineMs, atMs + expiresMs) }
    }

    private mutating func arm(_ slot: AlertSlot, _ deadlineMs: Int64, _ cause: EventMark, stage: StagePlace? = nil) {
        state.timers.removeAll { $0.slot == slot }
        state.timers.append(AlertTimer(slot: slot, deadlineMs: deadlineMs, cause: cause, stage: stage))
        state.nextDeadlineMs = min(state.nextDeadlineMs, deadlineMs)
    }

    private mutating func resolve(_ slot: AlertSlot, atMs: Int64) {
        if state.open.isEmpty { return }
        endAlerts(atMs: atMs) { $0.slot == slot }
    }

    /// Those that are picked are resolved.
    mutating func endAlerts(atMs: Int64, where picked: (OpenAlert) -> Bool) {
        for place in state.open.indices.reversed() where picked(state.open[place]) { end(place, .resolved, atMs: atMs) }
    }

    /// A count starts afresh with its alert's end.
    private mutating func end(_ place: Int, _ now: AlertState.State, atMs: Int64) {
        var alert = state.open.remove(at: place)
        if book.rules[alert.slot.rule].kind == .count { state.memory[alert.slot] = nil }
        alert.state = now
        alert.resolvedAtMs = atMs
        ended.append(alert)
    }

    /// Timers before `limitMs` (or at it), by deadline, firings before expiries, then rule and key.
    mutating func fire(before limitMs: Int64, orAt: Bool = false) {
        while state.nextDeadlineMs < limitMs || orAt && state.nextDeadlineMs == limitMs {
            guard let due = nextDue() else {
                state.nextDeadlineMs = .max
                return
            }
            state.nextDeadlineMs = due.atMs
            guard due.atMs < limitMs || orAt && due.atMs == limitMs else { return }
            if due.isExpiry {
                end(due.place, .expired, atMs: due.atMs)
            } else {
                let timer = state.timers.remove(at: due.place)
                let atMs = max(due.atMs, timer.cause.timeMs)
                raise(timer.slot, timer.cause, atMs: atMs, evidence: [timer.cause], stage: timer.stage)
            }
        }
    }

    /// When a timer or an expiry is next due; nil: never, as things stand.
    var nextDeadlineMs: Int64? { nextDue()?.atMs }

    private struct Due {
        var atMs: Int64
        var isExpiry: Bool
        var place: Int
        var rule: Text
        var key: Text
        var each: Hash128

        static func < (a: Due, b: Due) -> Bool {
            if a.atMs != b.atMs { return a.atMs < b.atMs }
            if a.isExpiry != b.isExpiry { return b.isExpiry }
            if a.rule != b.rule { return a.rule < b.rule }
            return a.key != b.key ? a.key < b.key : a.each < b.each
        }
    }

    private func nextDue() -> Due? {
        var next: Due?
        func offer(_ atMs: Int64, _ isExpiry: Bool, _ place: Int, _ slot: AlertSlot, _ each: Hash128?) {
            let key = slot.key ?? Text("")
            let rule = book.rules[slot.rule].name
            let due = Due(atMs: atMs, isExpiry: isExpiry, place: place, rule: rule, key: key, each: each ?? .zero)
            if let best = next, !(due < best) { return }
            next = due
        }
        for (place, timer) in state.timers.enumerated() { offer(timer.deadlineMs, false, place, timer.slot, nil) }
        for (place, alert) in state.open.enumerated() {
            if let atMs = alert.expiresAtMs { offer(atMs, true, place, alert.slot, alert.each) }
        }
        return next
    }

    /// As they stand, by time of opening, rule, key and cause.
    var alerts: [AlertState] {
        (ended + state.open).map { $0.told(book) }.sorted { a, b in
            if a.openedAtMs != b.openedAtMs { return a.openedAtMs < b.openedAtMs }
            if !a.rule.hasBytes(of: b.rule) { return Text(a.rule) < Text(b.rule) }
            let (x, y) = (Text(a.key ?? ""), Text(b.key ?? ""))
            return x != y ? x < y : a.cause < b.cause
        }
    }
}
