// SPDX-License-Identifier: Apache-2.0

/// What the numbers in a fold's state stand for, by name: so that a state that was written under other rules is read.
struct RulebookShape: Codable, Equatable, Sendable {
    struct Model: Codable, Equatable, Sendable {
        var name: String
        var stages: [String]
    }

    var models: [Model]
    var rules: [String]
    var types: [String]
    /// Types that each slot counts, by name.
    var counts: [[String]]

    init(models: [CompiledModel], rules: [CompiledRule], types: TypeTable, counts: [[Bool]]) {
        self.models = models.map { Model(name: $0.name, stages: $0.stages.map(\.name)) }
        self.rules = rules.map(\.name.string)
        self.types = types.names
        self.counts = counts.map { mask in zip(types.names, mask).filter(\.1).map(\.0) }
    }
}

extension FoldState {
    /// The same under other rules: what they do not have is left out, what is new to them begins afresh.
    func moved(from old: RulebookShape, to book: Rulebook) -> FoldState {
        let new = book.shape
        if old == new { return self }
        var moved = self
        let fresh = FoldState(book)
        moved.journeys = fresh.journeys
        moved.instances = fresh.instances
        moved.counted = fresh.counted
        for (place, model) in old.models.enumerated() {
            guard let now = new.models.firstIndex(where: { $0.name == model.name }) else { continue }
            func renumbered(_ state: JourneyState) -> JourneyState? {
                guard let stage = new.models[now].stages.firstIndex(of: model.stages[state.stage]) else { return nil }
                var state = state
                state.stage = stage
                return state
            }
            moved.journeys[now] = journeys[place].flatMap(renumbered)
            moved.instances[now] = instances[place].compactMapValues(renumbered)
        }
        for (place, types) in old.counts.enumerated() {
            if let now = new.counts.firstIndex(of: types) { moved.counted[now] = counted[place] }
        }
        func rule(_ place: Int) -> Int? { new.rules.firstIndex(of: old.rules[place]) }
        func slot(_ slot: AlertSlot) -> AlertSlot? { rule(slot.rule).map { AlertSlot(rule: $0, key: slot.key) } }
        func stage(_ place: StagePlace) -> StagePlace? {
            let model = old.models[place.model]
            guard let now = new.models.firstIndex(where: { $0.name == model.name }) else { return nil }
            guard let stage = new.models[now].stages.firstIndex(of: model.stages[place.stage]) else { return nil }
            return StagePlace(model: now, stage: stage, instance: place.instance)
        }
        moved.timers = timers.compactMap { timer in
            guard let slot = slot(timer.slot) else { return nil }
            let place = timer.stage.flatMap(stage)
            if timer.stage != nil, place == nil { return nil }
            let cause = timer.cause.moved(to: book)
            return AlertTimer(slot: slot, deadlineMs: timer.deadlineMs, cause: cause, stage: place)
        }
        moved.open = open.compactMap { alert in
            guard let slot = slot(alert.slot) else { return nil }
            var alert = alert
            alert.slot = slot
            let place = alert.stage.flatMap(stage)
            if alert.stage != nil, place == nil { return nil }
            alert.stage = place
            alert.cause.move(to: book)
            alert.news?.move(to: book)
            alert.before?.move(to: book)
            alert.others = alert.others.map { $0.moved(to: book) }
            return alert
        }
        moved.fallen = Set(fallen.compactMap(rule))
        moved.memory = [:]
        for (slot, marks) in memory {
            guard let now = rule(slot.rule) else { continue }
            moved.memory[AlertSlot(rule: now, key: slot.key)] = marks.map { $0.moved(to: book) }
        }
        for product in moved.basket.added.keys { moved.basket.added[product]?.event.move(to: book) }
        for product in moved.basket.wishes.keys { moved.basket.wishes[product]?.event.move(to: book) }
        return moved
    }
}

extension EventMark {
    fileprivate mutating func move(to book: Rulebook) {
        let info = book.types.info(of: typeName)
        (type, rank) = (info.id, info.rank)
    }

    fileprivate func moved(to book: Rulebook) -> EventMark {
        var mark = self
        mark.move(to: book)
        return mark
    }
}
