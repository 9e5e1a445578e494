// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Foundation
internal import Pipeline
internal import Touchpoints

/// The newest revision of every result, and what stands under each customer's key, is what a fold of the final
/// timelines gives.
struct ResultsChecker {
    let expected: Expectation

    private struct Place: Hashable {
        var subject: Hash128?
        var id: Hash128
    }

    func complaints(_ outputs: [SimulatedLog.Output]) -> [String] {
        let told = outputs.filter { [.transitions, .alerts, .timeline].contains($0.topic) }
        var found: [String] = []
        var newest: [Hash128: [SimulatedLog.Output]] = [:]
        var standing: [Place: [SimulatedLog.Output]] = [:]
        for output in told {
            keep(output, in: &newest[output.attributes.id, default: []])
            keep(
                output,
                in: &standing[Place(subject: output.attributes.subject, id: output.attributes.id), default: []]
            )
        }
        for (id, outputs) in newest {
            guard let wanted = expected.results[id] else {
                if outputs.contains(where: { !$0.attributes.isRetraction }) {
                    found.append("a result that should not be: \(Self.text(outputs))")
                }
                continue
            }
            for output in outputs where !Self.is(output, wanted) {
                found.append("\(Self.text([output])) instead of \(String(decoding: wanted.data(0), as: UTF8.self))")
            }
        }
        for id in expected.results.keys where newest[id] == nil { found.append("a result was never told: \(id)") }
        for (place, outputs) in standing
        where expected.results[place.id]?.subject != place.subject || expected.results[place.id] == nil {
            if outputs.contains(where: { !$0.attributes.isRetraction }) {
                found.append("stale under its old key: \(Self.text(outputs))")
            }
        }
        return found
    }

    private func keep(_ output: SimulatedLog.Output, in best: inout [SimulatedLog.Output]) {
        let known = best.first.map { Self.revision($0.data) } ?? -1
        let mine = Self.revision(output.data)
        if mine > known { best = [output] } else if mine == known { best.append(output) }
    }

    private static func `is`(_ output: SimulatedLog.Output, _ wanted: Expectation.Result) -> Bool {
        output.topic == wanted.topic && output.attributes.subject == wanted.subject && !output.attributes.isRetraction
            && output.attributes.timeMs == wanted.timeMs && output.data == wanted.data(revision(output.data))
    }

    static func revision(_ data: [UInt8]?) -> Int {
        let text = String(decoding: data ?? [], as: UTF8.self)
        guard let found = text.range(of: "\"revision\":", options: .backwards) else { return -1 }
        return Int(text[found.upperBound...].prefix { $0.isNumber }) ?? -1
    }

    private static func text(_ outputs: [SimulatedLog.Output]) -> String {
        outputs.map { "\($0.attributes.subject?.hex ?? "nobody") \(String(decoding: $0.data ?? [], as: UTF8.self))" }
            .joined(separator: ", ")
    }
}
