// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// Who is who in one realm: takes observations and facts in any order, gives ownership maps, decisions and forget
/// records.
///
/// The answer for a set of inputs is a pure function of the set, defined in event time (`IdentityState`). `apply` finds
/// it by taking each input at its own time and going forward from there as far as anything comes out otherwise, and
/// tells what differs from before. State is kept by the caller as rows; `load` takes them back. Nothing here reads a
/// clock, does I/O or fails on any input.
public struct IdentityEngine: Sendable {
    /// Rises with every map and decision.
    public private(set) var version: UInt64 = 0
    let rules: NamespaceTable
    var state: IdentityState
    private(set) var published = PublishedMaps()
    /// For each identifier the customer that was last reckoned with.
    private var settled: [Int32] = []
    /// Maps that differ from what was told, the next one to be told last (in the order of hashes): as long as there are
    /// any, the rows do not say all that follows from them.
    private var untold: [(number: Int32, owner: Owner)] = []
    /// Rows that were read, until the first question.
    private var loading: LoadedRows?

    public init(rules: IdentityRules, realm: String) { self.init(rules: rules, realm: realm, crowd: 48) }

    /// - Parameter crowd: see `IdentityState`; what comes out does not depend on it.
    init(rules: IdentityRules, realm: String, crowd: Int) {
        self.rules = NamespaceTable(rules, realm: realm)
        state = IdentityState(rules: self.rules, crowd: crowd)
    }

    /// Identifiers met, references included.
    public var identifierCount: Int { state.identifiers.count }
    /// Observations that count: the earliest of each content and bucket of time.
    public var observationCount: Int { state.contents.sightCount }

    /// The newest map of an identifier; nil while it has been its own customer all along (`OwnershipMap.firstHome`).
    public func map(of hash: Hash128) -> OwnershipMap? {
        guard let number = state.identifiers.number(of: hash) else { return nil }
        let version = published.version(number)
        return version == 0 ? nil : map(number, published.owner(number), version)
    }

    func map(_ number: Int32, _ owner: Owner, _ version: UInt64) -> OwnershipMap {
        OwnershipMap(
            identifier: state.identifiers.identifier(number, in: rules),
            version: version,
            spans: PublishedMaps.spans(owner, state.identifiers)
        )
    }

    /// Whether maps wait to be told (`tell`).
    public var hasMore: Bool { !untold.isEmpty }

    /// Takes entries of the identity log. What is known already changes nothing.
    ///
    /// - Parameter mapsMax: maps to tell now, at least 0; the others wait for `tell`. A caller that forgets them finds
    ///   them again with `reckon` over all identifiers.
    public mutating func apply(_ inputs: [IdentityInput], mapsMax: Int = .max) -> IdentityChanges {
        restore()
        var changes = IdentityChanges()
        var seeds: [Moment] = []
        var watched: Set<Int32> = []
        var severed: [Int32] = []
        for input in inputs {
            switch input {
            case .seen(let observation): see(observation, &seeds, &changes)
            case .fact(let fact):
                if state.take(fact, &seeds, &watched, &severed) { tell(fact, &changes) }
            }
        }
        severed = Set(severed).sorted()
        let boundMs = state.horizon.boundMs
        let changesPast = !watched.isEmpty || !severed.isEmpty || seeds.contains { $0.timeMs < boundMs }
        if changesPast { state.horizon.startOver() }
        state.settle(seeds, watched: watched, severed: &severed)
        compare(state.touched(&settled))
        if changesPast, state.horizon.exists { amendBase(severed, &changes) }
        publish(mapsMax, &changes)
        for decision in state.difference() { announce(decision, &changes) }
        state.journal = Journal()
        keepVersion(&changes)
        return changes
    }

    /// Some more of the maps that wait, at most so many.
    public mutating func tell(mapsMax: Int) -> IdentityChanges {
        var changes = IdentityChanges()
        publish(mapsMax, &changes)
        keepVersion(&changes)
        return changes
    }

