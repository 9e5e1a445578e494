// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A journey that moved, or a case that closed: its stuck alert is over, perhaps a new timer starts.
struct Moved {
    /// `MODEL` or `MODEL:INSTANCE`.
    var key: Text
    var stuckAfterMs: Int64?
    var place: StagePlace?
}

extension Fold {
    /// For each model and instance: restart, else regress, else forward; at most one transition.
    mutating func move(_ step: Step, _ facts: Facts) -> [Moved] {
        var moved: [Moved] = []
        let lacking = ~facts.bits
        for index in book.models.indices {
            let model = book.models[index]
            guard let kind = model.instance else {
                guard model.moves[step.type.id] else { continue }
                state.journeys[index]?.touchedMs = step.timeMs
                if model.mayMove(step.type.id, lacking) {
                    var question = Question(step: step, facts: facts)
                    move(index, model, &question, &moved)
                }
                continue
            }
            if facts.things(kind).isEmpty { continue }  // none is listed, so none is closed
            var question = Question(step: step, facts: facts)
            question.kind = kind
            let own = facts.own(kind)
            for thing in facts.things(kind) {
                // An order without id has no journey of its own.
                if kind == .order, let order = state.orders.order(named: thing), order.name == nil { continue }
                question.thing = thing
                question.isOwn = own.contains(thing)
                move(index, model, &question, &moved)
            }
            if kind == .case {
                moved += facts.closesCase.map { Moved(key: key(model, $0), stuckAfterMs: nil) }
            }
        }
        return moved
    }

    private func key(_ model: CompiledModel, _ instance: Text?) -> Text {
        Text(instance.map { "\(model.name):\($0)" } ?? model.name)
    }

    private func journey(_ index: Int, _ instance: Text?) -> FoldState.JourneyState? {
        instance.map { state.instances[index][$0] } ?? state.journeys[index]
    }

    private mutating func set(_ journey: FoldState.JourneyState, _ index: Int, _ instance: Text?) {
        if let instance { state.instances[index][instance] = journey } else { state.journeys[index] = journey }
    }

    private mutating func move(
        _ index: Int,
        _ model: CompiledModel,
        _ question: inout Question,
        _ moved: inout [Moved]
    ) {
        let step = question.step
        var journey = journey(index, question.thing)
        if question.thing != nil, question.isOwn, journey != nil {
            journey?.touchedMs = step.timeMs
            if let journey { set(journey, index, question.thing) }
        }
        guard model.mayMove(step.type.id, ~question.facts.bits) else { return }
        question.stage = journey.map { model.stages[$0.stage].name }
        question.begunAt = journey?.begunAt ?? 0
        var cycle = journey?.cycle ?? 1
        var begunAt = question.begunAt
        let to: Int?
        if journey != nil, holds(model.restart[step.type], question) {
            to = highest(model, above: -1, question) ?? 0
            cycle += 1
            begunAt = step.number
        } else if let journey, let back = back(model, journey.stage, question) {
            to = back
        } else {
            to = highest(model, above: journey?.stage ?? -1, question)
        }
        guard let to else { return }
        transitions.append(
            Transition(
                model: model.name,
                instance: question.thing?.string,
                cycle: cycle,
                from: question.stage,
                to: model.stages[to].name,
                atMs: step.timeMs,
                cause: step.event.key,
                causeID: step.event.id,
                channel: step.event.channel,
                previousStageSeconds: journey.map { (step.timeMs - $0.sinceMs).floorDivided(by: 1000) },
                mood: question.facts.customerMood
            )
        )
        let now = FoldState.JourneyState(
            stage: to,
            cycle: cycle,
            sinceMs: step.timeMs,
            begunAt: begunAt,
            touchedMs: step.timeMs
        )
        set(now, index, question.thing)
        let place = StagePlace(model: index, stage: to, instance: question.thing)
        let stuckAfterMs = model.stages[to].stuckAfterMs
        moved.append(Moved(key: key(model, question.thing), stuckAfterMs: stuckAfterMs, place: place))
    }

    /// Where the event leads back to from a stage.
    private func back(_ model: CompiledModel, _ stage: Int, _ question: Question) -> Int? {
        for index in model.stages[stage].regress.indices {
            if holds(model.stages[stage].regress[index].when[question.step.type], question) {
                return model.stages[stage].regress[index].to
            }
        }
        return nil
    }

    /// The highest stage above one that the event enters.
    private func highest(_ model: CompiledModel, above stage: Int, _ question: Question) -> Int? {
        let type = question.step.type.id
        for index in model.entrances[type].indices {
            if model.entrances[type][index].stage <= stage { return nil }
            if holds(model.entrances[type][index].conditions, question) { return model.entrances[type][index].stage }
        }
        return nil
    }
}
