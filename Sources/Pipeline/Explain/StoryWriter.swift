// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Foundation
internal import Identity
internal import Touchpoints

/// Makes stories out of what an identity engine knows.
struct StoryWriter {
    let rules: IdentityRules
    let realm: String

    /// - Parameter hash: of an identifier or reference; of a customer that of its strongest identifier, which is its id.
    /// - Returns: nil when the engine has never met it.
    func story(of hash: Hash128, _ engine: inout IdentityEngine) -> IdentityStory? {
        let known = engine.map(of: hash)
        let asked = engine.identifier(of: hash)
        let named = engine.maps(naming: hash)
        // A customer may also be nobody in particular, whom only maps name.
        guard let identifier = asked ?? named.first?.identifier else { return nil }
        let customer = asked == nil ? hash : (known.map { $0.spans.last?.customer } ?? hash)
        // A reference never links: what it leads to has the story.
        let isReference = rules.namespace(identifier.namespace)?.isReference ?? false
        let around = engine.decisions(around: isReference ? customer ?? hash : hash, tellsFormer: true)
        if known == nil && named.isEmpty && around.isEmpty { return nil }

        var members: [Hash128: OwnershipMap] = [:]
        for map in customer.map({ engine.maps(naming: $0) }) ?? [] { members[map.identifier.hash] = map }
        let own = customer.flatMap { engine.identifier(of: $0) }
        for name in around.flatMap(\.identifiers) + [own].compactMap({ $0 }) where members[name.hash] == nil {
            let map = engine.map(of: name.hash) ?? .firstHome(name)
            if map.spans.contains(where: { $0.customer == customer && customer != nil }) { members[name.hash] = map }
        }
        if asked != nil { members[hash] = known ?? .firstHome(identifier) }

        let holdings = members.values.sorted { isStronger($0.identifier, $1.identifier) }
        var entries = around.filter { decision in decision.identifiers.contains { members[$0.hash] != nil } }
            .map { (timeMs: $0.timeMs ?? .min, entry: entry($0)) }
        for map in holdings where map.spans.count > 1 {
            for span in map.spans.dropFirst() {
                entries.append((timeMs: span.fromMs, entry: move(map.identifier, span)))
            }
        }
        let order = entries.indices.sorted { (entries[$0].timeMs, $0) < (entries[$1].timeMs, $1) }
        return IdentityStory(
            realm: realm,
            asked: name(identifier),
            customer: customer?.hex,
            identifiers: holdings.map(holding),
            story: order.map { entries[$0].entry }
        )
    }

    func name(_ identifier: Identifier) -> IdentityStory.Name {
        let namespace = rules.namespace(identifier.namespace)?.name ?? "unknown"
        return .init(namespace: namespace, value: identifier.value, hash: identifier.hash.hex)
    }

    private func isStronger(_ a: Identifier, _ b: Identifier) -> Bool {
        let rank = { (name: Identifier) in rules.namespace(name.namespace)?.priority ?? .max }
        return rank(a) != rank(b) ? rank(a) < rank(b) : a.hash < b.hash
    }

    private func holding(_ map: OwnershipMap) -> IdentityStory.Holding {
        let ends = map.spans.dropFirst().map { EventTime.format($0.fromMs) }
        return .init(
            identifier: name(map.identifier),
            reference: rules.namespace(map.identifier.namespace)?.isReference ?? false,
            spans: map.spans.enumerated().map { place, span in
                .init(
                    from: span.fromMs == OwnershipMap.forever ? nil : EventTime.format(span.fromMs),
                    to: place < ends.count ? ends[place] : nil,
                    customer: span.customer?.hex
                )
            }
        )
    }

    func entry(_ decision: IdentityDecision) -> IdentityStory.Entry {
        let limit: Int? =
            switch decision.rule {
            case "max_customers":
                decision.identifiers.first.flatMap { rules.namespace($0.namespace)?.maxCustomers } ?? rules.maxCustomers
            case "max_turns": rules.maxTurns
            case "customer_full": rules.realms[realm]?.maxIdentifiers ?? rules.maxIdentifiers
            default:
                decision.rule.hasPrefix("limit:")
                    ? rules.namespace(named: String(decision.rule.dropFirst(6)))?.limit : nil
            }
        return .init(
            decision: decision.kind.rawValue,
            identifiers: decision.identifiers.map(name),
            rule: decision.rule,
            limit: limit,
            time: decision.timeMs.map { EventTime.format($0) },
            event: decision.events.first,
            customer: nil
        )
    }

    private func move(_ identifier: Identifier, _ span: OwnershipMap.Span) -> IdentityStory.Entry {
        .init(
            decision: "moved",
            identifiers: [name(identifier)],
            rule: (rules.realms[realm]?.sharedDevice ?? rules.sharedDevice).rawValue,
            limit: nil,
            time: span.fromMs == OwnershipMap.forever ? nil : EventTime.format(span.fromMs),
            event: nil,
            customer: span.customer?.hex
        )
    }
}

extension IdentityStory {
    /// As JSON, a line.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ((try? encoder.encode(self)).map { [UInt8]($0) } ?? Array("{}".utf8)) + [0x0a]
    }

    /// Reads what `json` wrote; nil: it is something else.
    public init?(json: [UInt8]) {
        guard let story = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = story
    }
}
