// SPDX-License-Identifier: Apache-2.0
import Foundation
import Identity
import TestSupport
import Testing
import Touchpoints

/// Cases kept beside the tests, and fresh ones where the executable specification is at hand.
enum ModelCases {
    static let kept: [ModelCase] = {
        guard let file = Bundle.module.url(forResource: "identity", withExtension: "ndjson", subdirectory: "Fixtures"),
            let data = try? Data(contentsOf: file)
        else { return [] }
        return data.split(separator: 10).compactMap { try? ModelCase(line: Data($0)) }
    }()

    /// How many fresh cases to draw (`TABIJI_IDENTITY_CASES`, default 400) and from which seed on
    /// (`TABIJI_IDENTITY_SEED`).
    static let count = Specification.number("TABIJI_IDENTITY_CASES", 400)
    static let seed = Specification.number("TABIJI_IDENTITY_SEED", Int.random(in: 1...1_000_000))

    /// Each policy has about a quarter of them.
    static func fresh(from seed: Int, count: Int, in shared: URL) throws -> [ModelCase] {
        let script = try #require(Bundle.module.url(forResource: "draw", withExtension: "py", subdirectory: "Fixtures"))
        let folder = shared.appendingPathComponent("model").path
        return try Specification.python([script.path, "\(seed)", "\(count)"], in: folder).split(separator: 10)
            .map { try ModelCase(line: Data($0)) }
    }
}

@Suite struct ModelAgreementTests {
    @Test(arguments: IdentityRules.SharedDevice.allCases)
    func `the kept cases give the specification's answer`(policy: IdentityRules.SharedDevice) {
        let cases = ModelCases.kept.filter { $0.rules.sharedDevice == policy }
        #expect(cases.count > 50)
        for (number, said) in cases.enumerated() {
            var engine = IdentityEngine(rules: said.rules, realm: "default")
            _ = engine.apply(said.inputs)
            let differences = said.differences(from: &engine)
            #expect(differences.isEmpty, "case \(number): \(differences)")
        }
    }

    @Test(.enabled(if: Specification.shared != nil, "needs the executable specification (TABIJI_SHARED)"))
    func `fresh cases give the specification's answer, whatever their order and batches`() throws {
        let shared = try #require(Specification.shared)
        for first in stride(from: 0, to: ModelCases.count, by: 1_000) {
            let count = min(1_000, ModelCases.count - first)
            let seed = ModelCases.seed + first
            let cases = try ModelCases.fresh(from: seed, count: count, in: shared)
            #expect(cases.count == count)
            guard agree(cases, seed: seed) else { return }
        }
    }

    private func agree(_ cases: [ModelCase], seed: Int) -> Bool {
        var chance = SplitMix(state: UInt64(seed))
        var agrees = true
        for (number, said) in cases.enumerated() {
            var engine = IdentityEngine(rules: said.rules, realm: "default")
            var inputs = (said.inputs + said.inputs.prefix(5)).shuffled(using: &chance)
            while !inputs.isEmpty {
                let count = Int.random(in: 1...max(1, inputs.count), using: &chance)
                _ = engine.apply(Array(inputs.prefix(count)))
                inputs.removeFirst(count)
            }
            let differences = said.differences(from: &engine)
            #expect(differences.isEmpty, "seed \(seed), case \(number): \(differences)")
            if !differences.isEmpty { agrees = false }
        }
        return agrees
    }
}
