// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A stage model, ready to run.
final class CompiledModel: Sendable {
    struct Stage: Sendable {
        var name: String
        var title: Vocabulary.Title
        var stuckAfterMs: Int64?
        /// An instance here is over.
        var isLast: Bool
        var regress: [Regress]
    }

    struct Regress: Sendable {
        var to: Int
        var when: ConditionSet
    }

    /// What enters a stage, for one type of event.
    struct Entrance: Sendable {
        var stage: Int
        var conditions: [CompiledCondition]
    }

    let name: String
    let title: Vocabulary.Title
    let instance: ThingKind?
    let stages: [Stage]
    /// By type, the highest stage first.
    let entrances: [[Entrance]]
    let restart: ConditionSet

    init(_ model: StageModel, _ compiler: inout ConditionCompiler) {
        name = model.model
        title = model.title
        instance = model.instance
        let names = model.stages.map(\.stage)
        let facts = Set(Fact.allCases)
        var enters: [ConditionSet] = []
        var stages: [Stage] = []
        for (index, stage) in model.stages.enumerated() {
            let path = "\(model.model).stages[\(index)]"
            enters.append(compiler.set(stage.enter, at: "\(path).enter", facts: facts))
            var back: [Regress] = []
            for (number, regress) in (stage.regress ?? []).enumerated() {
                let place = "\(path).regress[\(number)]"
                let when = compiler.set(regress.when, at: "\(place).when", facts: facts)
                if regress.to == StageModel.previous, index > 0 {
                    back.append(Regress(to: index - 1, when: when))
                } else if let to = names.firstIndex(of: regress.to) {
                    back.append(Regress(to: to, when: when))
                } else if regress.to == StageModel.previous {
                    compiler.report("\(place).to", "there is no stage before the first")
                } else {
                    compiler.report("\(place).to", unknown: "stage", regress.to, known: names + [StageModel.previous])
                }
            }
            let stuckAfterMs = stage.stuckAfter?.ms
            let isLast = stage.last ?? false
            stages.append(
                Stage(
                    name: stage.stage,
                    title: stage.title,
                    stuckAfterMs: stuckAfterMs,
                    isLast: isLast,
                    regress: back
                )
            )
        }
        restart = compiler.set(model.restart, at: "\(model.model).restart", facts: facts)
        self.stages = stages
        let all = enters
        entrances = (0..<compiler.types.count).map { type in
            all.indices.reversed().compactMap { stage in
                all[stage].isEmpty(for: type) ? nil : Entrance(stage: stage, conditions: all[stage].conditions(type))
            }
        }
        check(model, names, &compiler)
    }

    private func check(_ model: StageModel, _ names: [String], _ compiler: inout ConditionCompiler) {
        if names.isEmpty { compiler.report("\(model.model).stages", "expected at least one stage") }
        if Set(names).count < names.count { compiler.report("\(model.model).stages", "two stages have one name") }
        if let kind = model.instance, ![.order, .case, .subscription].contains(kind) {
            compiler.report("\(model.model).instance", "expected order, case or subscription")
        }
        let asked =
            (model.restart ?? [])
            + model.stages.flatMap { stage in
                (stage.enter ?? []) + (stage.regress ?? []).flatMap(\.when)
            }
        for condition in asked {
            guard case .value(.string(let name))? = condition.facts?[Fact.stage.rawValue] else { continue }
            if !names.contains(name) { compiler.report(model.model, unknown: "stage", name, known: names) }
        }
    }
}
