// SPDX-License-Identifier: Apache-2.0

/// What a fact can be at all, for the check that conditions make sense.
enum FactRange {
    case flag
    /// `whole`: only whole numbers. Both limits are within it, unless `isOpenBelow`.
    case number(ClosedRange<Double>, whole: Bool = false, isOpenBelow: Bool = false)
    case texts([String])

    /// A few answers that stand for all that differ to these tests.
    func answers(to tests: [Test]) -> [Answer] {
        switch self {
        case .flag: return [.bool(true), .bool(false)]
        case .texts(let texts): return texts.map(Answer.text)
        case .number(let range, let whole, let isOpenBelow):
            let limits = (tests.flatMap(\.limits) + [range.lowerBound, range.upperBound]).sorted()
            var found = limits + zip(limits, limits.dropFirst()).map { ($0 + $1) / 2 } + limits.map { $0 + 1 }
            if whole { found = found.flatMap { [$0.rounded(.down), $0.rounded(.up)] } }
            return found.filter { range.contains($0) && !(isOpenBelow && $0 == range.lowerBound) }
                .compactMap { Number($0).map(Answer.number) }
        }
    }
}

extension Fact {
    /// A number that no customer reaches.
    private static let most = 1e12

    /// What it can be with an event of a type; nil: it is absent then, or has no say here.
    func range(_ type: TypeInfo?, stages: [String]) -> FactRange {
        switch self {
        case .by:
            guard let type else { return .texts(["customer", "company"]) }
            return .texts(type.isByCompany ? ["company"] : type.isCall ? ["customer", "company"] : ["customer"])
        case .stage: return .texts(stages)
        case .stars: return .number(0...5, isOpenBelow: true)
        case .csat: return .number(0...1, isOpenBelow: true)
        case .nps: return .number(0...10, whole: true)
        case .mood, .textMood, .customerMood: return .number(-1...1)
        case .idleDays, .subscriptionDays: return .number(0...Self.most)
        case .standingOrders, .liveSubscriptions, .purchases, .orders, .contacts, .openCases, .cartItems,
            .wishlistItems, .orderReturns, .parcelsDelivered, .skipsInRow, .cyclePurchases, .distinctProducts:
            return .number(0...Self.most, whole: true)
        case .buys, .owned, .late, .ticket, .settles, .unwanted, .strongTurn, .losesAll, .cartEmptied,
            .completesDelivery, .orderEnds, .firstPromise, .standsInFor, .returnsSettled, .startsContact, .opensCase,
            .closesCase:
            return .flag
        }
    }

    /// Whether it may be without a value.
    var mayBeAbsent: Bool {
        switch self {
        case .stars, .csat, .nps, .mood, .textMood, .customerMood, .idleDays, .subscriptionDays, .orderReturns,
            .parcelsDelivered, .skipsInRow, .ticket, .stage:
            true
        default: false
        }
    }

    /// Whether it may be there, and true, with an event of the type.
    func isPossible(with type: TypeInfo) -> Bool {
        let isOfSubscriptions = type.group == .begins || type.group == .subscription || type.group == .risk
        let isOfOrders = type.group == .orders || type.group == .delivery
        switch self {
        case .stars: return type.kind == .productReviewed
        case .csat: return type.kind == .csatAnswered
        case .nps: return type.kind == .npsAnswered
        case .textMood: return !type.isByCompany
        case .buys: return type.kind == .orderCompleted || type.kind?.livens ?? false
        case .firstPromise: return isOfOrders
        case .late, .completesDelivery:
            return isOfOrders || type.kind == .orderCompleted || type.kind?.delivers ?? false
        case .orderEnds:
            return type.group == .orders || type.kind == .orderCancelled || type.kind == .orderRefunded
        case .cartEmptied: return type.kind == .productRemoved || type.kind == .orderCompleted
        case .unwanted:
            return type.kind == .productRemoved || type.kind == .unwished || type.kind == .orderCompleted
        case .closesCase: return type.kind == .caseResolved || type.kind?.answersCases ?? false
        case .skipsInRow, .subscriptionDays: return isOfSubscriptions
        default: return true
        }
    }
}

extension Test {
    /// Numbers at which its answer changes.
    fileprivate var limits: [Double] {
        switch self {
        case .number(let number): [number.double]
        case .any(let tests): tests.flatMap(\.limits)
        case .all(let comparisons):
            comparisons.compactMap { comparison in
                switch comparison {
                case .gte(let limit), .gt(let limit), .lte(let limit), .lt(let limit): limit.double
                case .exists, .matches: nil
                }
            }
        case .isTrue, .isFalse, .text: []
        }
    }

