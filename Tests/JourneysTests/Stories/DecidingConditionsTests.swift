// SPDX-License-Identifier: Apache-2.0
import Configuration
import Digests
import Journeys
import Testing
import Touchpoints

/// What ships is shown by scenes down to the single condition: take one away, and some scene ends otherwise.
@Suite struct DecidingConditionsTests {
    @Test func `each condition of a model, a rule and a score decides something in some scene`() throws {
        let idle = try idle(RulePart.conditions(of: ShippedRules.sources()))
        // Nobody but the company opens a case: the condition beside this one is about that.
        #expect(idle == ["support-case: waiting: enter[0].type case_opened"])
    }

    @Test func `each setting of a model and a rule decides something in some scene`() throws {
        let idle = try idle(RulePart.settings(of: ShippedRules.sources()))
        #expect(idle == [])
    }

    /// The parts without which every scene ends as it does with them.
    private func idle(_ parts: [RulePart]) throws -> [String] {
        let vocabulary = try ShippedRules.vocabulary()
        let scenes = try FoldedScenes()
        var wholes: [RuleScope: [FoldedScenes.Result]] = [:]
        return try parts.filter { part in
            var others = try ShippedRules.sources()
            let whole =
                try wholes[part.scope] ?? scenes.results(Rulebook(part.scope.of(others), vocabulary: vocabulary))
            wholes[part.scope] = whole
            part.leaveOut(&others)
            do {
                return try scenes.results(Rulebook(part.scope.of(others), vocabulary: vocabulary)) == whole
            } catch {
                // The exception of a rule would be none any more.
                #expect(part.place == "conditions: turns[0].type call_abandoned", "\(error)")
                return false
            }
        }.map(\.place)
    }
}

/// How much of the rules a part can change anything in.
private enum RuleScope: Hashable {
    case model(Int)
    case rule(Int)
    case all

    func of(_ sources: RuleSources) -> RuleSources {
        var some = sources
        switch self {
        case .model(let number):
            some.models = [sources.models[number]]
            let canBeStuck = some.models[0].stages.contains { $0.stuckAfter != nil }
            some.alerts.rules.removeAll { $0.kind != .stuck || !canBeStuck }
        case .rule(let number):
            some.models = []
            some.alerts.rules = [sources.alerts.rules[number]]
        case .all: break
        }
        return some
    }
}

/// A part of the rules, and what they are without it.
private struct RulePart {
    var place: String
    var scope: RuleScope
    var leaveOut: (inout RuleSources) -> Void

    /// Each condition, and of one that names several types or groups each of these.
    static func conditions(of sources: RuleSources) -> [RulePart] {
        var parts: [RulePart] = []
        for (number, model) in sources.models.enumerated() {
            parts += Self.parts("\(model.model): restart", .model(number), model.restart) {
                $0.models[number].restart?[$1] = $2
            }
            for (at, stage) in model.stages.enumerated() {
                parts += Self.parts("\(model.model): \(stage.stage): enter", .model(number), stage.enter) {
                    $0.models[number].stages[at].enter?[$1] = $2
                }
                for (back, regress) in (stage.regress ?? []).enumerated() {
                    let place = "\(model.model): \(stage.stage): regress[\(back)].when"
                    parts += Self.parts(place, .model(number), regress.when) {
                        $0.models[number].stages[at].regress?[back].when[$1] = $2
                    }
                }
            }
        }
        let lists: [(String, WritableKeyPath<AlertRule, [Condition]?>)] = [
            ("first", \.first), ("match", \.match), ("clear", \.clear), ("resolve_on", \.resolveOn),
        ]
        for (number, rule) in sources.alerts.rules.enumerated() {
            for (name, list) in lists {
                parts += Self.parts("\(rule.rule): \(name)", .rule(number), rule[keyPath: list]) {
                    $0.alerts.rules[number][keyPath: list]?[$1] = $2
                }
            }
        }
        for (name, list) in sources.conditions.conditions.sorted(by: { $0.key < $1.key }) {
            parts += Self.parts("conditions: \(name)", .all, list) { $0.conditions.conditions[name]?[$1] = $2 }
        }
        for (number, outcome) in sources.mood.outcomes.enumerated() {
            parts += Self.parts("mood: outcomes[\(number)].when", .all, outcome.when) {
                $0.mood.outcomes[number].when[$1] = $2
            }
        }
        return parts
    }

