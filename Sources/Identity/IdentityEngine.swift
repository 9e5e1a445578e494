// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// Who is who in one realm: takes observations and facts in any order, gives ownership maps, decisions and forget
/// records.
///
/// The answer for a set of inputs is a pure function of the set: `ClosureFold` defines it, in event time. Inputs fall
/// into closures (`ClosureTable`) that may be folded alone; `apply` folds those again that its inputs touch, and tells
/// what differs from before. State is kept by the caller as rows; `load` takes them back. Nothing here reads a clock,
/// does I/O or fails on any input.
public struct IdentityEngine: Sendable {
    /// Rises with every map and decision.
    public private(set) var version: UInt64 = 0
    private let rules: NamespaceTable
    private var tables = EngineTables()
    /// Maps that differ, or once differed, from the first home.
    private(set) var published: [Int32: OwnershipMap] = [:]
    /// Decisions by the root of their closure; none for closures that were loaded and not needed since.
    private var standing: [Int32: [Standing]] = [:]
    private var local: [Int32] = []

    public init(rules: IdentityRules, realm: String) {
        self.rules = NamespaceTable(rules, realm: realm)
    }

    /// Identifiers met, references included.
    public var identifierCount: Int { tables.identifiers.count }
    /// Observations that count: the earliest of each content and bucket of time.
    public var observationCount: Int { tables.observations.rows.count }

    /// The newest map of an identifier; nil while it has been its own customer all along (`OwnershipMap.firstHome`).
    public func map(of hash: Hash128) -> OwnershipMap? {
        tables.identifiers.number(of: hash).flatMap { published[$0] }
    }

    /// Takes entries of the identity log. What is known already changes nothing.
    public mutating func apply(_ inputs: [IdentityInput]) -> IdentityChanges {
        recall(inputs)
        var changes = IdentityChanges()
        var touched: [Int32] = []
        var before: [Standing] = []
        for input in inputs {
            switch input {
            case .seen(let observation): see(observation, &touched, &before, &changes)
            case .fact(let fact): hear(fact, &touched, &changes)
            }
        }
        settle(touched, before, &changes)
        if !changes.maps.isEmpty || !changes.decisions.isEmpty { changes.rows.append(EngineRows.version(version)) }
        return changes
    }

    /// Folds everything again, for other rules than those that made the loaded maps, and tells what differs.
    public mutating func reconsider() -> IdentityChanges {
        var changes = IdentityChanges()
        settle((0..<Int32(tables.identifiers.count)).map { $0 }, [], &changes)
        if !changes.maps.isEmpty || !changes.decisions.isEmpty { changes.rows.append(EngineRows.version(version)) }
        return changes
    }

    /// Takes a row that `apply` asked to be kept, in any order with others, before the first `apply`.
    public mutating func load(key: [UInt8], value: [UInt8]) throws(PackedError) {
        var reader = ByteReader(value)
        let format = try reader.byte()
        guard format == EngineRows.format else { throw format > EngineRows.format ? .newerFormat(format) : .malformed }
        guard let kind = key.first.flatMap(EngineRows.Kind.init) else { throw .malformed }
        switch kind {
        case .version: version = max(version, try reader.varint())
        case .map:
            let map = try reader.ownershipMap()
            version = max(version, map.version)
            guard let number = tables.identifiers.number(map.identifier, in: rules) else { return }
            tables.closures.grow(to: tables.identifiers.count)
            published[number] = map
        case .observation, .fact:
            switch try reader.identityInput() {
            case .seen(let observation):
                let ordered = observation.ordered(rules)
                let key = EngineRows.content(ordered, rules)
                _ = tables.take(ordered, key: key, rules: rules) { _, _ in }
            case .fact(let fact): _ = tables.take(fact, rules: rules)
            }
        }
    }

    /// What was decided about everybody who was ever seen together with an identifier, as it stands now: in the order
    /// of time.
    public mutating func decisions(around hash: Hash128) -> [IdentityDecision] {
        guard let number = tables.identifiers.number(of: hash) else { return [] }
        let root = tables.closures.root(number)
        let found = standing[root] ?? fold(root).standing
        return found.sorted { $0.timeMs < $1.timeMs }.map { decision($0) }
    }
}

// MARK: - Taking inputs

extension IdentityEngine {
    /// Before inputs change loaded closures: what was decided about these, so that the difference can be told.
    private mutating func recall(_ inputs: [IdentityInput]) {
        for input in inputs {
            for name in input.names {
                guard let number = tables.identifiers.number(of: name.hash) else { continue }
                let root = tables.closures.root(number)
                if standing[root] == nil && tables.closures.hasObservations(root) {
                    standing[root] = fold(root).standing
                }
            }
        }
    }

    private mutating func see(
        _ observation: Observation,
        _ touched: inout [Int32],
        _ before: inout [Standing],
        _ changes: inout IdentityChanges
    ) {
        let ordered = observation.ordered(rules)
        let content = EngineRows.content(ordered, rules)
        var gone: [Int32] = []
        let effect = tables.take(ordered, key: content, rules: rules) { absorbed, _ in gone.append(absorbed) }
        for root in gone { before += standing.removeValue(forKey: root) ?? [] }
        guard case .changed(let number) = effect else { return }
        touched.append(number)
        changes.rows.append(EngineRows.observation(ordered, content))
    }

