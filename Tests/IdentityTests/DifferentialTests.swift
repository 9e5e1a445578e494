// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Testing
import Touchpoints

@testable import Identity

/// The engine against the whole fold of the same inputs, in process: many sets, any order, any batches.
@Suite struct DifferentialTests {
    /// Sets for each policy (`TABIJI_IDENTITY_SETS`), and the first seed (`TABIJI_IDENTITY_SEED`).
    private static let sets = Specification.number("TABIJI_IDENTITY_SETS", 300)
    private static let seed = UInt64(Specification.number("TABIJI_IDENTITY_SEED", Int.random(in: 1...1_000_000)))

    @Test(arguments: IdentityRules.SharedDevice.allCases)
    func `in any order and batches the engine says what the whole fold says`(policy: IdentityRules.SharedDevice) {
        var failures = 0
        for number in 0..<UInt64(Self.sets) {
            let seed = Self.seed &* 1_000_003 &+ number
            let world = DrawnWorld(seed: seed, policy: policy)
            var chance = SplitMix(state: seed &+ 1)
            var engine = IdentityEngine(rules: world.rules, realm: "default", crowd: number % 3 == 0 ? 48 : 2)
            let mapsMax = number % 4 < 2 ? Int.max : Int(number % 3)
            let isInOrder = number % 5 < 2
            for batch in world.batches(&chance, most: number % 2 == 0 ? 1 : 12, isInOrder: isInOrder) {
                _ = engine.apply(batch, mapsMax: mapsMax)
                if batch.count % 3 == 0 { #expect(engine.tell(mapsMax: 2).maps.count <= 2) }
            }
            while engine.hasMore { #expect(engine.tell(mapsMax: 3).maps.count <= 3) }
            var reference = ReferenceEngine(world.rules)
            reference.take(world.inputs)
            let found = DrawnWorld.differences(&engine, reference)
            #expect(found.isEmpty, "seed \(seed): \(found.prefix(3))")
            failures += found.isEmpty ? 0 : 1
            if failures > 5 { return }
        }
    }

    @Test(arguments: IdentityRules.SharedDevice.allCases)
    func `the answer is right after every single input`(policy: IdentityRules.SharedDevice) {
        for number in 0..<UInt64(Self.sets / 20) {
            let seed = Self.seed &* 7_000_003 &+ number
            let world = DrawnWorld(seed: seed, policy: policy, most: 30)
            var chance = SplitMix(state: seed &+ 1)
            var engine = IdentityEngine(rules: world.rules, realm: "default")
            var reference = ReferenceEngine(world.rules)
            for batch in world.batches(&chance, most: 1) {
                _ = engine.apply(batch)
                reference.take(batch)
                let found = DrawnWorld.differences(&engine, reference)
                #expect(found.isEmpty, "seed \(seed): \(found.prefix(3))")
                if !found.isEmpty { return }
            }
        }
    }
}
