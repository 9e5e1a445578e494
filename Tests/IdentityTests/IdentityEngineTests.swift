// SPDX-License-Identifier: Apache-2.0
import Digests
import TestSupport
import Testing
import Touchpoints

@testable import Identity

@Suite struct IdentityEngineTests {
    private let user = ModelCase.name("user_id", "u1")
    private let other = ModelCase.name("user_id", "u2")
    private let cookie = ModelCase.name("anonymous_id", "c1")
    private let order = ModelCase.name("order_id", "o1")
    private let parcel = ModelCase.name("parcel_id", "p1")
    private let hour: Int64 = 3_600_000

    private func engine(_ change: (inout IdentityRules) -> Void = { _ in }) -> IdentityEngine {
        var rules = IdentityRules(namespaces: ModelCase.namespaces)
        change(&rules)
        return IdentityEngine(rules: rules, realm: "default")
    }

    private func seen(_ time: Int64, _ names: Identifier..., signsOut: Bool = false, consent: Bool? = nil)
        -> IdentityInput
    {
        .seen(Observation(timeMs: time, names: names, signsOut: signsOut, consent: consent, example: "e\(time)"))
    }

    private func owner(_ name: Identifier, _ engine: IdentityEngine, at time: Int64 = 0) -> Hash128? {
        (engine.map(of: name.hash) ?? .firstHome(name)).owner(atMs: time)
    }

    @Test func `a cookie that somebody signs in with is theirs from the beginning`() {
        var engine = engine()
        let changes = engine.apply([seen(hour, user, cookie)])
        #expect(changes.maps.map(\.map.identifier.hash) == [cookie.hash])
        #expect(changes.maps.first?.customers == [user.hash, cookie.hash].sorted())
        #expect(owner(cookie, engine) == user.hash)
        #expect(engine.map(of: user.hash) == nil)
    }

    @Test func `a link is told with its event and taken back when the pair is unlinked`() {
        var engine = engine()
        let linked = engine.apply([seen(hour, user, cookie)]).decisions
        #expect(linked.map(\.kind) == [.linked])
        #expect(linked.first?.events == ["e\(hour)"])
        let changes = engine.apply([.fact(.unlinked(cookie, user))])
        #expect(changes.decisions.map(\.kind) == [.unlinked, .moved, .refused, .linked])
        #expect(changes.decisions.last?.isRetracted == true)
        #expect(changes.decisions.last?.id == linked.first?.id)
        #expect(owner(cookie, engine) == cookie.hash)
    }

    @Test func `what is known already changes nothing`() {
        var engine = engine()
        let input = seen(hour, user, cookie)
        #expect(!engine.apply([input]).isEmpty)
        #expect(engine.apply([input]).isEmpty)
        #expect(engine.apply([seen(hour + 1000, user, cookie)]).isEmpty)
        let earlier = engine.apply([seen(hour + 500, user, cookie), .fact(.unlinked(user, other))])
        #expect(earlier.decisions.map(\.kind) == [.unlinked])
        #expect(engine.apply([.fact(.unlinked(other, user))]).isEmpty)
    }

    @Test func `an earlier sight in the same bucket replaces the row of the later one`() {
        var engine = engine()
        let later = engine.apply([seen(hour + 2000, user, cookie)])
        let earlier = engine.apply([seen(hour + 1000, user, cookie)])
        #expect(earlier.rows.first?.key == later.rows.first?.key)
        #expect(earlier.rows.first?.value != later.rows.first?.value)
        #expect(engine.observationCount == 1)
        #expect(earlier.decisions.map(\.timeMs) == [hour + 1000])
    }

    @Test func `a shared device is split by who signed in, and a parcel follows its order`() {
        var engine = engine()
        _ = engine.apply([
            seen(2 * hour, user, cookie), seen(4 * hour, other, cookie), seen(hour, cookie, order),
            seen(hour, order, parcel),
        ])
        #expect(owner(cookie, engine, at: 0) == user.hash)
        #expect(owner(cookie, engine, at: 4 * hour - 1) == user.hash)
        #expect(owner(cookie, engine, at: 4 * hour) == other.hash)
        #expect(owner(parcel, engine) == owner(order, engine))
    }

    @Test func `after a sign-out the device is nobody's until the next sign-in`() {
        var engine = engine { $0.sharedDevice = .resetOnLogout }
        _ = engine.apply([seen(hour, user, cookie), seen(2 * hour, user, cookie, signsOut: true)])
        #expect(owner(cookie, engine, at: hour) == user.hash)
        #expect(owner(cookie, engine, at: 3 * hour) == DerivedCustomer.waiting(cookie.hash, sinceMs: 2 * hour))
        _ = engine.apply([seen(4 * hour, other, cookie)])
        #expect(owner(cookie, engine, at: 3 * hour) == other.hash)
    }

    @Test func `a device that changes hands too often is its own customer, in whatever order that is learned`() {
        let inputs = (0..<8).map { turn in seen(Int64(turn + 1) * hour, turn % 2 == 0 ? user : other, cookie) }
        var chance = SplitMix(state: 5)
        for _ in 0..<50 {
            var engine = engine { $0.maxTurns = 5 }
            var told: [Hash128: Bool] = [:]
            for input in inputs.shuffled(using: &chance) {
                for decision in engine.apply([input]).decisions where decision.rule == "max_turns" {
                    told[decision.id] = decision.isRetracted
                }
            }
            #expect(owner(cookie, engine, at: hour) == cookie.hash)
            #expect(owner(cookie, engine, at: 9 * hour) == cookie.hash)
            #expect(told.values.filter { !$0 }.count == 1)
            #expect(engine.decisions(around: cookie.hash).filter { $0.rule == "max_turns" }.count == 1)
        }
        var engine = engine { $0.maxTurns = 7 }
        _ = engine.apply(inputs)
        #expect(owner(cookie, engine, at: 2 * hour) == other.hash)
    }

