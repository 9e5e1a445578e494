// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// What a rule of its kind needs, and what would do nothing there.
struct RuleCheck {
    let rule: AlertRule
    let path: String

    func report(to compiler: inout ConditionCompiler) {
        compiler.check(title: rule.title, at: "\(path).title")
        for (index, message) in (rule.messages ?? []).enumerated() {
            compiler.check(title: message, at: "\(path).messages[\(index)]")
        }
        for (key, what, isThere) in needed where !isThere {
            compiler.report("\(path).\(key)", "a rule of kind \(rule.kind.rawValue) needs \(what)")
        }
        let used = Set(Self.used[rule.kind] ?? [])
        for (key, isThere) in given where isThere && !used.contains(key) {
            compiler.report("\(path).\(key)", "does nothing in a rule of kind \(rule.kind.rawValue)")
        }
        if let escalate = rule.escalate, escalate.severity <= rule.severity ?? .warning {
            compiler.report("\(path).escalate.severity", "does nothing: the rule's severity is no less")
        }
        for (key, why) in impossible { compiler.report("\(path).\(key)", "can never match: \(why)") }
    }

    private var needed: [(key: String, what: String, isThere: Bool)] {
        let conditions = ("match", "conditions", rule.match != nil)
        switch rule.kind {
        case .match: return [conditions]
        case .absence: return [conditions, ("within", "either within or by", (rule.within == nil) != (rule.by == nil))]
        case .sequence: return [conditions, ("first", "conditions of what comes first", rule.first != nil)]
        case .count: return [conditions, ("n", "a number, at least 1", (rule.n ?? 0) >= 1)]
        case .threshold:
            return [
                ("lte", "the highest mood that is low", rule.lte != nil),
                ("fall", "how far it must have fallen", rule.fall != nil),
                ("within", "a window", rule.within != nil),
            ]
        case .stuck: return []
        case .broadcast: return [("key", "the key product", rule.key == .product)]
        }
    }

    private static let used: [AlertRule.Kind: [String]] = [
        .match: ["key", "match", "resolve_on", "each", "escalate"],
        .absence: ["key", "match", "clear", "within", "by", "resolve_on", "escalate"],
        .sequence: ["key", "first", "match", "clear", "within", "different", "resolve_on", "each", "escalate"],
        .count: ["key", "match", "clear", "within", "n", "resolve_on", "escalate"],
        .threshold: ["lte", "fall", "within", "resolve_on", "escalate"],
        .stuck: [],
        .broadcast: ["key", "resolve_on", "escalate"],
    ]

    private var given: [(key: String, isThere: Bool)] {
        [
            ("key", rule.key != nil), ("first", rule.first != nil), ("match", rule.match != nil),
            ("clear", rule.clear != nil), ("resolve_on", rule.resolveOn != nil), ("within", rule.within != nil),
            ("by", rule.by != nil), ("different", rule.different != nil), ("n", rule.n != nil),
            ("lte", rule.lte != nil), ("fall", rule.fall != nil), ("each", rule.each != nil),
            ("escalate", rule.escalate != nil),
        ]
    }

    private var impossible: [(key: String, why: String)] {
        var found: [(String, String)] = []
        if rule.kind == .sequence, rule.within?.ms == 0 {
            found.append(("within", "what comes second is strictly later"))
        }
        if rule.kind == .threshold {
            if let lte = rule.lte, lte < -1 { found.append(("lte", "no mood is below −1")) }
            if let fall = rule.fall, fall > 2 { found.append(("fall", "no mood falls by more than 2")) }
        }
        if let escalate = rule.escalate, escalate.differentTypes > OpenAlert.evidenceMax {
            found.append(("escalate.different_types", "evidence is at most \(OpenAlert.evidenceMax) events"))
        }
        return found
    }
}
