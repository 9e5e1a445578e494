// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// One journey partition: its customers' events, the maps and forget records it was told of, its watermark.
///
/// What is read comes from the rows of the last commit; what is changed lies in an overlay until the next. An abort throws the
/// whole object away. Rules by number: `Routing`, `Results` and `Time` of the architecture page.
final class JourneyPartition {
    let number: Int32
    let context: JourneyContext
    let state: any StateReader
    let texts: TextMoods

    /// Changed rows other than touches and holders.
    var rows = ChangedRows()
    /// Changed events: customer → place in time → event, nil gone.
    var touches: [Hash128: [TouchKey: Held?]] = [:]
    /// Changed holders: identifier → customer → holds.
    var holders: [Hash128: [Hash128: Bool]] = [:]

    /// Changed names: customer → identifier → its map names the customer.
    var named: [Hash128: [Hash128: Bool]] = [:]

    /// The watermark follows from it.
    var sources = SourceTimes()
    /// The watermark of a bounded run's end; nil before.
    var endMs: Int64?
    /// Identifier → closed spans in which events that name it are gone.
    var forgotten: [Hash128: [ClosedRange<Int64>]] = [:]
    /// The key from which touches are still to be looked through for it; nil: none are.
    var forgetting: [UInt8]?
    /// What is still to be passed on.
    var moves: [HolderKey: Move] = [:]
    /// Those of them that began within this commit: nothing of them is stored.
    var newMoves: Set<HolderKey> = []
    /// Events that this commit may still look at to pass them on.
    var eventsLeft: Int
    var totals = JourneyTotals()
    /// Customers are folded again, by other rules; nil: they have been.
    var refold: Refold?
    /// Customers that the last such look has made due.
    var refolded = 0
    /// Folds since the partition was opened.
    var folds = 0
    /// Where the search for old events stands; nil: it is not under way. The horizon of the last one that was ended.
    var sweep: [UInt8]?
    var sweptMs = Int64.min
    /// Events from then on may be left unfolded by the search that is under way.
    var sweepLeavesMs = Int64.max
    /// Customers to fold: some at each commit. All of them are due.
    var dirty = FoldQueue()
    /// Customers whose profile is to be told; persisted, so that a crash forgets none.
    var due: Set<Hash128> = []
    /// Profiles of folds since they were last told.
    var profiles: [Hash128: ProfileDraft] = [:]
    var profilesToldMs: Int64 = .min
    /// Customers whose profiles go out now, some with each commit.
    var telling: ArraySlice<Hash128> = []
    /// No deadline is earlier.
    var nextDeadlineMs = Int64.min
    /// Decoded maps as of the last commit or the overlay.
    private var maps: [Hash128: OwnershipMap] = [:]
    /// Identifiers without a map.
    private var mapless: Set<Hash128> = []
    /// Pairs known to stand in the holder rows.
    var knownHolders: Set<HolderKey> = []
    /// What broadcasts come to.
    var restocks: Restocks
    /// Broadcasts that are kept, and those that are not: all older ones are too late, milliseconds.
    var broadcasts = 0
    var broadcastsFromMs = Int64.min
    /// Broadcasts before it are folded away, some with each commit; nil: none are. Where that stands.
    var broadcastsCutMs: Int64?
    var broadcastsCursor: [UInt8]?
    /// Products whose news have changed → the first of their customers that is not due yet.
    var waking: [Hash128: Hash128] = [:]
    /// Walks of the customers that were used last.
    var hot: HotCustomers
    private var mapUse = CacheUse()
    private var holderUse = CacheUse()

    struct TouchKey: Hashable, Comparable {
        var timeMs: Int64
        var key: Hash128

        func hash(into hasher: inout Hasher) { hasher.combine(key) }

        static func < (a: Self, b: Self) -> Bool { a.timeMs != b.timeMs ? a.timeMs < b.timeMs : a.key < b.key }
    }

    struct HolderKey: Hashable {
        var identifier: Hash128
        var customer: Hash128

        /// Both are digests, and a sum of them is as random as they are.
        func hash(into hasher: inout Hasher) { hasher.combine(identifier.low &+ customer.low &* 3) }
    }

