// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Touchpoints

/// Turns conditions into compiled ones and collects what is wrong with them.
struct ConditionCompiler {
    let types: TypeTable
    /// The file of what is compiled now.
    var file = RuleFile.conditions
    private(set) var problems: [RuleProblem] = []
    /// Properties that conditions ask for.
    private(set) var properties: Set<String> = []
    private(set) var countSlots: [CountSlot] = []
    /// Properties that some type has by the vocabulary, and those that the machinery reads; sorted.
    let knownProperties: [String]
    private var named: [String: [Draft]] = [:]

    /// A condition on its way: the types that it lets through, and all else that must hold.
    struct Draft {
        var types: [Bool]
        var facts: [CompiledCondition.FactTest] = []
        var properties: [CompiledCondition.PropertyTest] = []
        var channels: [Test] = []
        var counts: [CompiledCondition.CountTest] = []
        var asks: [ThingKind] = []
    }

    init(types: TypeTable, named conditions: [String: [Condition]]) {
        self.types = types
        knownProperties = types.properties.reduce(P.names) { $0.union($1) }.sorted()
        for name in conditions.keys.sorted() { define(name, from: conditions, within: []) }
    }

    mutating func report(_ path: String, _ message: String) {
        problems.append(RuleProblem(file: file, path: path, message: message))
    }

    mutating func report(_ path: String, unknown kind: String, _ name: String, known: [String]) {
        report(path, "unknown \(kind) “\(name)”\(Spelling.hint(name, known))")
    }

    /// What records and alerts' keys are told apart by.
    mutating func check(name: String, at path: String) {
        if name.trimmedOfBlanks().isEmpty { report(path, "expected a name, found none") }
        if name.contains(":") { report(path, "expected a name without “:”, found “\(name)”") }
    }

    /// Of several of one kind each has a name of its own.
    mutating func check(name: String, among before: ArraySlice<String>, of kind: String, at path: String) {
        if before.contains(where: { $0.hasBytes(of: name) }) {
            report(path, "another \(kind) is called “\(name)” too")
        }
    }

    /// People read both languages.
    mutating func check(title: Vocabulary.Title, at path: String) {
        for (language, text) in [("en", title.en), ("ja", title.ja)] where text.trimmedOfBlanks().isEmpty {
            report("\(path).\(language)", "expected a title in this language, found none")
        }
    }

    mutating func keep(property: String) { properties.insert(property) }

    func knows(property: String) -> Bool { knownProperties.contains(property) }

    /// - Parameter place: what can be asked here, and of what.
    mutating func set(_ conditions: [Condition]?, at path: String, in place: ConditionPlace) -> ConditionSet {
        var byType = [[CompiledCondition]](repeating: [], count: types.count)
        if conditions?.isEmpty ?? false { report(path, "expected at least one condition") }
        for (index, condition) in (conditions ?? []).enumerated() {
            for draft in sensible(condition, at: "\(path)[\(index)]", in: place) {
                let compiled = CompiledCondition(
                    facts: draft.facts,
                    properties: draft.properties,
                    channels: draft.channels,
                    counts: draft.counts,
                    asks: draft.asks
                )
                for type in draft.meeting(types) { byType[type].append(compiled) }
            }
        }
        return ConditionSet(byType: byType)
    }

    private mutating func define(_ name: String, from conditions: [String: [Condition]], within: [String]) {
        guard named[name] == nil, let list = conditions[name] else { return }
        if within.contains(name) {
            report("conditions.\(name)", "refers to itself: \((within + [name]).joined(separator: " → "))")
            named[name] = []
            return
        }
        for other in list.compactMap(\.named) { define(other, from: conditions, within: within + [name]) }
        guard named[name] == nil else { return }
        if list.isEmpty { report("conditions.\(name)", "expected at least one condition") }
        named[name] = list.enumerated().flatMap {
            sensible($1, at: "conditions.\(name)[\($0)]", in: ConditionPlace(facts: Set(Fact.allCases)))
        }
    }

