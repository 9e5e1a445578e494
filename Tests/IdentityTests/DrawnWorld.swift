// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Touchpoints

@testable import Identity

/// A random set of observations and facts: small, dense and nasty. Shared devices, shared and changed e-mails, re-used
/// telephone numbers, families, kiosks, guests, sign-outs, equal times, replaced orders, facts of every kind.
struct DrawnWorld {
    var rules: IdentityRules
    var inputs: [IdentityInput] = []

    private static let minute: Int64 = 60_000

    init(seed: UInt64, policy: IdentityRules.SharedDevice, most: Int = 60) {
        var chance = SplitMix(state: seed)
        rules = IdentityRules(namespaces: ModelCase.namespaces)
        rules.sharedDevice = policy
        if seed % 3 > 0 { Self.tighten(&rules, &chance) }
        let people = Int.random(in: 2...6, using: &chance)
        let count = Int.random(in: 1...most, using: &chance)
        // Few different times make many equal ones.
        let times = [3, 20, 60].randomElement(using: &chance) ?? 60
        var names: [Identifier] = []
        for number in 0..<count {
            let observation = Self.observation(number, people, times, &chance)
            names += observation.names
            inputs.append(.seen(observation))
        }
        if seed % 2 == 0 { addFacts(names, times, &chance) }
    }

    private static func tighten(_ rules: inout IdentityRules, _ chance: inout SplitMix) {
        for place in rules.namespaces.indices where !rules.namespaces[place].isReference {
            rules.namespaces[place].limit = [nil, 1, 2].randomElement(using: &chance) ?? nil
            rules.namespaces[place].maxCustomers = [nil, 1, 2, 3].randomElement(using: &chance) ?? nil
        }
        if Bool.random(using: &chance) { rules.namespaces[0].limit = 1 }
        rules.maxIdentifiers = [3, 5, 8, 200].randomElement(using: &chance) ?? 200
        rules.maxTurns = [1, 2, 5, 1_000].randomElement(using: &chance) ?? 1_000
        rules.maxCustomers = [1, 2, 1_000].randomElement(using: &chance) ?? 1_000
        rules.consentDefault = Int.random(in: 0..<5, using: &chance) > 0
    }

