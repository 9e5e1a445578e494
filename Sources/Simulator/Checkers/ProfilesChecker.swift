// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Pipeline
internal import Touchpoints

/// Each customer that holds something has its profile, with all its identifiers, as the last record under its key;
/// others have none.
struct ProfilesChecker {
    let expected: Expectation

    func complaints(_ outputs: [SimulatedLog.Output]) -> [String] {
        var found: [String] = []
        var last: [Hash128: SimulatedLog.Output] = [:]
        for output in outputs where output.topic == .profiles {
            let attributes = output.attributes
            if attributes.subject != attributes.id { found.append("a profile under another customer's key") }
            let (before, after) = (
                last[attributes.id].map { ResultsChecker.revision($0.data) }, ResultsChecker.revision(output.data)
            )
            if let before, before >= 0, after >= 0, before >= after {
                found.append("revision \(after) of a profile after \(before)")
            }
            last[attributes.id] = output
        }
        for (customer, output) in last where expected.profiles[customer] == nil && !output.attributes.isRetraction {
            found.append("the profile of \(customer), who holds nothing, still stands")
        }
        for (customer, wanted) in expected.profiles {
            guard let output = last[customer] else {
                found.append("\(customer) has no profile")
                continue
            }
            let data = wanted.data(ResultsChecker.revision(output.data))
            if output.attributes.isRetraction || output.data != data || output.attributes.timeMs != wanted.timeMs {
                let mine = String(decoding: output.data ?? [], as: UTF8.self)
                found.append("\(customer): \(mine) instead of \(String(decoding: data, as: UTF8.self))")
            }
        }
        return found
    }
}
