// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// Draws records at random and asks the executable model what it makes of them.
enum ModelDriver {
    /// Cases with their answers, NDJSON. The same seed draws the same cases.
    static func draw(seed: Int, count: Int) throws -> Data {
        let model = Specification.shared?.appendingPathComponent("model").path ?? ""
        return try Specification.python(["-c", modelScript, String(seed), String(count)], in: model)
    }
}
