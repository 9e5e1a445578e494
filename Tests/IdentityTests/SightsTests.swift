// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Identity

/// Packed moments against a plain array of them.
@Suite struct SightsTests {
    @Test func `holds what was put into it and not taken out, in its place`() {
        var chance = SplitMix(state: 11)
        for _ in 0..<300 {
            // Times that lie close together, decades apart, and as far apart as there is room.
            let widest = [1_000, Int64(1) << 41, .max].randomElement(using: &chance) ?? 1_000
            let contents = Int32.random(in: 1...3, using: &chance)
            var (sights, plain) = (Sights(), [Moment]())
            for _ in 0..<Int.random(in: 1...40, using: &chance) {
                if !plain.isEmpty, Int.random(in: 0..<4, using: &chance) == 0 {
                    let place = Int.random(in: 0..<plain.count, using: &chance)
                    plain.remove(at: place)
                    sights.remove(at: place)
                } else {
                    let timeMs = Int64.random(in: -widest...widest, using: &chance)
                    let moment = Moment(timeMs: timeMs, content: Int32.random(in: 0..<contents, using: &chance))
                    let place = plain.firstIndex { $0.timeMs >= timeMs } ?? plain.count
                    plain.insert(moment, at: place)
                    sights.insert(moment, at: place)
                }
                #expect((0..<sights.count).map { sights[$0] } == plain)
                let asked = Int64.random(in: -widest...widest, using: &chance)
                #expect(sights.place(ofMs: asked) == plain.count { $0.timeMs < asked })
            }
        }
    }
}
