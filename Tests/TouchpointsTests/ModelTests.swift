// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Touchpoints

@Suite struct ModelTests {
    @Test func `the decoder says what the model said of each recorded case`() throws {
        let file = try #require(
            Bundle.module.url(forResource: "decode", withExtension: "ndjson", subdirectory: "Fixtures")
        )
        let cases = try DecodeCase.read(Data(contentsOf: file))
        #expect(cases.count >= 300)
        expectSame(cases)
    }

    @Test(
        .enabled(if: Specification.knowsPhoneNumbers, "the specification or Debian's python3-phonenumbers is missing")
    )
    func `the decoder says what the model says of fresh cases`() throws {
        let seed = Specification.number("TABIJI_SEED", Int.random(in: 0..<1_000_000))
        let count = Specification.number("TABIJI_FRESH_CASES", 2000)
        let cases = try DecodeCase.read(try ModelDriver.draw(seed: seed, count: count))
        #expect(cases.count == count, "seed \(seed)")
        expectSame(cases, "seed \(seed)")
    }

    private func expectSame(_ cases: [DecodeCase], _ source: String = "") {
        let comparison = DecodeComparison()
        var wrong = 0
        for one in cases {
            let differences = comparison.differences(one)
            guard !differences.isEmpty else { continue }
            wrong += 1
            if wrong > 20 { continue }
            let record = String(decoding: one.payload, as: UTF8.self)
            let place = "\(one.config) topic \(one.topic ?? "-") headers \(one.headers)"
            Issue.record("\(source) \(place): \(differences)\n\(record)")
        }
        #expect(wrong == 0, "\(source): \(wrong) of \(cases.count)")
    }
}