    /// Compiles a condition, and reports one that no event can ever meet.
    private mutating func sensible(_ condition: Condition, at path: String, in place: ConditionPlace) -> [Draft] {
        let known = problems.count
        let drafts = drafts(condition, at: path, in: place)
        if problems.count == known, let why = impossibility(of: drafts, place) {
            report(path, "can never match: \(why)")
        }
        return drafts
    }

    private func impossibility(of drafts: [Draft], _ place: ConditionPlace) -> String? {
        let reasons = drafts.map { $0.impossibility(types, place) }
        return reasons.contains(nil) ? nil : reasons.compactMap { $0 }.first
    }

    /// Whether an event may meet one of the conditions, in these stages. Reports nothing.
    func canMeet(_ conditions: [Condition]?, in place: ConditionPlace) -> Bool {
        var scratch = self
        return (conditions ?? []).contains { condition in
            scratch.impossibility(of: scratch.drafts(condition, at: "", in: place), place) == nil
        }
    }

    private mutating func drafts(_ condition: Condition, at path: String, in place: ConditionPlace) -> [Draft] {
        var draft = Draft(types: [Bool](repeating: true, count: types.count))
        if let wanted = condition.type { narrow(&draft, to: mask(wanted, at: "\(path).type")) }
        if let groups = condition.group { narrow(&draft, to: mask(groups: groups, at: "\(path).group")) }
        let through = draft.types
        if let except = condition.except {
            narrow(&draft, to: mask(except, at: "\(path).except").map { !$0 })
        }
        if let channel = condition.channel {
            check(channels: channel.texts, at: "\(path).channel")
            draft.channels.append(test(channel, at: "\(path).channel"))
        }
        for (name, wanted) in (condition.where ?? [:]).sorted(by: { $0.key < $1.key }) {
            let here = "\(path).where.\(name)"
            properties.insert(name)
            check(property: name, of: draft.types, at: here)
            draft.properties.append(.init(name: name, property: PropertyID(name), test: test(wanted, at: here)))
        }
        for (name, wanted) in (condition.facts ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let fact = Fact(rawValue: name) else {
                report("\(path).facts.\(name)", unknown: "fact", name, known: Fact.allCases.map(\.rawValue))
                continue
            }
            if fact == .stage, let stages = place.stages {
                for stage in wanted.texts where !stages.contains(where: { $0.hasBytes(of: stage) }) {
                    report("\(path).facts.stage", unknown: "stage", stage, known: stages)
                }
            }
            if wanted == .value(.bool(true)), let kind = fact.lists { draft.asks.append(kind) }
            draft.facts.append(.init(fact: fact, test: test(wanted, at: "\(path).facts.\(name)")))
        }
        if let count = condition.count { draft.counts.append(self.count(count, at: "\(path).count")) }
        let all = condition.named.map { combined(draft, with: $0, at: "\(path).is") } ?? [draft]
        check(exceptions: condition, of: through, at: "\(path).except")
        for fact in Set(all.flatMap { $0.facts.map(\.fact) }).subtracting(place.facts).map(\.rawValue).sorted() {
            report("\(path).facts.\(fact)", "“\(fact)” is not known here")
        }
        return all
    }

    /// Events have no channel that is written otherwise.
    private mutating func check(channels: [String], at path: String) {
        for channel in channels {
            let name = SnakeCase.name(channel)
            if name != channel {
                let hint = name.map { $0.isEmpty ? "" : "; did you mean “\($0)”?" } ?? ""
                report(path, "expected a channel as events have it, found “\(channel)”\(hint)")
            }
        }
    }

    /// Leaving out a type that is not there is a slip.
    private mutating func check(exceptions condition: Condition, of through: [Bool], at path: String) {
        var through = through
        if let name = condition.named {
            guard let parts = named[name], !parts.isEmpty else { return }
            for type in through.indices where !parts.contains(where: { $0.types[type] }) { through[type] = false }
        }
        for name in condition.except?.all ?? [] {
            guard let type = types.id(of: name), !through[type] else { continue }
            let there = types.names.indices.filter { through[$0] }.map { types.names[$0] }
            report(path, "“\(name)” is not among the types that it is left out of\(Spelling.hint(name, there))")
        }
    }

