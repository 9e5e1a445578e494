// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Testing
import Touchpoints

@testable import Identity

/// The rows of an engine as a store keeps them.
struct Rows {
    private(set) var values: [[UInt8]: [UInt8]] = [:]

    mutating func take(_ changes: IdentityChanges) {
        for row in changes.rows { values[row.key] = row.value }
    }

    func engine(_ rules: IdentityRules, crowd: Int = 48) throws -> IdentityEngine {
        var engine = IdentityEngine(rules: rules, realm: "default", crowd: crowd)
        for (key, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try engine.load(key: key, value: value)
        }
        return engine
    }
}

@Suite struct ArrivalOrderTests {
    private func engine(_ said: ModelCase) -> IdentityEngine { IdentityEngine(rules: said.rules, realm: "default") }

    private func batches(_ inputs: [IdentityInput], _ chance: inout SplitMix) -> [[IdentityInput]] {
        var rest = inputs
        var found: [[IdentityInput]] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(rest.count, 12), using: &chance)
            found.append(Array(rest.prefix(count)))
            rest.removeFirst(count)
        }
        return found
    }

    @Test func `any order, any batches and duplicates give the same maps`() {
        var chance = SplitMix(state: 1)
        for said in ModelCases.kept.prefix(100) {
            for _ in 0..<3 {
                var mixed = engine(said)
                let again = said.inputs.shuffled(using: &chance).prefix(said.inputs.count / 4)
                for batch in batches((said.inputs + again).shuffled(using: &chance), &chance) { _ = mixed.apply(batch) }
                let differences = said.differences(from: &mixed)
                #expect(differences.isEmpty, "\(differences)")
            }
        }
    }

    @Test func `an engine rebuilt from its rows goes on as if it had never stopped`() throws {
        var chance = SplitMix(state: 2)
        for said in ModelCases.kept.prefix(100) {
            var steady = engine(said)
            var broken = engine(said)
            var rows = Rows()
            for batch in batches(said.inputs.shuffled(using: &chance), &chance) {
                let expected = steady.apply(batch)
                let changes = broken.apply(batch)
                #expect(changes.maps == expected.maps)
                #expect(changes.forgets == expected.forgets)
                #expect(told(changes) == told(expected))
                rows.take(changes)
                if Int.random(in: 0..<3, using: &chance) == 0 { broken = try rows.engine(said.rules) }
            }
            #expect(broken.version == steady.version)
            #expect(said.differences(from: &broken).isEmpty)
        }
    }

    /// Decisions by id: those of one batch stand in any order.
    private func told(_ changes: IdentityChanges) -> [Hash128: Bool] {
        Dictionary(changes.decisions.map { ($0.id, $0.isRetracted) }, uniquingKeysWith: { $1 })
    }

    @Test func `decisions told one by one add up to the story at the end`() {
        var chance = SplitMix(state: 3)
        for said in ModelCases.kept.prefix(60) {
            var mixed = engine(said)
            var heard: [Hash128: IdentityDecision] = [:]
            for batch in batches(said.inputs.shuffled(using: &chance), &chance) {
                for decision in mixed.apply(batch).decisions {
                    #expect(decision.version > heard[decision.id]?.version ?? 0)
                    heard[decision.id] = decision
                }
            }
            let standing = heard.values.filter { [.linked, .refused, .hub].contains($0.kind) && !$0.isRetracted }
            let story = said.events.flatMap(\.names).flatMap { mixed.decisions(around: $0.hash) }
            #expect(Set(standing.map(\.id)) == Set(story.map(\.id)))
            let times = Dictionary(story.map { ($0.id, $0.timeMs) }, uniquingKeysWith: { first, _ in first })
            for decision in standing { #expect(times[decision.id] == decision.timeMs) }
        }
    }

    @Test func `versions rise with every map, and a map says what it replaces`() {
        var chance = SplitMix(state: 4)
        for said in ModelCases.kept.prefix(60) {
            var mixed = engine(said)
            var newest: UInt64 = 0
            var published: [Hash128: OwnershipMap] = [:]
            for batch in batches(said.inputs.shuffled(using: &chance), &chance) {
                for change in mixed.apply(batch).maps {
                    let identifier = change.map.identifier
                    #expect(change.map.version > newest)
                    #expect(change.previous == (published[identifier.hash] ?? .firstHome(identifier)).spans)
                    #expect(change.previous != change.map.spans)
                    newest = change.map.version
                    published[identifier.hash] = change.map
                }
            }
            for (hash, map) in published { #expect(mixed.map(of: hash) == map) }
        }
    }

    @Test func `every arrival order of a small set gives one answer`() {
        let said = ModelCases.kept.filter { (5...6).contains($0.inputs.count) }
        #expect(!said.isEmpty)
        for said in said {
            permute(said.inputs) { order in
                var one = engine(said)
                for input in order { _ = one.apply([input]) }
                #expect(said.differences(from: &one).isEmpty)
            }
        }
    }

    private func permute(_ inputs: [IdentityInput], _ each: ([IdentityInput]) -> Void) {
        func go(_ head: [IdentityInput], _ rest: [IdentityInput]) {
            if rest.isEmpty { return each(head) }
            for place in rest.indices {
                var left = rest
                let next = left.remove(at: place)
                go(head + [next], left)
            }
        }
        go([], inputs)
    }
}