    private static func observation(_ number: Int, _ people: Int, _ times: Int, _ chance: inout SplitMix) -> Observation
    {
        func isDrawn(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &chance) < percent }
        func any(_ most: Int) -> Int { Int.random(in: 0..<most, using: &chance) }
        let person = any(people)
        var names: [Identifier] = []
        if isDrawn(50) { names.append(ModelCase.name("anonymous_id", "d\(any(people))")) }
        if isDrawn(20) { names.append(ModelCase.name("app_id", "a\(any(people))")) }
        if isDrawn(40) { names.append(ModelCase.name("user_id", "u\(person)")) }
        if isDrawn(5) { names.append(ModelCase.name("user_id", "u\(any(people))")) }
        if isDrawn(10) { names.append(ModelCase.name("loyalty_id", "l\(any(people))")) }
        if isDrawn(25) { names.append(ModelCase.name("email", "m\(any(people))@example.com")) }
        if isDrawn(10) { names.append(ModelCase.name("phone", "+81\(any(3))")) }
        if isDrawn(12) { names.append(ModelCase.name("order_id", "o\(any(2 * people))")) }
        if isDrawn(12) { names.append(ModelCase.name("parcel_id", "p\(any(2 * people))")) }
        if names.isEmpty { names.append(ModelCase.name("anonymous_id", "d\(person)")) }
        var replaces: Observation.Replacement?
        if isDrawn(4) {
            replaces = .init(
                new: ModelCase.name("order_id", "o\(any(2 * people))"),
                old: ModelCase.name("order_id", "o\(any(2 * people))")
            )
        }
        return Observation(
            timeMs: Int64(any(times)) * minute + (isDrawn(30) ? Int64(any(50_000)) : 0),
            names: names,
            signsOut: isDrawn(6),
            replaces: replaces,
            consent: isDrawn(10) ? isDrawn(30) : nil,
            example: "e\(number)"
        )
    }

    private mutating func addFacts(_ names: [Identifier], _ times: Int, _ chance: inout SplitMix) {
        let minute = Self.minute
        func time() -> Int64 { Int64.random(in: 0..<Int64(times), using: &chance) * minute }
        for _ in 0..<Int.random(in: 0...3, using: &chance) {
            guard let name = names.randomElement(using: &chance) else { return }
            let from = Bool.random(using: &chance) ? Int64.min : time()
            let to = Bool.random(using: &chance) ? Int64(1_000_000_000_000) : time()
            inputs.append(.fact(.forgotten(name, fromMs: from, toMs: to)))
        }
        for _ in 0..<Int.random(in: 0...2, using: &chance) {
            guard let a = names.randomElement(using: &chance), let b = names.randomElement(using: &chance) else {
                return
            }
            inputs.append(.fact(.unlinked(a, b)))
        }
        for _ in 0..<Int.random(in: 0...3, using: &chance) {
            guard let name = names.randomElement(using: &chance) else { return }
            let isGiven = Int.random(in: 0..<3, using: &chance) == 0
            inputs.append(.fact(.consent(name, timeMs: time(), given: isGiven)))
        }
    }

    /// Inputs in a random order, or nearly in the order of time, a tenth of them twice, in batches.
    func batches(_ chance: inout SplitMix, most: Int, isInOrder: Bool = false) -> [[IdentityInput]] {
        var shuffled = (inputs + inputs.prefix(inputs.count / 10)).shuffled(using: &chance)
        if isInOrder {
            let keyed = shuffled.map { ($0, Self.timeMs($0) + Int64.random(in: 0...Self.minute, using: &chance)) }
            shuffled = keyed.sorted { $0.1 < $1.1 }.map(\.0)
        }
        var rest = shuffled[...]
        var found: [[IdentityInput]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...most, using: &chance)
            found.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return found
    }

    private static func timeMs(_ input: IdentityInput) -> Int64 {
        if case .seen(let observation) = input { observation.timeMs } else { 0 }
    }

    /// What an engine says otherwise than the whole fold; empty when they agree.
    static func differences(_ engine: inout IdentityEngine, _ reference: ReferenceEngine) -> [String] {
        let answer = reference.answer()
        var found: [String] = []
        for (hash, spans) in answer.owners {
            let mine = engine.map(of: hash)?.spans ?? [.init(fromMs: OwnershipMap.forever, customer: hash)]
            if mine != spans { found.append("\(hash): \(mine) for \(spans)") }
        }
        var decisions: [ReferenceEngine.Decision: Int] = [:]
        var told: Set<Hash128> = []
        for hash in answer.owners.keys.sorted() where !told.contains(hash) {
            let story = engine.decisions(around: hash)
            told.insert(hash)
            if story.contains(where: { $0.identifiers.contains { $0.hash != hash && told.contains($0.hash) } }) {
                continue
            }
            for decision in story {
                let names = decision.identifiers.map(\.hash)
                told.formUnion(names)
                let key = ReferenceEngine.Decision(
                    kind: decision.kind,
                    timeMs: decision.timeMs ?? 0,
                    names: names,
                    rule: decision.rule
                )
                decisions[key, default: 0] += 1
            }
        }
        for (decision, count) in answer.decisions where decisions[decision] != count {
            found.append(
                "\(decision.kind) \(decision.rule) at \(decision.timeMs): \(decisions[decision] ?? 0) for \(count)"
            )
        }
        for (decision, count) in decisions where answer.decisions[decision] == nil {
            found.append("\(decision.kind) \(decision.rule) at \(decision.timeMs): \(count) for none")
        }
        return found
    }
}