    /// Reckons with other rules than those that made the loaded maps: tells what differs.
    ///
    /// - Parameter identifiers: numbers below `identifierCount`; all of them, at once or by and by.
    public mutating func reckon(_ identifiers: Range<Int>) -> IdentityChanges {
        restore()
        var changes = IdentityChanges()
        compare(Set(identifiers.clamped(to: 0..<identifierCount).map { Int32($0) }))
        publish(.max, &changes)
        keepVersion(&changes)
        return changes
    }

    /// What was decided about everybody who was ever seen together with an identifier, directly or through others, as
    /// it stands now: in the order of time.
    ///
    /// - Parameter most: how many identifiers to look at, from near to far.
    public mutating func decisions(
        around hash: Hash128,
        most: Int = .max,
        tellsFormer: Bool = false
    ) -> [IdentityDecision] {
        restore()
        guard let number = state.identifiers.number(of: hash) else { return [] }
        return state.story(number, most: most, tellsFormer: tellsFormer)
    }

    /// An identifier or reference that was ever seen together with another.
    public mutating func identifier(of hash: Hash128) -> Identifier? {
        restore()
        return state.identifiers.number(of: hash).map { state.identifiers.identifier($0, in: rules) }
    }
}

// MARK: - State

extension IdentityEngine {
    /// Takes a row that `apply` or `sweep` asked to be kept, before the first `apply`: in the order of keys.
    public mutating func load(key: [UInt8], value: [UInt8]) throws(PackedError) {
        var reader = ByteReader(value)
        let format = try reader.byte()
        guard format == EngineRows.format else { throw format > EngineRows.format ? .newerFormat(format) : .malformed }
        guard let kind = key.first.flatMap(EngineRows.Kind.init) else { throw .malformed }
        var rows = loading ?? LoadedRows()
        loading = nil
        defer { loading = rows }
        switch kind {
        case .version: version = max(version, try reader.varint())
        case .map:
            let map = try reader.ownershipMap()
            version = max(version, map.version)
            guard let number = state.identifiers.number(map.identifier, in: rules) else { return }
            state.grow()
            published.set(number, .many(map.spans), map.version)
        case .observation, .fact:
            switch try reader.identityInput() {
            case .seen(let observation):
                guard key.count == 17 else { throw .malformed }
                guard let taken = state.take(observation.ordered(rules)) else { return }
                rows.add(taken.moment.content, Hash128(bytes: key, at: 1))
            case .fact(let fact):
                var (seeds, watched, severed): ([Moment], Set<Int32>, [Int32]) = ([], [], [])
                _ = state.take(fact, &seeds, &watched, &severed)
            }
        case .sight:
            let sight = try EngineRows.Sight(key: key, &reader)
            state.take(sight, of: try rows.content(sight.content))
        case .horizon:
            state.horizon.ms = Int64(bitPattern: try reader.word64())
            state.horizon.generation = try reader.byte()
        case .link:
            guard key.count == 34 else { throw .malformed }
            guard state.horizon.exists, key[1] == state.horizon.generation else {
                state.horizon.mayBeStale = true
                return
            }
            let since = try reader.moment(rows)
            guard let a = state.identifiers.number(of: Hash128(bytes: key, at: 2)),
                let b = state.identifiers.number(of: Hash128(bytes: key, at: 18)), let link = state.links.number(a, b)
            else { throw .malformed }
            let change = LinkTable.Change(timeMs: since.timeMs, content: since.content, kind: .accepted)
            state.links.insert(change, into: link, at: 0)
            state.follow(link, .accepted, at: since)
        case .turns:
            guard key.count == 18 else { throw .malformed }
            guard state.horizon.exists, key[1] == state.horizon.generation else {
                state.horizon.mayBeStale = true
                return
            }
            guard let device = state.identifiers.number(of: Hash128(bytes: key, at: 2)) else { throw .malformed }
            if try reader.byte() & 1 != 0 { rows.contested.append(device) }
            for _ in 0..<(try reader.count()) {
                let moment = try reader.moment(rows)
                let signsIn = try reader.byte() != 0
                state.takeTurn(of: device, at: moment, signsIn: signsIn, try reader.hash())
            }
            state.horizon.devices.insert(device)
        }
    }