    @Test func `a value seen with too many people becomes a hub that is nobody's`() {
        var engine = engine { $0.namespaces[2].maxCustomers = 1 }
        let mail = ModelCase.name("email", "info@example.com")
        _ = engine.apply([seen(hour, user, mail)])
        let changes = engine.apply([seen(2 * hour, other, mail)])
        #expect(changes.decisions.contains { $0.kind == .hub && $0.identifiers.map(\.hash) == [mail.hash] })
        #expect(engine.map(of: mail.hash)?.spans == [.init(fromMs: OwnershipMap.forever, customer: nil)])
        #expect(changes.decisions.contains { $0.kind == .refused && $0.rule == "hub" })
    }

    @Test func `what is forgotten is spread by hash alone and stays forgotten`() {
        var engine = engine()
        _ = engine.apply([seen(hour, user, cookie)])
        let plain = Identifier(namespace: user.namespace, hash: user.hash, value: "u1")
        let changes = engine.apply([.fact(.forgotten(plain, fromMs: .min, toMs: 9 * hour))])
        #expect(changes.forgets == [ForgetRecord(identifier: user, fromMs: .min, toMs: 9 * hour)])
        #expect(changes.decisions.contains { $0.kind == .forgotten && $0.identifiers == [user] })
        #expect(owner(cookie, engine) == cookie.hash)
        _ = engine.apply([seen(2 * hour, user, cookie)])
        #expect(owner(cookie, engine) == cookie.hash)
        #expect(engine.apply([.fact(.forgotten(plain, fromMs: .min, toMs: 9 * hour))]).isEmpty)
    }

    @Test func `a forgotten identifier of a namespace that is not configured is spread and kept all the same`() {
        var engine = engine()
        let unknown = Identifier(namespace: NamespaceID("fax"), hash: Hash128(high: 1, low: 2))
        let changes = engine.apply([.fact(.forgotten(unknown, fromMs: 0, toMs: 1))])
        #expect(changes.forgets.count == 1)
        #expect(changes.rows.count == 2)
    }

    @Test func `a realm has its own rules`() {
        var rules = IdentityRules(namespaces: ModelCase.namespaces)
        rules.realms["shop"] = .init(maxIdentifiers: 1, sharedDevice: .anonymous)
        var shop = IdentityEngine(rules: rules, realm: "shop")
        _ = shop.apply([seen(hour, user, cookie)])
        #expect(owner(cookie, shop) == cookie.hash)
    }

    @Test func `what is told apart stays apart when they were seen together earlier than anybody knew`() {
        var engine = engine()
        let mail = ModelCase.name("email", "a@example.com")
        _ = engine.apply([seen(2 * hour, mail, cookie)])
        _ = engine.apply([.fact(.unlinked(mail, cookie)), seen(hour, mail, cookie)])
        #expect(owner(cookie, engine) == cookie.hash)
    }

    @Test func `other rules for what was loaded are a difference like any other`() throws {
        var engine = engine()
        var rows = Rows()
        rows.take(engine.apply([seen(hour, user, cookie)]))
        var rules = IdentityRules(namespaces: ModelCase.namespaces)
        rules.maxIdentifiers = 1
        var later = try rows.engine(rules)
        #expect(later.map(of: cookie.hash)?.spans == engine.map(of: cookie.hash)?.spans)
        let changes = later.reckon(0..<later.identifierCount)
        #expect(changes.maps.map(\.map.identifier.hash) == [cookie.hash])
        #expect(owner(cookie, later) == cookie.hash)
        #expect(changes.maps.first?.map.version ?? 0 > engine.version)
    }

    @Test func `times at the ends of the clock do not trap`() {
        var engine = engine()
        for time in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
            _ = engine.apply([
                seen(time, user, cookie), .fact(.forgotten(cookie, fromMs: time, toMs: time)),
                .fact(.consent(user, timeMs: time, given: false)),
            ])
        }
        #expect(engine.observationCount == 4)  // the first two and the last two share a bucket
    }

    @Test(arguments: [[], [1], [9, 1], [2, 1, 1], [1, 1, 1], [1, 1, 7, 7]] as [[UInt8]])
    func `a damaged row is an error, not a trap`(bytes: [UInt8]) {
        var engine = engine()
        #expect(throws: PackedError.self) { try engine.load(key: [1], value: bytes) }
    }

    @Test func `a long chain of replacements ends with its first owner`() {
        var engine = engine()
        let orders = (0..<2000).map { ModelCase.name("order_id", "chain\($0)") }
        var inputs = [seen(0, user, orders[0])]
        for (old, new) in zip(orders, orders.dropFirst()) {
            inputs.append(.seen(Observation(timeMs: hour, names: [new], replaces: .init(new: new, old: old))))
        }
        _ = engine.apply(inputs)
        #expect(orders.allSatisfy { owner($0, engine) == user.hash })
    }
}
