// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// What a condition is asked about: an event, perhaps one of the things that it concerns, perhaps a journey.
struct Question {
    let step: Step
    let facts: Facts
    /// nil: about the customer.
    var kind: ThingKind?
    var thing: Text?
    /// Whether the event itself is about the thing.
    var isOwn = true
    /// Of a stage model: the stage as it was before the event; nil: none yet.
    var stage: String?
    /// The step with which the cycle began.
    var begunAt = 0

    init(step: Step, facts: Facts) {
        self.step = step
        self.facts = facts
    }
}

extension Fold {
    /// Does the event meet one of the conditions? All of them are for its type.
    func holds(_ conditions: Conditions, _ question: Question) -> Bool {
        let lacking = ~question.facts.bits
        for index in conditions.needs.indices where conditions.needs[index] & lacking == 0 {
            let condition = conditions.all[index]
            if let kind = question.kind, !question.isOwn, !condition.asks.contains(kind) { continue }
            if holds(condition, question) { return true }
        }
        return false
    }

    private func holds(_ condition: CompiledCondition, _ question: Question) -> Bool {
        for asked in condition.facts where !asked.test.holds(answer(asked.fact, question)) { return false }
        for test in condition.channels where !test.holds(.text(question.step.event.channel)) { return false }
        for asked in condition.properties {
            guard asked.test.holds(Answer(question.step[asked.property])) else { return false }
        }
        for count in condition.counts {
            guard counted(count, atMs: question.step.timeMs) >= count.atLeast else { return false }
        }
        return true
    }

    private func answer(_ fact: Fact, _ question: Question) -> Answer {
        switch fact {
        case .stage: question.stage.map(Answer.text) ?? .absent
        case .cyclePurchases: Answer(state.purchases(since: question.begunAt))
        case .distinctProducts: Answer(state.productsViewed(since: question.begunAt))
        default:
            if let kind = fact.lists, kind == question.kind, let thing = question.thing {
                .bool(question.facts.listed(fact).contains(thing))
            } else {
                question.facts.answer(fact)
            }
        }
    }

    /// Events of the closed window that ends with this one.
    private func counted(_ count: CompiledCondition.CountTest, atMs: Int64) -> Int {
        state.counted[count.slot].count(fromMs: atMs - count.withinMs)
    }
}
