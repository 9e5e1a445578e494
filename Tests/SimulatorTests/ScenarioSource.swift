// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulator
import TestSupport

/// Scenarios with the executable specification's answers: kept beside the tests, and fresh ones where it is at hand.
enum ScenarioSource {
    static let kept: [Scenario] = (try? lines(of: Data(contentsOf: fixture("scenarios.ndjson")))) ?? []

    private static func fixture(_ name: String) throws -> URL {
        guard let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures") else {
            throw Scenario.Unreadable()
        }
        return url
    }

    static func fresh(in shared: URL, seed: Int, count: Int) throws -> [Scenario] {
        let script = try fixture("scenarios.py").path
        let model = shared.appendingPathComponent("model").path
        return try lines(of: Specification.python([script, model, String(seed), String(count)], in: model))
    }

    private static func lines(of data: Data) throws -> [Scenario] {
        try data.split(separator: 10).map { try Scenario(line: Data($0)) }
    }
}