    init(number: Int32, context: JourneyContext, state: any StateReader) throws {
        self.number = number
        self.context = context
        self.state = state
        eventsLeft = context.settings.eventsPerCommitMax
        hot = HotCustomers(costMax: context.settings.customersCachedMax)
        restocks = Restocks(context.journeyFold.rulebook)
        texts = try TextMoods(context.texts, knownMax: context.settings.textsCachedMax)
        try state.scan(prefix: JourneyRows.sources) { key, value in
            try self.sources.load(String(decoding: key.dropFirst(), as: UTF8.self), value)
            return true
        }
        try state.scan(prefix: JourneyRows.forgottens) { key, value in
            var reader = ByteReader(value)
            self.forgotten[Hash128(bytes: key, at: 1)] = try reader.spans()
            return true
        }
        try state.scan(prefix: JourneyRows.dues) { key, _ in
            self.due.insert(Hash128(bytes: key, at: 1))
            return true
        }
        dirty = FoldQueue(due)
        if let row = try state.get(JourneyRows.totals) {
            var reader = ByteReader(row)
            totals = try reader.totals()
        }
        forgetting = try state.get(JourneyRows.forgetting)
        try readMoves()
        try readBroadcasts()
        try findRules()
    }

    /// Event time up to which everything is thought to have come: the least of the sources, less the allowance.
    var watermarkMs: Int64 {
        if let endMs { return endMs }
        return sources.watermarkMs(behindMs: context.settings.outOfOrdernessMs)
    }

    /// How its caches are used.
    var caches: JourneyCaches {
        var caches = JourneyCaches(customers: hot.use, maps: mapUse, holders: holderUse, texts: texts.use)
        caches.maps.entries = maps.count + mapless.count
        caches.holders.entries = knownHolders.count
        return caches
    }

    // MARK: rows

    func row(_ key: [UInt8]) throws -> [UInt8]? {
        if let changed = rows[key] { return changed }
        return try state.get(key)
    }

    func map(of identifier: Hash128) throws -> OwnershipMap? {
        if let cached = maps[identifier] {
            mapUse.look(found: true)
            return cached
        }
        let isKnown = mapless.contains(identifier)
        mapUse.look(found: isKnown)
        if isKnown { return nil }
        if maps.count + mapless.count >= context.settings.mapsCachedMax {
            mapUse.evictions += maps.count + mapless.count
            maps.removeAll(keepingCapacity: true)
            mapless.removeAll(keepingCapacity: true)
        }
        guard let row = try row(JourneyRows.map(identifier)) else {
            mapless.insert(identifier)
            return nil
        }
        var reader = ByteReader(row)
        let map = try reader.ownershipMap()
        maps[identifier] = map
        return map
    }

    /// An identifier has another map now.
    func setMap(_ map: OwnershipMap) {
        let identifier = map.identifier.hash
        var writer = ByteWriter()
        writer.ownershipMap(map)
        rows[JourneyRows.map(identifier)] = .some(writer.bytes)
        mapless.remove(identifier)
        maps[identifier] = map
    }

    // MARK: events

    func held(_ customer: Hash128, _ place: TouchKey) throws -> Held? {
        if let changed = touches[customer]?[place] { return changed }
        guard let row = try state.get(JourneyRows.touch(customer, timeMs: place.timeMs, key: place.key)) else {
            return nil
        }
        var reader = ByteReader(row)
        return try reader.held()
    }

    /// A customer gets an event.
    func hold(_ held: Held, _ customer: Hash128) {
        hot.placed(held.place, customer)
        rewrite(held, customer)
    }

    /// An event has another content, or other results were told because of it.
    func replace(_ held: Held, _ customer: Hash128) {
        hot.broken(atMs: held.event.timeMs, customer)
        rewrite(held, customer)
    }

    /// What is kept beside an event has changed.
    func rewrite(_ held: Held, _ customer: Hash128) {
        touches[customer, default: [:]][held.place] = .some(held)
    }

    func drop(_ held: Held, _ customer: Hash128) {
        hot.broken(atMs: held.event.timeMs, customer)
        touches[customer, default: [:]][held.place] = .some(nil)
    }

