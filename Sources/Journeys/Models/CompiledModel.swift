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
        var conditions: Conditions
    }

    let name: String
    let title: Vocabulary.Title
    let instance: ThingKind?
    let stages: [Stage]
    /// By type, the highest stage first.
    let entrances: [[Entrance]]
    let restart: ConditionSet
    /// By type, whether an event of it may move a journey at all.
    let moves: [Bool]
    /// By type, what each condition for its events needs of `Facts.bits`: without any of them, no journey moves.
    let needs: [[UInt64]]

    /// - Parameter number: its place among the models.
    init(_ model: StageModel, number: Int, _ compiler: inout ConditionCompiler) {
        compiler.file = .model(number, name: model.model)
        name = model.model
        title = model.title
        instance = model.instance
        let known = compiler.problems.count
        let names = model.stages.map(\.stage)
        func place(_ asked: [String?]) -> ConditionPlace { Reachability.place(model, asked: asked) }
        var enters: [ConditionSet] = []
        var stages: [Stage] = []
        for (index, stage) in model.stages.enumerated() {
            let path = "stages[\(index)]"
            // A restart asks what the event enters in whatever stage it finds.
            let below = [nil] + (model.restart == nil ? Array(names[..<index]) : names)
            enters.append(compiler.set(stage.enter, at: "\(path).enter", in: place(below)))
            var back: [Regress] = []
            for (number, regress) in (stage.regress ?? []).enumerated() {
                let path = "\(path).regress[\(number)]"
                let when = compiler.set(regress.when, at: "\(path).when", in: place([stage.stage]))
                let to = Self.stage(regress.to, from: index, names, at: "\(path).to", &compiler)
                if let to { back.append(Regress(to: to, when: when)) }
            }
            stages.append(
                Stage(
                    name: stage.stage,
                    title: stage.title,
                    stuckAfterMs: stage.stuckAfter?.ms,
                    isLast: stage.last ?? false,
                    regress: back
                )
            )
        }
        restart = compiler.set(model.restart, at: "restart", in: place(names))
        self.stages = stages
        let all = enters
        let leaving = stages.flatMap(\.regress).map(\.when) + [restart]
        moves = (0..<compiler.types.count).map { type in (all + leaving).contains { !$0.isEmpty(for: type) } }
        needs = (0..<compiler.types.count).map { type in
            let needs = (all + leaving).flatMap { $0.conditions(type).needs }
            return needs.contains(0) ? [0] : Set(needs).sorted()
        }
        entrances = (0..<compiler.types.count).map { type in
            all.indices.reversed().compactMap { stage in
                all[stage].isEmpty(for: type) ? nil : Entrance(stage: stage, conditions: all[stage].conditions(type))
            }
        }
        check(model, names, &compiler)
        guard compiler.problems.count == known else { return }
        for stage in Reachability(model: model, compiler: compiler).unreached {
            compiler.report(
                "stages[\(stage)].stage",
                "“\(names[stage])” cannot be reached: nothing leads to it"
            )
        }
    }

    /// May an event of a type move a journey, with facts that lack these bits?
    func mayMove(_ type: Int, _ lacking: UInt64) -> Bool { needs[type].contains { $0 & lacking == 0 } }

    /// Where a step back leads.
    private static func stage(
        _ to: String,
        from index: Int,
        _ names: [String],
        at path: String,
        _ compiler: inout ConditionCompiler
    ) -> Int? {
        if let known = names.firstIndex(of: to) {
            if known >= index { compiler.report(path, "leads back: expected a stage before “\(names[index])”") }
            return known
        }
        if to == StageModel.previous, index > 0 { return index - 1 }
        if to == StageModel.previous {
            compiler.report(path, "there is no stage before the first")
        } else {
            compiler.report(path, unknown: "stage", to, known: names + [StageModel.previous])
        }
        return nil
    }

    var canBeStuck: Bool { stages.contains { $0.stuckAfterMs != nil } }

    private func check(_ model: StageModel, _ names: [String], _ compiler: inout ConditionCompiler) {
        compiler.check(name: model.model, at: "model")
        if names.isEmpty { compiler.report("stages", "expected at least one stage") }
        for (index, name) in names.enumerated() {
            compiler.check(name: name, at: "stages[\(index)].stage")
            compiler.check(name: name, among: names[..<index], of: "stage", at: "stages[\(index)].stage")
        }
        if let kind = model.instance, ![.order, .case, .subscription].contains(kind) {
            compiler.report("instance", "expected order, case or subscription")
        }
        compiler.check(title: model.title, at: "title")
        for (index, stage) in model.stages.enumerated() {
            compiler.check(title: stage.title, at: "stages[\(index)].title")
        }
    }
}
