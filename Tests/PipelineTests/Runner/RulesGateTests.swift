// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Pipeline

/// When intake may begin.
@Suite struct RulesGateTests {
    @Test func `it opens when a partition's state was made by the rules at hand`() {
        let gate = RulesGate(isOpen: false)
        #expect(!gate.isOpen)
        gate.open()
        #expect(gate.isOpen)
    }

    @Test func `where the identity role is elsewhere nobody waits`() { #expect(RulesGate(isOpen: true).isOpen) }

    @Test func `an identity role that is given no partition holds nobody up for long`() {
        let gate = RulesGate(isOpen: false)
        let startMs: Int64 = 1_772_325_000_000
        gate.stepped(nowMs: startMs)
        gate.stepped(nowMs: startMs + RulesGate.withoutPartitionsMs - 1)
        #expect(!gate.isOpen)
        gate.stepped(nowMs: startMs + RulesGate.withoutPartitionsMs)
        #expect(gate.isOpen)
    }
}
