// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// What a CX team says: models, named conditions, alert rules and scores, as their files have them.
public struct RuleSources: Sendable {
    /// In the order in which an event is shown to them.
    public var models: [StageModel]
    public var conditions: NamedConditions
    public var alerts: AlertRules
    public var mood: MoodScores
    /// Whether these are all that there are; of some, only what each gets wrong by itself can be told.
    public var areAll = true

    public init(models: [StageModel], conditions: NamedConditions, alerts: AlertRules, mood: MoodScores) {
        self.models = models
        self.conditions = conditions
        self.alerts = alerts
        self.mood = mood
    }
}

/// What the fold reads of the rest of the configuration.
public struct FoldSettings: Sendable {
    /// Of dates and times without offset in properties.
    public var timeZone = "Asia/Tokyo"
    /// Of money without one.
    public var currency = "JPY"
    /// Locations near a location.
    public var neighbours: [String: [String]] = [:]
    /// What names nothing, in lower case; beside the empty text and `^0+$`.
    public var blocked = ["null", "undefined", "none", "anonymous", "guest"]

    public init() {}
}

/// Models, rules and scores, checked and ready to run. Immutable.
public final class Rulebook: Sendable {
    /// Names of all properties that the fold reads with these rules: what intake must keep.
    public let keptProperties: Set<String>
    public let settings: FoldSettings
    /// What stages are called, by model and stage.
    public let stageTitles: [String: [String: Vocabulary.Title]]

    /// To be raised with every change of this module, or of how its results are written, that gives other results for the same
    /// events and rules: then all customers are folded again.
    public static let resultsVersion = 2

    let types: TypeTable
    let models: [CompiledModel]
    let rules: [CompiledRule]
    /// By type of event, what it takes for a rule to do something with it: one for each condition, those of a rule together.
    let ruleGates: [[RuleGate]]
    let stuckRules: [Int]
    let thresholdRules: [Int]
    let broadcastRules: [Int]
    let mood: CompiledMood
    /// What the vocabulary calls types, by their number.
    var typeTitles: [Vocabulary.Title] { types.titles }
    /// How messages call types, channels and other texts.
    let words: [Text: Vocabulary.Title]
    /// What messages tell of wish and cart events.
    let wishAsks: [EventAsk]
    /// The customer turns to us.
    let turns: ConditionSet
    let countSlots: [CountSlot]
    /// By type of event, the slots that count it.
    let countSlotsByType: [[Int]]
    /// What the numbers in a fold's state stand for.
    let shape: RulebookShape
    let moments: PropertyMoment
    let blocked: Set<String>
    let blockedBytesMax: Int

    /// Whatever the configuration, the fold reads these.
    public static let keptProperties = P.names

    /// - Throws: everything that is wrong, at once.
    public init(_ sources: RuleSources, vocabulary: Vocabulary, settings: FoldSettings = .init()) throws(InvalidRules) {
        stageTitles = Dictionary(
            sources.models.map { model in
                let titles = model.stages.map { ($0.stage, $0.title) }
                return (model.model, Dictionary(titles) { first, _ in first })
            }
        ) { first, _ in first }
        let types = TypeTable(vocabulary)
        var compiler = ConditionCompiler(types: types, named: sources.conditions.conditions)
        turns = compiler.set(
            [Condition(is: "turns")],
            at: "conditions.turns",
            in: ConditionPlace(facts: Fact.ofTheEvent)
        )
        models = sources.models.enumerated().map { CompiledModel($1, number: $0, &compiler) }
        compiler.file = .alerts
        let names = sources.alerts.rules.map { Text($0.rule) }
        let ranks = Dictionary(names.sorted().enumerated().map { ($1, $0) }) { first, _ in first }
        rules = sources.alerts.rules.enumerated().map { index, rule in
            CompiledRule(rule, rank: ranks[names[index]] ?? 0, at: "rules[\(index)]", &compiler)
        }
        for (index, rule) in rules.enumerated() {
            if rule.kind == .stuck, sources.areAll, !models.contains(where: \.canBeStuck) {
                compiler.report("rules[\(index)].kind", "can never match: no stage has stuck_after")
            }
            if rule.kind == .broadcast, types.id(of: EventKind.stockChanged.rawValue) == nil {
                compiler.report("rules[\(index)].kind", "can never match: the vocabulary has no stock_changed")
            }
        }
        for (word, titles) in (sources.alerts.words ?? [:]).sorted(by: { $0.key < $1.key }) {
            compiler.check(title: titles, at: "words.\(word)")
        }
        mood = CompiledMood(sources.mood, &compiler)
        Self.checkNames(sources, &compiler)
        compiler.file = .settings
        let moments = PropertyMoment(zone: settings.timeZone)
        if moments == nil { compiler.report("journeys.timezone", "unknown time zone “\(settings.timeZone)”") }
        let kept = P.names.union(compiler.properties)
        for (a, b) in Self.sharing(kept) { compiler.report("properties", "“\(a)” and “\(b)” share one number") }
        guard let moments, compiler.problems.isEmpty else { throw InvalidRules(problems: compiler.problems) }
        let rules = rules
        self.types = types
        self.settings = settings
        self.moments = moments
        keptProperties = kept
        countSlots = compiler.countSlots
        shape = RulebookShape(models: models, rules: rules, types: types, counts: compiler.countSlots.map(\.counts))
        countSlotsByType = (0..<types.count).map { [countSlots] type in
            countSlots.indices.filter { countSlots[$0].counts[type] }
        }
        ruleGates = (0..<types.count).map { type in
            rules.indices.flatMap { rules[$0].gates(type, rule: $0) }
        }
        stuckRules = rules.indices.filter { rules[$0].kind == .stuck }
        thresholdRules = rules.indices.filter { rules[$0].kind == .threshold }
        broadcastRules = rules.indices.filter { rules[$0].kind == .broadcast }
        wishAsks = rules.filter { $0.kind == .broadcast }.flatMap(\.asks)
        words = Dictionary((sources.alerts.words ?? [:]).map { (Text($0), $1) }) { first, _ in first }
        blocked = Set(settings.blocked.map { $0.lowercased() })
        blockedBytesMax = settings.blocked.map(\.utf8.count).max() ?? 0
    }

    private static func checkNames(_ sources: RuleSources, _ compiler: inout ConditionCompiler) {
        let models = sources.models.map(\.model)
        for (index, name) in models.enumerated() {
            compiler.file = .model(index, name: name)
            compiler.check(name: name, among: models[..<index], of: "model", at: "model")
        }
        compiler.file = .alerts
        let rules = sources.alerts.rules.map(\.rule)
        for (index, name) in rules.enumerated() {
            compiler.check(name: name, at: "rules[\(index)].rule")
            compiler.check(name: name, among: rules[..<index], of: "rule", at: "rules[\(index)].rule")
        }
    }

    private static func sharing(_ names: Set<String>) -> [(String, String)] {
        let byID = Dictionary(grouping: names.sorted(), by: { PropertyID($0) })
        return byID.values.filter { $0.count > 1 }.map { ($0[0], $0[1]) }
    }

    /// Where two locations count as one: the same, either unknown, or neighbours.
    func areNear(_ a: String?, _ b: String?) -> Bool {
        guard let a, let b else { return true }
        return a.hasBytes(of: b) || settings.neighbours[a]?.contains { $0.hasBytes(of: b) } ?? false
            || settings.neighbours[b]?.contains { $0.hasBytes(of: a) } ?? false
    }
}
