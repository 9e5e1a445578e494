// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Testing
import Touchpoints

@testable import Identity

/// What is older than the horizon is given back, and nothing that counts comes out otherwise for it.
@Suite struct HorizonTests {
    /// Sets for each policy (`TABIJI_HORIZON_SETS`), and the first seed (`TABIJI_IDENTITY_SEED`).
    private static let sets = Specification.number("TABIJI_HORIZON_SETS", 200)
    private static let seed = UInt64(Specification.number("TABIJI_IDENTITY_SEED", Int.random(in: 1...1_000_000)))

    /// An engine beside one that never gives anything back, and the rows that it asked to be kept.
    private struct Pair {
        var plain: IdentityEngine
        var engine: IdentityEngine
        var rows = Rows()
        var told: [Hash128: Bool] = [:]
        var toldPlain: [Hash128: Bool] = [:]
        let rules: IdentityRules
        let crowd: Int

        init(_ rules: IdentityRules, crowd: Int) {
            (self.rules, self.crowd) = (rules, crowd)
            plain = IdentityEngine(rules: rules, realm: "default", crowd: crowd)
            engine = IdentityEngine(rules: rules, realm: "default", crowd: crowd)
        }

        mutating func apply(_ inputs: [IdentityInput]) {
            for decision in plain.apply(inputs).decisions { toldPlain[decision.id] = decision.isRetracted }
            take(engine.apply(inputs))
        }

        mutating func take(_ changes: IdentityChanges) {
            rows.take(changes)
            for decision in changes.decisions { told[decision.id] = decision.isRetracted }
        }

        mutating func restart() throws { engine = try rows.engine(rules, crowd: crowd) }

        mutating func end(_ names: Set<Hash128>) -> [String] {
            while engine.isSweeping { take(engine.sweep(most: 100)) }
            var found: [String] = []
            for hash in names.sorted() where spans(plain, hash) != spans(engine, hash) {
                found.append("\(hash): \(spans(engine, hash)) for \(spans(plain, hash))")
            }
            let standing = Set(told.filter { !$0.value }.keys)
            let standingPlain = Set(toldPlain.filter { !$0.value }.keys)
            if standing != standingPlain {
                let (more, fewer) = (standing.subtracting(standingPlain), standingPlain.subtracting(standing))
                found.append("\(more.count) decisions too many, \(fewer.count) too few")
            }
            return found
        }

        private func spans(_ engine: IdentityEngine, _ hash: Hash128) -> [OwnershipMap.Span] {
            engine.map(of: hash)?.spans ?? [.init(fromMs: OwnershipMap.forever, customer: hash)]
        }
    }

    @Test(arguments: IdentityRules.SharedDevice.allCases)
    func `what comes in time gives what it gives without a horizon, through restarts`(
        policy: IdentityRules.SharedDevice
    ) throws {
        var failures = 0
        var moved = 0
        for number in 0..<UInt64(Self.sets) {
            let seed = Self.seed &* 3_000_017 &+ number
            let world = DrawnWorld(seed: seed, policy: policy, most: 90)
            var chance = SplitMix(state: seed &+ 5)
            var pair = Pair(world.rules, crowd: number % 3 == 0 ? 48 : 2)
            var facts: [IdentityInput] = []
            var observations: [(observation: Observation, atMs: Int64)] = []
            for input in world.inputs {
                switch input {
                case .fact: facts.append(input)
                case .seen(let seen):
                    observations.append((seen, seen.timeMs + Int64.random(in: 0...900_000, using: &chance)))
                }
            }
            observations.sort { $0.atMs < $1.atMs }
            pair.apply(facts)
            while !observations.isEmpty {
                let count = min(observations.count, Int.random(in: 1...8, using: &chance))
                pair.apply(observations.prefix(count).map { .seen($0.observation) })
                observations.removeFirst(count)
                if Int.random(in: 0..<3, using: &chance) == 0, let oldest = observations.map(\.observation.timeMs).min()
                {
                    pair.engine.beginHorizon(atMs: oldest)
                }
                while pair.engine.isSweeping, Int.random(in: 0..<4, using: &chance) > 0 {
                    pair.take(pair.engine.sweep(most: Int.random(in: 1...9, using: &chance)))
                }
                if Int.random(in: 0..<6, using: &chance) == 0 { try pair.restart() }
            }
            moved += pair.engine.horizonMs == nil ? 0 : 1
            let names = Set(world.inputs.flatMap(\.hashes))
            let found = pair.end(names)
            #expect(found.isEmpty, "seed \(seed): \(found.prefix(3))")
            failures += found.isEmpty ? 0 : 1
            if failures > 3 { return }
        }
        #expect(moved > Self.sets / 4)
    }

