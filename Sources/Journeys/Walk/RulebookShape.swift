// SPDX-License-Identifier: Apache-2.0
internal import Digests

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
        let move = RulebookMove(old: old, book: book)
        let fresh = FoldState(book)
        var moved = self
        moved.curve.withinMs = fresh.curve.withinMs
        moved.counted = fresh.counted
        for (place, types) in old.counts.enumerated() {
            guard let now = book.shape.counts.firstIndex(of: types) else { continue }
            moved.counted[now] = counted[place]
            moved.counted[now].withinMs = fresh.counted[now].withinMs
        }
        moved.alerts = AlertBook()
        for timer in alerts.running.compactMap(move.timer) { moved.alerts.arm(timer) }
        for alert in alerts.open.compactMap(move.alert) {
            let id = AlertBook.ID(slot: alert.slot, each: alert.each ?? .zero)
            moved.alerts.set(alert, id, rank: book.rules[alert.slot.rule].rank)
        }
        if old == book.shape { return moved }
        moved.journeys = fresh.journeys
        moved.instances = fresh.instances
        for (place, model) in old.models.enumerated() {
            guard let now = book.shape.models.firstIndex(where: { $0.name == model.name }) else { continue }
            func renumbered(_ state: JourneyState) -> JourneyState? {
                move.stage(StagePlace(model: place, stage: state.stage)).map { stage in
                    var state = state
                    state.stage = stage.stage
                    return state
                }
            }
            moved.journeys[now] = journeys[place].flatMap(renumbered)
            for entry in instances[place] { moved.instances[now][entry.key] = renumbered(entry.value) }
        }
        moved.fallen = Set(fallen.compactMap(move.rule))
        moved.memory = SortedMap()
        for entry in memory {
            guard let slot = move.slot(entry.key) else { continue }
            moved.memory[slot] = entry.value.map(move.mark)
        }
        moved.basket.added = move.wishes(basket.added)
        moved.basket.wishes = move.wishes(basket.wishes)
        return moved
    }
}

/// From the numbers of one shape to those of a rulebook.
private struct RulebookMove {
    let old: RulebookShape
    let book: Rulebook

    func rule(_ place: Int) -> Int? { book.shape.rules.firstIndex(of: old.rules[place]) }

    func slot(_ slot: AlertSlot) -> AlertSlot? { rule(slot.rule).map { AlertSlot(rule: $0, key: slot.key) } }

    func stage(_ place: StagePlace) -> StagePlace? {
        let model = old.models[place.model]
        guard let now = book.shape.models.firstIndex(where: { $0.name == model.name }) else { return nil }
        let stage = book.shape.models[now].stages.firstIndex(of: model.stages[place.stage])
        return stage.map { StagePlace(model: now, stage: $0, instance: place.instance) }
    }

    func mark(_ mark: EventMark) -> EventMark {
        let info = book.types.info(of: mark.typeName)
        return EventMark(mark, rank: info.rank, type: info.id)
    }

    func timer(_ timer: AlertTimer) -> AlertTimer? {
        guard let slot = slot(timer.slot) else { return nil }
        var moved = timer
        moved.slot = slot
        moved.rank = book.rules[slot.rule].rank
        moved.cause = mark(timer.cause)
        moved.stage = timer.stage.flatMap(stage)
        return timer.stage != nil && moved.stage == nil ? nil : moved
    }

    /// None of them has been told in the walk that begins.
    func alert(_ alert: OpenAlert) -> OpenAlert? {
        guard let slot = slot(alert.slot) else { return nil }
        var moved = alert
        moved.slot = slot
        moved.stage = alert.stage.flatMap(stage)
        moved.cause = mark(alert.cause)
        moved.news = alert.news.map(mark)
        moved.before = alert.before.map(mark)
        moved.others = alert.others.map(mark)
        moved.round = 0
        return alert.stage != nil && moved.stage == nil ? nil : moved
    }

    func wishes(_ wishes: SortedMap<Text, Basket.Wish>) -> SortedMap<Text, Basket.Wish> {
        var moved = wishes
        for entry in wishes {
            moved[entry.key] = Basket.Wish(event: mark(entry.value.event), location: entry.value.location)
        }
        return moved
    }
}
