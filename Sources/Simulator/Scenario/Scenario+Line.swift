// SPDX-License-Identifier: Apache-2.0
internal import Digests
package import Foundation
internal import Touchpoints

extension Scenario {
    /// A line is no scenario.
    package struct Unreadable: Error {
        package init() {}
    }

    /// One line of NDJSON that the executable specification wrote, its answers included.
    package init(line: Data) throws {
        guard let read = try JSONSerialization.jsonObject(with: line) as? [String: Any],
            let policy = IdentityRules.SharedDevice(rawValue: read["shared_device"] as? String ?? ""),
            let events = read["events"] as? [[String: Any]], let customers = read["customers"] as? [Any]
        else { throw Unreadable() }
        seed = (read["seed"] as? NSNumber)?.intValue ?? 0
        var rules = Self.rules(earlyHubs: read["early_hubs"] as? Bool ?? false)
        rules.sharedDevice = policy
        self.rules = rules
        self.events = try events.map { try Self.event($0, rules) }
        self.customers = customers.map { customer in
            let text = customer as? String
            return text.flatMap { Hash128(hex: $0) }.map(Owner.customer) ?? (text == "gone" ? .forgotten : .nobody)
        }
        facts = Self.facts(read, rules)
        owners = [:]
        for (text, spans) in read["owners"] as? [String: [[Any]]] ?? [:] {
            owners[Self.name(text, rules)] = Set(spans.compactMap { ($0[1] as? String).flatMap { Hash128(hex: $0) } })
        }
    }

    private static func name(_ text: String, _ rules: IdentityRules) -> ScenarioName {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        return ScenarioName(parts[0], parts.count > 1 ? parts[1] : "", rules)
    }

    private static func event(_ read: [String: Any], _ rules: IdentityRules) throws -> Event {
        guard let id = read["id"] as? String, let time = read["time"] as? NSNumber,
            let identifiers = read["identifiers"] as? [String: String], let stage = read["stage"] as? NSNumber
        else { throw Unreadable() }
        let names = identifiers.map { ScenarioName($0.key, $0.value, rules) }
        var event = Event(id, atMs: time.int64Value, names)
        event.stage = stage.intValue
        event.signsOut = read["logout"] as? Bool ?? false
        event.consent = read["consent"] as? Bool
        if let pair = read["replaces"] as? [[String]] {
            let names = pair.map { ScenarioName($0[0], $0[1], rules) }
            event.replaces = Replacement(new: names[0], old: names[1])
        }
        return event
    }

    private static func facts(_ read: [String: Any], _ rules: IdentityRules) -> [IdentityFact] {
        var facts: [IdentityFact] = []
        for said in read["forgotten"] as? [[Any]] ?? [] {
            guard let text = said[0] as? String, let from = said[1] as? NSNumber, let to = said[2] as? NSNumber else {
                continue
            }
            facts.append(.forgotten(name(text, rules).identifier, fromMs: from.int64Value, toMs: to.int64Value))
        }
        for said in read["consent"] as? [[Any]] ?? [] {
            guard let text = said[0] as? String, let at = said[1] as? NSNumber, let given = said[2] as? Bool else {
                continue
            }
            facts.append(.consent(name(text, rules).identifier, timeMs: at.int64Value, given: given))
        }
        for pair in read["unlinked"] as? [[String]] ?? [] {
            facts.append(.unlinked(name(pair[0], rules).identifier, name(pair[1], rules).identifier))
        }
        return facts
    }
}