    private mutating func hear(_ fact: IdentityFact, _ touched: inout [Int32], _ changes: inout IdentityChanges) {
        let effect = tables.take(fact, rules: rules)
        if case .none = effect { return }
        if case .changed(let number) = effect { touched.append(number) }
        changes.rows.append(EngineRows.fact(fact))
        switch fact.hashed {
        case .forgotten(let name, let from, let to):
            changes.forgets.append(ForgetRecord(identifier: name, fromMs: from, toMs: to))
            announce(
                IdentityDecision(
                    kind: .forgotten,
                    identifiers: [name],
                    rule: "customer_forgotten",
                    salt: "\(from)/\(to)"
                ),
                &changes
            )
        case .unlinked(let a, let b):
            announce(IdentityDecision(kind: .unlinked, identifiers: [a, b], rule: "identity_unlinked"), &changes)
        case .consent: break
        }
    }

    private mutating func announce(_ decision: IdentityDecision, _ changes: inout IdentityChanges) {
        version += 1
        var decision = decision
        decision.version = version
        changes.decisions.append(decision)
    }
}

// MARK: - Telling what differs

extension IdentityEngine {
    /// Folds the closures of these identifiers again. `before` holds decisions of closures that were joined to others
    /// on the way.
    private mutating func settle(_ touched: [Int32], _ before: [Standing], _ changes: inout IdentityChanges) {
        var before = before
        var after: [Standing] = []
        var moved: [(number: Int32, spans: [OwnershipMap.Span])] = []
        var done: Set<Int32> = []
        for number in touched {
            let root = tables.closures.root(number)
            guard done.insert(root).inserted else { continue }
            before += standing.removeValue(forKey: root) ?? []
            let members = tables.closures.members(root)
            guard tables.closures.hasObservations(root) else { continue }
            let result = fold(root, members)
            standing[root] = result.standing
            after += result.standing
            for (number, spans) in zip(members, result.owners) where differs(number, spans) {
                moved.append((number, spans))
            }
        }
        publish(moved, &changes)
        compare(before, after, &changes)
    }

    private func differs(_ number: Int32, _ spans: [OwnershipMap.Span]) -> Bool {
        if let map = published[number] { return map.spans != spans }
        return spans.count != 1 || spans[0].customer != tables.identifiers.hashes[Int(number)]
    }

    private mutating func publish(
        _ moved: [(number: Int32, spans: [OwnershipMap.Span])],
        _ changes: inout IdentityChanges
    ) {
        let hashes = tables.identifiers.hashes
        for (number, spans) in moved.sorted(by: { hashes[Int($0.number)] < hashes[Int($1.number)] }) {
            let identifier = tables.identifiers.identifier(number, in: rules)
            let old = published[number]
            version += 1
            let map = OwnershipMap(identifier: identifier, version: version, spans: spans)
            published[number] = map
            changes.maps.append(MapChange(map: map, previous: old?.spans ?? OwnershipMap.firstHome(identifier).spans))
            changes.rows.append(EngineRows.map(map))
            guard old != nil else { continue }
            let told = IdentityDecision(kind: .moved, identifiers: [identifier], rule: "owner", salt: "\(version)")
            announce(told, &changes)
        }
    }

    private mutating func compare(_ before: [Standing], _ after: [Standing], _ changes: inout IdentityChanges) {
        let old = Dictionary(before.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let new = before.isEmpty ? [] : Set(after.map(\.key))
        var told: Set<Standing.Key> = []
        for next in after where told.insert(next.key).inserted {
            if let was = old[next.key], was.timeMs == next.timeMs { continue }
            announce(decision(next), &changes)
        }
        for was in before where !new.contains(was.key) && told.insert(was.key).inserted {
            var taken = decision(was)
            taken.isRetracted = true
            announce(taken, &changes)
        }
    }

    private func decision(_ standing: Standing) -> IdentityDecision {
        let numbers = standing.b < 0 ? [standing.a] : [standing.a, standing.b]
        let example = tables.observations.examples[Int(standing.observation)]
        let (kind, rule): (IdentityDecision.Kind, String) =
            switch standing.kind {
            case .linked: (.linked, "seen_together")
            case .hub: (.hub, "max_customers")
            case .refused: (.refused, self.rule(standing.reason))
            }
        return IdentityDecision(
            kind: kind,
            identifiers: numbers.map { tables.identifiers.identifier($0, in: rules) },
            rule: rule,
            events: example.isEmpty ? [] : [example],
            timeMs: standing.timeMs,
            salt: kind == .refused ? "\(standing.timeMs)" : ""
        )
    }

    private func rule(_ reason: Standing.Reason) -> String {
        switch reason {
        case .none: ""
        case .customerFull: "customer_full"
        case .unlinked: "unlinked"
        case .hub: "hub"
        case .limit(let namespace): "limit:\(rules.entries[Int(namespace)].name)"
        }
    }

    private mutating func fold(_ root: Int32) -> ClosureResult { fold(root, tables.closures.members(root)) }

    private mutating func fold(_ root: Int32, _ members: [Int32]) -> ClosureResult {
        if local.count < tables.identifiers.count {
            local += [Int32](repeating: -1, count: tables.identifiers.count - local.count)
        }
        let view = ClosureView(
            identifiers: members,
            observations: tables.closures.observations(root, tables.observations),
            in: tables,
            rules: rules,
            local: &local
        )
        return ClosureResult(ClosureFold(view, rules: rules))
    }
}

extension IdentityInput {
    fileprivate var names: [Identifier] {
        switch self {
        case .seen(let observation):
            observation.names + (observation.replaces.map { [$0.new, $0.old] } ?? [])
        case .fact(.forgotten(let name, _, _)), .fact(.consent(let name, _, _)): [name]
        case .fact(.unlinked(let a, let b)): [a, b]
        }
    }
}