    fileprivate var texts: [String] {
        switch self {
        case .text(let text): [text.string]
        case .any(let tests): tests.flatMap(\.texts)
        default: []
        }
    }

    /// Whether only texts themselves can answer it.
    fileprivate var searchesTexts: Bool {
        switch self {
        case .any(let tests): tests.contains(where: \.searchesTexts)
        case .all(let comparisons):
            comparisons.contains { comparison in
                if case .matches = comparison { true } else { false }
            }
        default: false
        }
    }

    /// Whether any value at all meets all of them.
    static func canMeet(_ tests: [Test]) -> Bool {
        if tests.contains(where: \.searchesTexts) { return true }
        let all = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
        var answers = FactRange.number(all).answers(to: tests) + [.absent, .other, .bool(true), .bool(false)]
        answers += (tests.flatMap(\.texts) + ["\u{0}"]).map(Answer.text)
        return answers.contains { answer in tests.allSatisfy { $0.holds(answer) } }
    }
}

/// Where a condition stands: what can be asked there, and what its answers can be.
struct ConditionPlace {
    var facts: Set<Fact>
    /// The stages of the model; nil: of none, or of any.
    var stages: [String]?
    /// Those in which it is asked, nil among them standing for before the first; nil: any.
    var asked: [String?]?
    /// The thing that it is about.
    var kind: ThingKind?
}

extension ConditionCompiler.Draft {
    /// Why no event can ever meet it; nil: some may.
    func impossibility(_ types: TypeTable, _ place: ConditionPlace) -> String? {
        let through = self.types.indices.filter { self.types[$0] }
        if through.isEmpty { return "it lets no type of touchpoint through" }
        for (property, tests) in Dictionary(grouping: properties, by: \.property) {
            if !Test.canMeet(tests.map(\.test)) {
                return "no value of “\(properties.first { $0.property == property }?.name ?? "")” meets it"
            }
        }
        if !Test.canMeet(channels) { return "no channel meets it" }
        let asked = Dictionary(grouping: facts, by: \.fact).sorted { $0.key.rawValue < $1.key.rawValue }
        var left = through.filter { Self.isAbout(place.kind, types[info: $0]) }
        if left.isEmpty { return "its types of touchpoint are about no \(place.kind?.rawValue ?? "")" }
        for (fact, tests) in asked {
            left = left.filter { Self.canMeet(fact, tests.map(\.test), types[info: $0], place) }
            if left.isEmpty { return "“\(fact.rawValue)” is never so with its types of touchpoint" }
        }
        return nil
    }

    /// The types with which an event may meet it, as far as facts tell; in which stage is not asked.
    func meeting(_ types: TypeTable) -> [Int] {
        let asked = Dictionary(grouping: facts, by: \.fact).mapValues { $0.map(\.test) }
        let place = ConditionPlace(facts: [])
        return self.types.indices.filter { type in
            self.types[type] && asked.allSatisfy { Self.canMeet($0, $1, types[info: type], place) }
        }
    }

    /// Only some types are about a subscription; any event can name another thing.
    private static func isAbout(_ kind: ThingKind?, _ type: TypeInfo?) -> Bool {
        guard kind == .subscription else { return true }
        return type.map { $0.group == .begins || $0.group == .subscription || $0.group == .risk } ?? false
    }

    private static func canMeet(_ fact: Fact, _ tests: [Test], _ type: TypeInfo?, _ place: ConditionPlace) -> Bool {
        let isPossible = type.map { fact.isPossible(with: $0) } ?? fact.isPossible(with: .unknown)
        var answers: [Answer] = []
        if fact == .stage, place.stages == nil { return true }
        if fact == .stage, let asked = place.asked {
            answers = asked.map { $0.map(Answer.text) ?? .absent }
        } else {
            if isPossible { answers = fact.range(type, stages: place.stages ?? []).answers(to: tests) }
            if case .flag = fact.range(type, stages: []), !isPossible { answers.append(.bool(false)) }
            if fact.mayBeAbsent { answers.append(.absent) }
        }
        return answers.contains { answer in tests.allSatisfy { $0.holds(answer) } }
    }
}

extension TypeInfo {
    /// As good as any that the vocabulary lacks.
    static let unknown = TypeInfo(id: -1, rank: .max, kind: nil, group: nil, isByCompany: false, isCall: true)
}

extension TypeTable {
    /// nil: any of those that are not listed.
    subscript(info type: Int) -> TypeInfo? { infos.indices.contains(type) ? infos[type] : nil }
}
