// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// An alert rule, ready to run.
final class CompiledRule: Sendable {
    let name: Text
    /// The place of its name among all rules' names.
    let rank: Int
    let title: Vocabulary.Title
    let messages: [Message]
    /// What its messages ask of events.
    let asks: [EventAsk]
    let kind: AlertRule.Kind
    let severity: AlertRule.Severity
    let key: ThingKind?
    let withinMs: Int64?
    let by: PropertyID?
    let first: ConditionSet
    let match: ConditionSet
    let clear: ConditionSet
    let resolveOn: ConditionSet
    let differsInChannel: Bool
    let n: Int
    let lte: Double
    let fall: Double
    let isEach: Bool
    let escalation: AlertRule.Escalation?
    /// nil: never.
    let expiresMs: Int64?

    static let expiresMs: Int64 = 30 * 86_400_000

    init(_ rule: AlertRule, rank: Int, at path: String, _ compiler: inout ConditionCompiler) {
        let place = ConditionPlace(facts: Set(Fact.allCases).subtracting(Fact.ofModels), kind: rule.key)
        name = Text(rule.rule)
        self.rank = rank
        title = rule.title
        var messages: [Message] = []
        for (index, message) in (rule.messages ?? []).enumerated() {
            let place = "\(path).messages[\(index)]"
            let en = TemplateReader(rule: rule, path: "\(place).en").read(message.en, &compiler)
            let ja = TemplateReader(rule: rule, path: "\(place).ja").read(message.ja, &compiler)
            messages.append(Message(en: en, ja: ja))
        }
        self.messages = messages
        asks = messages.flatMap(\.asks).reduce(into: []) { all, ask in if !all.contains(ask) { all.append(ask) } }
        kind = rule.kind
        severity = rule.severity ?? .warning
        key = rule.key
        withinMs = rule.within?.ms
        by = rule.by.map { PropertyID($0) }
        first = compiler.set(rule.first, at: "\(path).first", in: place)
        match = compiler.set(rule.match, at: "\(path).match", in: place)
        clear = compiler.set(rule.clear, at: "\(path).clear", in: place)
        resolveOn = compiler.set(rule.resolveOn, at: "\(path).resolve_on", in: place)
        differsInChannel = rule.different == .channel
        n = rule.n ?? 1
        lte = rule.lte ?? 0
        fall = rule.fall ?? 0
        isEach = rule.each ?? false
        escalation = rule.escalate
        switch rule.expires {
        case nil: expiresMs = Self.expiresMs
        case .never: expiresMs = nil
        case .after(let period): expiresMs = period.ms
        }
        if let property = rule.by {
            compiler.keep(property: property)
            if !compiler.knows(property: property) {
                compiler.report("\(path).by", unknown: "property", property, known: compiler.knownProperties)
            }
        }
        RuleCheck(rule: rule, path: path).report(to: &compiler)
    }

    /// What its conditions for events of a type need of `Facts.bits`: without any of them, an event does nothing here. Moves
    /// and moods apart.
    ///
    /// - Parameter rule: its place.
    func gates(_ type: Int, rule: Int) -> [RuleGate] {
        let parts: [(ConditionSet, RuleParts)] = [
            (resolveOn, .resolveOn), (clear, .clear), (match, .match), (first, .first),
        ]
        return parts.flatMap { conditions, part in
            let needs = conditions.conditions(type).needs
            return (needs.contains(0) ? [0] : Set(needs).sorted()).map { RuleGate(needs: $0, rule: rule, part: part) }
        }
    }
}

/// What one condition of a rule needs of `Facts.bits`.
struct RuleGate: Sendable {
    var needs: UInt64
    /// The place of the rule.
    var rule: Int
    var part: RuleParts
}

/// Those of a rule's sets of conditions that may hold.
struct RuleParts: OptionSet, Sendable {
    var rawValue: UInt8

    static let resolveOn = RuleParts(rawValue: 1)
    static let clear = RuleParts(rawValue: 2)
    static let match = RuleParts(rawValue: 4)
    static let first = RuleParts(rawValue: 8)
}