    /// A property that none of the types has by the vocabulary is a slip.
    private mutating func check(property: String, of mask: [Bool], at path: String) {
        let through = types.properties.indices.filter { mask[$0] }
        if through.isEmpty || mask.last == true && knows(property: property) { return }
        let known = through.reduce(into: P.ofAnyType) { $0.formUnion(types.properties[$1]) }
        if known.contains(property) { return }
        let names = through.count == 1 ? " of \(types.names[through[0]])" : " of these types of touchpoint"
        report(
            path,
            "unknown property “\(property)”\(mask.last == true ? "" : names)\(Spelling.hint(property, known.sorted()))"
        )
    }

    private mutating func combined(_ draft: Draft, with name: String, at path: String) -> [Draft] {
        guard let parts = named[name] else {
            report(path, unknown: "named condition", name, known: Array(named.keys))
            return []
        }
        return parts.map { part in
            var whole = draft
            narrow(&whole, to: part.types)
            whole.facts += part.facts
            whole.properties += part.properties
            whole.channels += part.channels
            whole.counts += part.counts
            return whole
        }
    }

    private func narrow(_ draft: inout Draft, to mask: [Bool]) {
        for type in mask.indices where !mask[type] { draft.types[type] = false }
    }

    /// Which types are named; a type that the vocabulary lacks has no group, rank or title, so it is refused.
    mutating func mask(_ names: Names, at path: String) -> [Bool] {
        var mask = [Bool](repeating: false, count: types.count)
        for name in names.all {
            if let id = types.id(of: name) {
                mask[id] = true
            } else {
                report(path, unknown: "type of touchpoint", name, known: types.names)
            }
        }
        return mask
    }

    private mutating func mask(groups names: Names, at path: String) -> [Bool] {
        for name in names.all where !types.groups.contains(name) {
            report(path, unknown: "group", name, known: types.groups)
        }
        return types.groups.map { names.all.contains($0) } + [false]
    }

    private mutating func count(_ count: Condition.Count, at path: String) -> CompiledCondition.CountTest {
        if count.atLeast < 1 { report("\(path).at_least", "expected 1 or more, found \(count.atLeast)") }
        let mask = mask(count.type, at: "\(path).type")
        let slot = countSlots.firstIndex { $0.counts == mask } ?? countSlots.count
        if slot == countSlots.count { countSlots.append(CountSlot(counts: mask)) }
        countSlots[slot].withinMs = max(countSlots[slot].withinMs, count.within.ms)
        return .init(slot: slot, atLeast: count.atLeast, withinMs: count.within.ms)
    }

    mutating func test(_ wanted: Wanted, at path: String) -> Test {
        switch wanted {
        case .any(let list): return .any(list.map { test($0, at: path) })
        case .value(.bool(let flag)): return flag ? .isTrue : .isFalse
        case .value(.string(let text)): return Number(text: text).map(Test.number) ?? .text(Text(text))
        case .value(let value):
            if let number = Number(value) { return .number(number) }
            report(path, "expected a truth value, a number, a text, a list of these, or operators")
            return .any([])
        case .compare(let operators): return .all(comparisons(operators, at: path))
        }
    }

    private mutating func comparisons(_ operators: Wanted.Operators, at path: String) -> [Test.Comparison] {
        var all: [Test.Comparison] = []
        if let limit = operators.gte.flatMap({ Number($0) }) { all.append(.gte(limit)) }
        if let limit = operators.gt.flatMap({ Number($0) }) { all.append(.gt(limit)) }
        if let limit = operators.lte.flatMap({ Number($0) }) { all.append(.lte(limit)) }
        if let limit = operators.lt.flatMap({ Number($0) }) { all.append(.lt(limit)) }
        if let exists = operators.exists { all.append(.exists(exists)) }
        if let pattern = operators.matches {
            if let expression = try? NSRegularExpression(pattern: pattern) {
                all.append(.matches(expression))
            } else {
                report("\(path).matches", "is no regular expression: “\(pattern)”")
            }
        }
        if all.isEmpty, operators.matches == nil { report(path, "expected one of gte, gt, lte, lt, exists, matches") }
        return all
    }
}