    /// A customer's events, by time and key; those after a place in the walk. Without those that are folded away, if not asked.
    func timeline(_ customer: Hash128, after last: WalkPlace? = nil, foldedToo: Bool = false) throws -> [Held] {
        var changed = touches[customer] ?? [:]
        var found: [Held] = []
        let prefix = JourneyRows.touches(of: customer)
        let from = last.map { JourneyRows.touch(customer, timeMs: $0.timeMs, key: .zero) }
        func isAfter(_ held: Held) -> Bool {
            if held.isFolded { return foldedToo }
            return last.map { $0 < context.journeyFold.rulebook.place(of: held.event) } ?? true
        }
        try state.scan(prefix: prefix, from: from) { key, value in
            var place = ByteReader(key, 17..<41)
            let at = TouchKey(timeMs: try place.sortable(), key: try place.hash())
            if let newer = changed.removeValue(forKey: at) {
                if let newer, isAfter(newer) { found.append(newer) }
            } else {
                var reader = ByteReader(value)
                let held = try reader.held()
                if isAfter(held) { found.append(held) }
            }
            return true
        }
        let added = changed.values.compactMap { $0 }.filter(isAfter)
        if added.isEmpty { return found }
        if found.isEmpty, added.count == 1 { return added }
        found += added
        return found.sorted { ($0.event.timeMs, $0.event.key) < ($1.event.timeMs, $1.event.key) }
    }

    func setHolder(_ identifier: Hash128, _ customer: Hash128) {
        let pair = HolderKey(identifier: identifier, customer: customer)
        staysNow(pair)
        let isKnown = knownHolders.contains(pair)
        holderUse.look(found: isKnown)
        if isKnown { return }
        if knownHolders.count >= context.settings.mapsCachedMax {
            holderUse.evictions += knownHolders.count
            knownHolders.removeAll(keepingCapacity: true)
        }
        knownHolders.insert(pair)
        holders[identifier, default: [:]][customer] = true
    }

    func removeHolder(_ identifier: Hash128, _ customer: Hash128) {
        knownHolders.remove(HolderKey(identifier: identifier, customer: customer))
        holders[identifier, default: [:]][customer] = false
    }

    /// The customers that hold events under an identifier.
    func holders(of identifier: Hash128) throws -> [Hash128] {
        var changed = holders[identifier] ?? [:]
        var found: [Hash128] = []
        try state.scan(prefix: JourneyRows.holders(of: identifier)) { key, _ in
            let customer = Hash128(bytes: key, at: 17)
            if changed.removeValue(forKey: customer) != false { found.append(customer) }
            return true
        }
        found += changed.filter(\.value).map(\.key)
        return found.sorted()
    }

    // MARK: commit

    /// Writes the overlay as state changes.
    func flush(into transaction: inout Transaction) {
        for (customer, places) in touches {
            for (place, held) in places {
                guard let held else {
                    let key = JourneyRows.touch(customer, timeMs: place.timeMs, key: place.key)
                    transaction.change(partition: number, key: key, value: nil)
                    continue
                }
                transaction.change(partition: number) {
                    JourneyRows.touch(customer, timeMs: place.timeMs, key: place.key, &$0)
                } value: {
                    $0.held(held)
                }
            }
        }
        for (identifier, customers) in holders {
            for (customer, holds) in customers {
                transaction.change(
                    partition: number,
                    key: JourneyRows.holder(identifier, customer),
                    value: holds ? [] : nil
                )
            }
        }
        for (customer, identifiers) in named {
            for (identifier, isNamed) in identifiers {
                transaction.change(
                    partition: number,
                    key: JourneyRows.named(customer, identifier),
                    value: isNamed ? [] : nil
                )
            }
        }
        rows.forEach { key, value in transaction.change(partition: number, key: key, value: value) }
        if totals.changed {
            totals.changed = false
            var writer = ByteWriter()
            writer.totals(totals)
            transaction.change(partition: number, key: JourneyRows.totals, value: writer.bytes)
        }
    }

    /// The overlay is in the state now.
    func committed() {
        touches.removeAll(keepingCapacity: true)
        holders.removeAll(keepingCapacity: true)
        named.removeAll(keepingCapacity: true)
        newMoves.removeAll(keepingCapacity: true)
        eventsLeft = context.settings.eventsPerCommitMax
        rows.removeAll()
    }
}

extension Held {
    var place: JourneyPartition.TouchKey { .init(timeMs: event.timeMs, key: event.key) }
}

extension ByteWriter {
    mutating func spans(_ spans: [ClosedRange<Int64>]) {
        count(spans.count)
        for span in spans {
            word64(UInt64(bitPattern: span.lowerBound))
            word64(UInt64(bitPattern: span.upperBound))
        }
    }
}

extension ByteReader {
    mutating func spans() throws(PackedError) -> [ClosedRange<Int64>] {
        var spans: [ClosedRange<Int64>] = []
        for _ in 0..<(try count()) {
            let from = Int64(bitPattern: try word64())
            let to = Int64(bitPattern: try word64())
            guard from <= to else { throw .malformed }
            spans.append(from...to)
        }
        return spans
    }
}
