// SPDX-License-Identifier: Apache-2.0
import Configuration
import Digests
import Testing
import Touchpoints

@testable import Pipeline

/// Questions about identifiers, and control records, as they are typed.
@Suite struct ControlRecordsTests {
    private let configuration: TabijiConfiguration
    private let hasher = IdentifierHasher(key: "tabiji")

    init() throws { configuration = try TabijiConfiguration.shipped() }

    private func refusals(_ lines: String...) -> [ControlRecords.Refusal] {
        ControlRecords.refusals(of: Array(lines.joined(separator: "\n").utf8), configuration, nowMs: ReplayBench.nowMs)
    }

    @Test func `an identifier is normalised and hashed as events are`() throws {
        let email = try IdentityQuestion("email: A@Example.COM ", configuration)
        #expect(email.value == "a@example.com" && email.namespace == "email")
        #expect(email.hashes == [hasher.hash("email:a@example.com")])
        let phone = try IdentityQuestion("phone:090-1111-2222", configuration)
        #expect(phone.value == "+819011112222")
        let order = try IdentityQuestion("order_id:o1", configuration)
        #expect(order.hashes == [hasher.hash("order_id:o1")])
        let hash = hasher.hash("email:a@example.com").hex
        #expect(try IdentityQuestion("email:\(hash)", configuration).hashes == email.hashes)
        #expect(try IdentityQuestion(hash, configuration).hashes == email.hashes)
        // A value that looks like a hash may be one, or a value.
        let both = try IdentityQuestion("anonymous_id:\(hash)", configuration).hashes
        #expect(both == email.hashes + [hasher.hash("anonymous_id:\(hash)")])
        for wrong in ["user:1", "email:nobody", "user_id:null", "user_id:", "u1", ""] {
            #expect(throws: IdentityQuestion.Refusal.self, "\(wrong)") { try IdentityQuestion(wrong, configuration) }
        }
        #expect(throws: IdentityQuestion.Refusal.self) {
            try IdentityQuestion("user_id:u1", realm: "nowhere", configuration)
        }
    }

    @Test func `what intake would refuse is known before it is sent`() {
        let good =
            #"{"id":"c","type":"identity_unlinked","time":"2026-03-01T00:00:00Z","identifiers":{"user_id":["u1","u2"]}}"#
        #expect(refusals(good, "", good).isEmpty)
        let one = good.replacing(#","u2""#, with: "")
        let event = good.replacing("identity_unlinked", with: "page_viewed").replacing(#","u2""#, with: "")
        let found = refusals(good, one, "{", event)
        #expect(found.map(\.line) == [2, 3, 4])
        #expect(found.map(\.reason) == ["bad_field", "malformed_json", "not_control"])
        #expect(found.map(\.type) == ["identity_unlinked", nil, nil])
        #expect(refusals(good.replacing("2026", with: "2027")).map(\.reason) == ["time_in_future"])
    }

    @Test func `those whose values nobody keeps are named by their hashes`() throws {
        var settings = IntakeSettings()
        settings.trustsFiles = true
        let decoder = TouchpointDecoder(
            rules: .shipped,
            vocabulary: configuration.vocabulary,
            settings: settings,
            hasher: hasher
        )
        let email = hasher.hash("email:a@example.com")
        func facts(_ type: String, _ identifiers: String, _ spans: String = "") -> [IdentityFact] {
            let line = """
                {"id":"c","type":"\(type)","time":1770000000000,"identifiers":{\(identifiers)},"properties":{\(spans)}}
                """
            let bytes = Array(line.utf8)
            guard case .control(let control) = decoder.decode(bytes, 0..<bytes.count, timestampMs: nil, topic: nil)
            else { return [] }
            return control.facts
        }
        let name = Identifier(namespace: NamespaceID("email"), hash: email)
        let all = facts("customer_forgotten", "\"email\":\"\(email.hex)\"")
        #expect(all.contains(.forgotten(name, fromMs: .min, toMs: 1_770_000_000_000)))
        let span = "\"spans\":{\"email\":{\"\(email.hex)\":[[1,2],[5,null]]}}"
        let within = facts("customer_forgotten", "\"email\":\"\(email.hex)\"", span)
        #expect(within.contains(.forgotten(name, fromMs: 1, toMs: 2)))
        #expect(within.contains(.forgotten(name, fromMs: 5, toMs: .max)))
        #expect(!within.contains(.forgotten(name, fromMs: .min, toMs: 1_770_000_000_000)))
        let user = Identifier(namespace: NamespaceID("user_id"), hash: hasher.hash("user_id:u1"))
        let pair = facts("identity_unlinked", "\"email\":\"\(email.hex)\",\"user_id\":\"u1\"")
        #expect(
            pair.contains {
                if case .unlinked(let a, let b) = $0 { Set([a.hash, b.hash]) == [email, user.hash] } else { false }
            }
        )
    }
}
