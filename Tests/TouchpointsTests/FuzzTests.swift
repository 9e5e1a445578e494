// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Touchpoints

@Suite struct FuzzTests {
    private let decoders = CaseDecoders()

    /// What becomes of some bytes under every configuration; a dead letter has a reason that decoding can give.
    private func verdicts(_ bytes: [UInt8], headers: [(name: String, value: String)] = []) -> Set<String> {
        var found: Set<String> = []
        for config in ["default", "files", "plain", "wide"] {
            guard let decoder = decoders[config] else { continue }
            for topic in [nil, "touchpoints.control", "s"] {
                let decoded = decoder.decode(
                    bytes,
                    0..<bytes.count,
                    headers: headers,
                    timestampMs: 1_775_000_000_000,
                    topic: topic
                )
                switch decoded {
                case .accepted(let accepted):
                    #expect(!accepted.touchpoint.names.isEmpty && !accepted.touchpoint.type.isEmpty)
                    found.insert("accepted")
                case .broadcast: found.insert("broadcast")
                case .control(let control):
                    #expect(!control.facts.isEmpty)
                    found.insert("control")
                case .deadletter(let reason, let detail, _):
                    #expect(!detail.isEmpty && reason != .tooLate && reason != .conflictingDuplicate)
                    found.insert(reason.rawValue)
                case .tombstone: found.insert("tombstone")
                }
            }
        }
        return found
    }

    @Test func `random bytes are refused with a reason`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<60, using: &random)
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(verdicts(bytes).isDisjoint(with: ["accepted", "control"]))
        }
    }

    @Test func `damaged records are accepted, or refused with a reason`() throws {
        let file = try #require(
            Bundle.module.url(forResource: "decode", withExtension: "ndjson", subdirectory: "Fixtures")
        )
        let cases = try DecodeCase.read(Data(contentsOf: file))
        var random = SystemRandomNumberGenerator()
        let pieces = Array(#"null,{}[]"9e""#.utf8)
        var found: Set<String> = []
        for _ in 0..<4000 {
            let one = try #require(cases.randomElement(using: &random))
            var bytes = [UInt8](one.payload)
            for _ in 0..<Int.random(in: 1..<4, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: bytes.indices, using: &random)
                switch random.next() % 4 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1..<9, using: &random)))
                case 2: bytes.insert(contentsOf: pieces.shuffled(using: &random).prefix(3), at: at)
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 30)], at: at)
                }
            }
            found.formUnion(verdicts(bytes, headers: one.headers.map { ($0.key, $0.value) }))
        }
        #expect(found.isSuperset(of: ["accepted", "control", "malformed_json", "missing_field", "bad_field"]))
    }

    @Test(arguments: [
        String(repeating: "[", count: 20_000), String(repeating: #"{"a":"#, count: 20_000),
        #"{"id":"# + String(repeating: "9", count: 20_000) + "}",
        #"{"a":1e"# + String(repeating: "9", count: 10_000) + "}",
        #"{"type":"x","id":"i","time":99999999999999999999}"#, #"{"type":"x","id":"i","time":-9223372036854775808}"#,
        #"{"type":"x","id":"i","time":9223372036854775807}"#,
        #"{"type":"\#(String(repeating: "A", count: 20_000))","id":"i"}"#,
    ])
    func `deep, long and huge records are refused`(text: String) {
        #expect(verdicts(Array(text.utf8)).isDisjoint(with: ["accepted", "control", "broadcast"]))
    }

    @Test func `many members and many identifiers take no time`() {
        let members = (0..<50_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let values = (0..<50_000).map { "\"u\($0)@x\"" }.joined(separator: ",")
        let start = ContinuousClock.now
        let head = #"{"type":"page_viewed","id":"i","time":1772325000000,"identifiers":{"email":"#
        let many = head + "[\(values)]}}"
        #expect(verdicts(Array(many.utf8)).contains("bad_field"))
        let wide = head + #""a@x"},"properties":{\#(members)}}"#
        #expect(verdicts(Array(wide.utf8)).contains("accepted"))
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