    /// Takes all loaded rows together, in the order of time.
    mutating func restore() {
        guard let rows = loading else { return }
        loading = nil
        state.takeBase(contested: rows.contested)
        published.compact(state.identifiers)
        state.replay()
        settled = state.settleAll()
    }
}

/// What rows name each other by, until they are all there.
struct LoadedRows: Sendable {
    private var contents: [(digest: Hash128, content: Int32)] = []
    private var index = NumberIndex()
    /// Devices in components that were ever taken apart.
    var contested: [Int32] = []

    /// In the order of keys every content comes before what names it.
    func content(_ digest: Hash128) throws(PackedError) -> Int32 {
        guard let place = index.find(digest.low, { contents[Int($0)].digest == digest }) else { throw .malformed }
        return contents[Int(place)].content
    }

    mutating func add(_ content: Int32, _ digest: Hash128) {
        contents.append((digest, content))
        index.insert(Int32(contents.count - 1), digest.low) { [contents] in contents[Int($0)].digest.low }
    }
}

// MARK: - Telling what differs

extension IdentityEngine {
    private mutating func see(_ observation: Observation, _ seeds: inout [Moment], _ changes: inout IdentityChanges) {
        guard observation.timeMs >= state.horizon.boundMs else {
            state.horizon.tooLate += 1
            return
        }
        let ordered = observation.ordered(rules)
        guard let taken = state.take(ordered) else { return }
        state.learn(taken.moment, &seeds)
        seeds.append(taken.moment)
        if let fromMs = taken.movedFromMs {
            let from = Moment(timeMs: fromMs, content: taken.moment.content)
            state.unsign(from)
            seeds.append(from)
        }
        let key = EngineRows.content(ordered)
        if taken.isEarliest {
            changes.rows.append(EngineRows.observation(ordered, key))
            // What was the earliest so far goes on as an ordinary one.
            if let was = taken.earliestWasMs, was != taken.movedFromMs {
                let derived = state.derived(at: was, of: taken.moment.content)
                changes.rows.append(EngineRows.sight(was, derived, key, rules))
            }
        } else {
            changes.rows.append(EngineRows.sight(ordered.timeMs, ordered.derived, key, rules))
        }
    }

    private mutating func tell(_ fact: IdentityFact, _ changes: inout IdentityChanges) {
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

    private func keepVersion(_ changes: inout IdentityChanges) {
        if !changes.maps.isEmpty || !changes.decisions.isEmpty { changes.rows.append(EngineRows.version(version)) }
    }

    /// The identifiers that the map's customers are named by; customers that no identifier names are left out.
    private func owners(of map: OwnershipMap) -> [Identifier] {
        var others = map.spans.compactMap { $0.customer == map.identifier.hash ? nil : $0.customer }
        if others.count > 1 { others = Set(others).sorted() }
        return others.compactMap { hash in
            state.identifiers.number(of: hash).map { state.identifiers.identifier($0, in: rules) }
        }
    }

    /// Finds which of these identifiers, and of those that wait, are somebody else's than was told.
    private mutating func compare(_ touched: Set<Int32>) {
        published.grow(to: state.identifiers.count)
        let numbers = untold.isEmpty ? touched : touched.union(untold.map(\.number))
        untold.removeAll(keepingCapacity: true)
        for number in numbers {
            let owner = state.owner(number)
            if owner != published.owner(number) { untold.append((number, owner)) }
        }
        let hashes = state.identifiers.hashes
        untold.sort { hashes[Int($0.number)] > hashes[Int($1.number)] }
    }

    private mutating func publish(_ mapsMax: Int, _ changes: inout IdentityChanges) {
        while changes.maps.count < mapsMax, let (number, owner) = untold.popLast() {
            let before = published.version(number)
            let previous = published.spans(number, state.identifiers)
            version += 1
            published.set(number, owner, version)
            let map = map(number, owner, version)
            changes.maps.append(MapChange(map: map, previous: previous, owners: owners(of: map)))
            changes.rows.append(EngineRows.map(map))
            guard before > 0 else { continue }
            let told = IdentityDecision(kind: .moved, identifiers: [map.identifier], rule: "owner", salt: "\(version)")
            announce(told, &changes)
        }
    }
}