    @Test(arguments: IdentityRules.SharedDevice.allCases)
    func `facts about what is older hold, and a restart changes nothing`(policy: IdentityRules.SharedDevice) throws {
        for number in 0..<UInt64(Self.sets / 2) {
            let seed = Self.seed &* 5_000_011 &+ number
            let world = DrawnWorld(seed: seed &* 2, policy: policy, most: 60)  // with facts
            var chance = SplitMix(state: seed &+ 7)
            var pair = Pair(world.rules, crowd: number % 3 == 0 ? 48 : 2)
            let observations = world.inputs.filter { if case .seen = $0 { true } else { false } }
            pair.apply(observations)
            pair.engine.beginHorizon(atMs: Int64.random(in: 0...90, using: &chance) * 60_000)
            let facts = world.inputs.filter { if case .fact = $0 { true } else { false } }
            // While the base is written, or afterwards.
            for _ in 0..<Int.random(in: 0...40, using: &chance) { pair.take(pair.engine.sweep(most: 3)) }
            for fact in facts { pair.apply([fact]) }
            while pair.engine.isSweeping { pair.take(pair.engine.sweep(most: 7)) }
            var again = try pair.rows.engine(world.rules, crowd: 48)
            _ = again.apply([])
            for hash in Set(world.inputs.flatMap(\.hashes)) {
                #expect(again.map(of: hash) == pair.engine.map(of: hash), "seed \(seed)")
            }
            // Nothing is left to be told, and what comes next gives the same.
            let more = again.reckon(0..<again.identifierCount).maps.map(\.map.identifier.hash)
            #expect(more == [], "seed \(seed)")
            for case .fact(.unlinked(let a, let b)) in facts where a.hash != b.hash {
                let owners = [a, b].map { pair.engine.state.customer($0.hash) }
                #expect(owners[0] == nil || owners[0] != owners[1], "seed \(seed)")
            }
            let later = DrawnWorld(seed: seed &+ 99, policy: policy).inputs.compactMap(\.later)
            let maps = (pair.engine.apply(later).maps, again.apply(later).maps)
            let differing = zip(maps.0, maps.1).filter { $0.0 != $0.1 }.map(\.0.map.identifier.hash)
            #expect(maps.0.count == maps.1.count && differing == [], "seed \(seed)")
            for case .fact(.unlinked(let a, let b)) in facts where a.hash != b.hash {
                let owners = [a, b].map { pair.engine.state.customer($0.hash) }
                #expect(owners[0] == nil || owners[0] != owners[1], "seed \(seed)")
            }
            for case .fact(.forgotten(let name, let from, let to)) in facts where from == .min && to > 1 << 36 {
                guard later.allSatisfy({ !$0.hashes.contains(name.hash) }) else { continue }
                #expect(pair.engine.state.isAlone(name.hash), "seed \(seed)")
            }
        }
    }

    @Test func `what comes from before the horizon is counted, and changes nothing`() {
        var engine = IdentityEngine(rules: IdentityRules(namespaces: ModelCase.namespaces), realm: "default")
        let (user, cookie) = (ModelCase.name("user_id", "u"), ModelCase.name("anonymous_id", "c"))
        _ = engine.apply([.seen(Observation(timeMs: 7_200_000, names: [user]))])
        engine.beginHorizon(atMs: 3_600_000)
        while engine.isSweeping { _ = engine.sweep(most: 1) }
        #expect(engine.apply([.seen(Observation(timeMs: 3_599_999, names: [user, cookie]))]).isEmpty)
        #expect(engine.tooLateCount == 1)
        #expect(engine.apply([.seen(Observation(timeMs: 3_600_000, names: [user, cookie]))]).maps.count == 1)
    }

    @Test func `of many sights of a link before the horizon two are left`() {
        var engine = IdentityEngine(rules: IdentityRules(namespaces: ModelCase.namespaces), realm: "default")
        let (user, cookie) = (ModelCase.name("user_id", "u"), ModelCase.name("anonymous_id", "c"))
        let hour: Int64 = 3_600_000
        _ = engine.apply((0..<1_000).map { .seen(Observation(timeMs: $0 * hour, names: [user, cookie])) })
        #expect(engine.observationCount == 1_000)
        engine.beginHorizon(atMs: 900 * hour)
        var deleted = 0
        while engine.isSweeping { deleted += engine.sweep(most: 1).rows.count { $0.key.first == 4 && $0.value == nil } }
        #expect(engine.observationCount == 102)
        #expect(deleted == 898)
    }
}

extension IdentityInput {
    var hashes: [Hash128] {
        switch self {
        case .seen(let seen): seen.names.map(\.hash) + (seen.replaces.map { [$0.new.hash, $0.old.hash] } ?? [])
        case .fact(.forgotten(let name, _, _)), .fact(.consent(let name, _, _)): [name.hash]
        case .fact(.unlinked(let a, let b)): [a.hash, b.hash]
        }
    }

    /// The same a day later; nil of facts.
    fileprivate var later: IdentityInput? {
        guard case .seen(var seen) = self else { return nil }
        seen.timeMs += 86_400_000
        return .seen(seen)
    }
}

extension IdentityState {
    fileprivate func customer(_ hash: Hash128) -> Int32? {
        identifiers.number(of: hash).flatMap { entry($0).isReference || hubs.since[$0] != nil ? nil : customer($0) }
    }

    /// Whether no link of an identifier stands.
    fileprivate func isAlone(_ hash: Hash128) -> Bool {
        identifiers.number(of: hash).map { parts.part(with: $0).size == 1 } ?? true
    }
}
