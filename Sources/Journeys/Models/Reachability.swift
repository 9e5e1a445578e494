// SPDX-License-Identifier: Apache-2.0

/// Which stages of a model a journey can ever be in. Too generous rather than too strict: conditions that can hold one by
/// one are taken to hold together.
struct Reachability {
    let model: StageModel
    let compiler: ConditionCompiler

    /// Indices of stages that nothing leads to.
    var unreached: [Int] {
        var reached: Set<Int> = []
        var waiting: [Int?] = [nil]
        while let stage = waiting.popLast() {
            for next in next(from: stage) where reached.insert(next).inserted { waiting.append(next) }
        }
        return model.stages.indices.filter { !reached.contains($0) }
    }

    /// The stages that one event may lead to; nil: from before the first.
    private func next(from stage: Int?) -> [Int] {
        let place = Self.place(model, asked: [stage.map { model.stages[$0].stage }])
        let enters = model.stages.indices.filter { compiler.canMeet(model.stages[$0].enter, in: place) }
        guard let stage else { return enters }
        var found = enters.filter { $0 > stage }
        for regress in model.stages[stage].regress ?? [] where compiler.canMeet(regress.when, in: place) {
            if regress.to == StageModel.previous {
                if stage > 0 { found.append(stage - 1) }
            } else if let to = model.stages.firstIndex(where: { $0.stage == regress.to }) {
                found.append(to)
            }
        }
        return compiler.canMeet(model.restart, in: place) ? found + enters + [0] : found
    }

    static func place(_ model: StageModel, asked: [String?]) -> ConditionPlace {
        ConditionPlace(
            facts: Set(Fact.allCases),
            stages: model.stages.map(\.stage),
            asked: asked,
            kind: model.instance
        )
    }
}
