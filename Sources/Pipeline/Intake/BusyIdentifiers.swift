// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Which identifiers a great part of the events name: so that the operator is told of a tablet for everybody, or of a bug
/// that sends one id with everything.
///
/// Counts a bounded number at a time (space-saving, Metwally and others 2005; many left out at once, Anderson and others
/// 2017) in one event of eight, chosen by its key: whatever is more than one in `entriesMax` of the recent names is in it.
/// Old events count less and less.
struct BusyIdentifiers: Sendable {
    private struct Entry {
        var identifier: Identifier
        var realm: String
        var count: Int
        /// Of these, those that may have been others'.
        var doubtful: Int
    }

    /// Identifiers that go on being counted when there are twice as many. With five names in each event, what one in two
    /// hundred events names is among them.
    static let entriesMax = 1_024
    /// After so many events that were counted all counts are halved.
    static let halvedAfter = 25_000
    /// What is told of: from this part of the events on, so many at most, and not of the first few events.
    static let leastShare = 0.01
    static let toldMax = 10
    static let leastEvents = 200
    private static let toldEach = 100

    private let rules: IdentityRules
    private var entries: [Entry] = []
    private var places: [Hash128: Int] = [:]
    /// The greatest count that was left out: a new one may have had so many.
    private var leftOut = 0
    /// That were counted.
    private var events = 0
    /// As of a hundred events ago at most; the busiest first.
    private(set) var busiest: [BusyIdentifier] = []

    init(_ rules: IdentityRules) { self.rules = rules }

    mutating func take(_ event: Touchpoint) {
        guard event.key.low % 8 == 0 else { return }
        events += 1
        if events >= Self.halvedAfter { halve() }
        for name in event.names { count(name, event.realm) }
        if events % Self.toldEach == 0 { busiest = found() }
    }

    private mutating func count(_ identifier: Identifier, _ realm: String) {
        if let place = places[identifier.hash] {
            entries[place].count += 1
            return
        }
        places[identifier.hash] = entries.count
        entries.append(Entry(identifier: identifier, realm: realm, count: leftOut + 1, doubtful: leftOut))
        if entries.count >= 2 * Self.entriesMax { leaveOut() }
    }

    /// The lesser half: many at once, so that a name costs little.
    private mutating func leaveOut() {
        entries.sort { ($1.count, $0.identifier.hash) < ($0.count, $1.identifier.hash) }
        leftOut = max(leftOut, entries[Self.entriesMax].count)
        entries.removeSubrange(Self.entriesMax...)
        places.removeAll(keepingCapacity: true)
        for (place, entry) in entries.enumerated() { places[entry.identifier.hash] = place }
    }

    private mutating func halve() {
        events /= 2
        leftOut /= 2
        for place in entries.indices {
            entries[place].count /= 2
            entries[place].doubtful /= 2
        }
    }

    private func found() -> [BusyIdentifier] {
        guard events >= Self.leastEvents else { return [] }
        let found = entries.compactMap { entry -> BusyIdentifier? in
            let share = Double(entry.count - entry.doubtful) / Double(events)
            guard share >= Self.leastShare else { return nil }
            let namespace = rules.namespace(entry.identifier.namespace)?.name ?? "unknown"
            return BusyIdentifier(
                realm: entry.realm,
                identifier: "\(namespace):\(entry.identifier.hash.hex)",
                share: share
            )
        }
        return Array(found.sorted { ($1.share, $0.identifier) < ($0.share, $1.identifier) }.prefix(Self.toldMax))
    }
}

/// An identifier that a great part of the recent events names.
public struct BusyIdentifier: Sendable, Equatable {
    public var realm: String
    /// `namespace:hash`; never the plain value.
    public var identifier: String
    /// Of the events that this process took, 0 to 1.
    public var share: Double
}

/// When to tell the operator of a busy identifier: as it becomes one, and each hour that it stays one.
struct BusyNews {
    /// From this part of the events on.
    static let share = 0.1
    private static let intervalMs: Int64 = 3_600_000
    private var toldMs: [String: Int64] = [:]

    mutating func note(_ busiest: [BusyIdentifier], nowMs: Int64) -> [ServiceFact] {
        toldMs = toldMs.filter { nowMs - $0.value < Self.intervalMs }
        let news = busiest.filter { $0.share >= Self.share && toldMs[$0.identifier] == nil }
        for identifier in news { toldMs[identifier.identifier] = nowMs }
        return news.map { .busy($0) }
    }
}