    static func settings(of sources: RuleSources) -> [RulePart] {
        var parts: [RulePart] = []
        for (number, model) in sources.models.enumerated() {
            for (at, stage) in model.stages.enumerated() {
                func setting(_ name: String, _ isThere: Bool, _ leaveOut: @escaping (inout StageModel.Stage) -> Void) {
                    guard isThere else { return }
                    let place = "\(model.model): \(stage.stage): \(name)"
                    parts.append(
                        RulePart(place: place, scope: .model(number)) { leaveOut(&$0.models[number].stages[at]) }
                    )
                }
                setting("stuck_after", stage.stuckAfter != nil) { $0.stuckAfter = nil }
                setting("last", stage.last != nil) { $0.last = nil }
            }
        }
        for (number, rule) in sources.alerts.rules.enumerated() {
            func setting(_ name: String, _ isThere: Bool, _ leaveOut: @escaping (inout AlertRule) -> Void) {
                guard isThere else { return }
                parts.append(
                    RulePart(place: "\(rule.rule): \(name)", scope: .rule(number)) {
                        leaveOut(&$0.alerts.rules[number])
                    }
                )
            }
            setting("severity", rule.severity != nil) { $0.severity = nil }
            // A rule of kind broadcast is about a product, whatever it says.
            setting("key", rule.key != nil && rule.kind != .broadcast) { $0.key = nil }
            setting("within", rule.within != nil) { $0.within = Period(ms: 36_500 * 86_400_000) }
            setting("different", rule.different != nil) { $0.different = nil }
            setting("n", rule.n != nil) { $0.n = ($0.n ?? 0) + 1 }
            setting("lte", rule.lte != nil) { $0.lte = 1 }
            setting("fall", rule.fall != nil) { $0.fall = 0 }
            setting("each", rule.each != nil) { $0.each = nil }
            setting("escalate", rule.escalate != nil) { $0.escalate = nil }
            setting("expires", rule.expires != nil) { $0.expires = nil }
        }
        return parts
    }

    private static func parts(
        _ place: String,
        _ scope: RuleScope,
        _ conditions: [Condition]?,
        _ put: @escaping (inout RuleSources, Int, Condition) -> Void
    ) -> [RulePart] {
        (conditions ?? []).enumerated().flatMap { index, condition in
            var nowhere = condition
            nowhere.channel = .value("nowhere")
            var others = [("", nowhere)]
            for (key, names) in [("type", \Condition.type), ("group", \Condition.group)] {
                guard let all = condition[keyPath: names]?.all, all.count > 1 else { continue }
                for name in all {
                    var fewer = condition
                    fewer[keyPath: names] = Names(all.filter { $0 != name })
                    others.append((".\(key) \(name)", fewer))
                }
            }
            return others.map { what, other in
                RulePart(place: "\(place)[\(index)]\(what)", scope: scope) { put(&$0, index, other) }
            }
        }
    }
}

/// The events of all scenes, each scene one customer's.
private struct FoldedScenes {
    struct Result: Equatable {
        var transitions: [Transition]
        var alerts: [AlertState]
        var profile: Profile?
        var moods: [EventMood]
    }

    private var all: [(story: Story, events: [Touchpoint], broadcasts: [Touchpoint])] = []

    init() throws {
        let configuration = try TabijiConfiguration.shipped()
        let decoder = TouchpointDecoder(
            rules: configuration.identity,
            vocabulary: configuration.vocabulary,
            settings: configuration.intake,
            hasher: IdentifierHasher(key: configuration.identifierKey)
        )
        for story in Story.all {
            var (events, broadcasts): ([Touchpoint], [Touchpoint]) = ([], [])
            for event in story.events {
                switch decoder.decode(event.line, event.line.indices, timestampMs: nil, topic: nil) {
                case .accepted(let accepted): events.append(accepted.touchpoint)
                case .broadcast(let accepted): broadcasts.append(accepted.touchpoint)
                case .control, .deadletter, .tombstone: throw Story.Unreadable(what: event.name)
                }
            }
            all.append((story, events, broadcasts))
        }
    }

    func results(_ book: Rulebook) -> [Result] {
        all.map { story, events, broadcasts in
            let moods = story.moods
            let result = Fold.run(events, broadcasts: broadcasts, untilMs: story.untilMs, rulebook: book) { event in
                moods[event.id].map { TextMood(score: $0) }
            }
            return Result(
                transitions: result.transitions,
                alerts: result.alerts,
                profile: result.profile,
                moods: result.moods
            )
        }
    }
}
