// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Testing
import Touchpoints

@testable import Pipeline

/// The operator is told which value a storm comes from.
@Suite struct BusyIdentifiersTests {
    private static func name(_ namespace: String, _ number: Int) -> Identifier {
        let id = NamespaceID(namespace)
        return Identifier(namespace: id, hash: Hash128(high: UInt64(id.raw), low: spread(number)))
    }

    /// A number that no pattern of its own follows.
    private static func spread(_ number: Int) -> UInt64 {
        var random = SplitMix(seed: UInt64(bitPattern: Int64(number)))
        return random.next()
    }

    private static func event(_ number: Int, _ names: [Identifier]) -> Touchpoint {
        let key = Hash128(high: 0, low: spread(number))
        var event = Touchpoint(key: key, content: .zero, timeMs: 0, type: "page_viewed", channel: "web", id: "")
        event.names = names
        return event
    }

    private let cookie = Self.name("anonymous_id", -1)

    @Test(arguments: [2, 5, 20, 50], [1, 2, 5])
    func `an identifier in each so many events is found among very many others`(each: Int, others: Int) throws {
        var busy = BusyIdentifiers(.shipped)
        for number in 0..<50_000 {
            var names = (0..<others).map { Self.name("user_id", number * others + $0) }
            names.append(number % each == 0 ? cookie : Self.name("anonymous_id", number))
            busy.take(Self.event(number, names))
        }
        let found = busy.busiest
        #expect(found.map(\.identifier) == ["anonymous_id:\(cookie.hash.hex)"])
        let share = try #require(found.first?.share)
        #expect(abs(share * Double(each) - 1) < 0.3)
    }

    @Test func `ordinary customers are not busy, and the first events tell nothing`() {
        var busy = BusyIdentifiers(.shipped)
        for number in 0..<1_000 { busy.take(Self.event(number, [cookie])) }
        #expect(busy.busiest.isEmpty)
        for number in 1_000..<4_000 { busy.take(Self.event(number, [cookie])) }
        #expect(busy.busiest.count == 1)
        var calm = BusyIdentifiers(.shipped)
        for number in 0..<50_000 { calm.take(Self.event(number, [Self.name("user_id", number % 5_000)])) }
        #expect(calm.busiest.isEmpty)
    }

    @Test func `what was busy long ago is no longer`() {
        var busy = BusyIdentifiers(.shipped)
        for number in 0..<100_000 { busy.take(Self.event(number, [cookie])) }
        for number in 0..<800_000 { busy.take(Self.event(number, [Self.name("user_id", number % 300)])) }
        #expect(!busy.busiest.contains { $0.identifier.hasPrefix("anonymous_id") })
    }

    @Test func `the log hears of each once an hour`() {
        var news = BusyNews()
        let found = [
            BusyIdentifier(realm: "default", identifier: "email:aa", share: 0.5),
            BusyIdentifier(realm: "default", identifier: "email:bb", share: 0.05),
        ]
        #expect(news.note(found, nowMs: 0).count == 1)
        #expect(news.note(found, nowMs: 3_599_999).isEmpty)
        #expect(news.note(found, nowMs: 3_600_000).count == 1)
        #expect(news.note([], nowMs: 3_600_001).isEmpty)
    }
}
