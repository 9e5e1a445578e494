// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Identity
internal import Touchpoints

/// Writes `tabiji.identity` records: every decision, with its rule and an example.
struct DecisionWriter {
    let rules: IdentityRules

    /// A blocked value never links; one record for each value and hour of event time.
    func refusedBlocked(
        id: Hash128,
        _ value: DecodedRecord.BlockedValue,
        _ event: Touchpoint,
        atMs: Int64,
        into transaction: inout Transaction
    ) {
        write(
            id: id,
            decision: "refused",
            identifiers: ["\(value.namespace):\(value.hash.hex)"],
            rule: "blocked",
            events: [event.id],
            version: 0,
            atMs: atMs,
            realm: event.realm,
            into: &transaction
        )
    }

    func append(_ decision: IdentityDecision, realm: String, into transaction: inout Transaction) {
        write(
            id: decision.id,
            decision: decision.kind.rawValue,
            identifiers: decision.identifiers.map(text),
            rule: decision.rule,
            events: decision.events,
            version: decision.version,
            atMs: decision.timeMs ?? 0,
            realm: realm,
            isRetracted: decision.isRetracted,
            into: &transaction
        )
    }

    private func write(
        id: Hash128,
        decision: String,
        identifiers: [String],
        rule: String,
        events: [String],
        version: UInt64,
        atMs: Int64,
        realm: String,
        isRetracted: Bool = false,
        into transaction: inout Transaction
    ) {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.key("decision")
        json.string(decision)
        json.key("identifiers")
        json.beginArray()
        for identifier in identifiers { json.string(identifier) }
        json.endArray()
        json.key("rule")
        json.string(rule)
        json.key("events")
        json.beginArray()
        for event in events where !event.isEmpty { json.string(event) }
        json.endArray()
        json.key("version")
        json.int(Int64(clamping: version))
        json.key("revision")
        json.int(max(1, Int64(clamping: version)))  // versions rise with every decision
        if isRetracted {
            json.key("retracted")
            json.bool(true)
        }
        json.endObject()
        var attributes = EventAttributes(id: id, type: "tabiji.identity", timeMs: atMs, subject: nil, realm: realm)
        attributes.isRetraction = isRetracted
        transaction.append(.identity, key: id.hexBytes, value: json.bytes, attributes: attributes)
    }

    /// `namespace:value` where values may be shown, else `namespace:hash`.
    private func text(_ identifier: Identifier) -> String {
        let namespace = rules.namespace(identifier.namespace)?.name ?? "unknown"
        return "\(namespace):\(identifier.value ?? identifier.hash.hex)"
    }
}
