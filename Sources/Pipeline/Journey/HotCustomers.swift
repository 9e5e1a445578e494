// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Journeys
internal import Touchpoints

/// A customer whose walk is kept.
final class HotCustomer {
    private var walk: Walk
    /// It has too many touchpoints to be folded.
    var suspended: SuspendedCustomer?
    /// The commit that used it last.
    var usedAt = 0
    /// As it stands in its row; nil: it has not been read.
    var watched: JourneyPartition.Watched?

    init(_ walk: Walk) { self.walk = walk }

    /// Lends the walk: to read it as a property makes a copy of all that it holds.
    func lend<Result>(_ body: (inout Walk) throws -> Result) rethrows -> Result { try body(&walk) }

    /// What it counts for in the cache: a customer with many events keeps more.
    var cost: Int { 1 + lend { $0.events } / 64 }
}

/// What is known of a customer that is not folded.
struct SuspendedCustomer {
    /// Of the newest of its events, milliseconds.
    var lastSeenMs: Int64
    var realm: String
}

/// What has changed among a hot customer's events since its last fold.
struct PendingChange {
    /// Events that have come, by their places in time.
    var placed: Set<JourneyPartition.TouchKey> = []
    /// The first time at which an event has gone, or is another, or has other results with it; nil: there is none.
    var brokenMs: Int64?

    mutating func breaks(atMs timeMs: Int64) { brokenMs = min(timeMs, brokenMs ?? timeMs) }
}

/// Walks of the customers that were used last: what a fold needs of a customer's past. Only ever a cache: without it
/// all is read from the rows.
struct HotCustomers {
    private var byID: [Hash128: HotCustomer] = [:]
    private var changes: [Hash128: PendingChange] = [:]
    private var commit = 0
    private let costMax: Int
    private(set) var cost = 0
    private var used = CacheUse()

    init(costMax: Int) { self.costMax = costMax }

    var use: CacheUse {
        var use = used
        use.entries = byID.count
        return use
    }

    subscript(customer: Hash128) -> HotCustomer? { byID[customer] }

    /// For a fold.
    mutating func find(_ customer: Hash128) -> HotCustomer? {
        let hot = byID[customer]
        used.look(found: hot != nil)
        return hot
    }

    mutating func insert(_ hot: HotCustomer, _ customer: Hash128) {
        hot.usedAt = commit
        byID[customer] = hot
    }

    mutating func remove(_ customer: Hash128) {
        byID[customer] = nil
        changes[customer] = nil
    }

    // MARK: changes

    mutating func placed(_ place: JourneyPartition.TouchKey, _ customer: Hash128) {
        if byID[customer] != nil { changes[customer, default: PendingChange()].placed.insert(place) }
    }

    mutating func broken(atMs timeMs: Int64, _ customer: Hash128) {
        if byID[customer] != nil { changes[customer, default: PendingChange()].breaks(atMs: timeMs) }
    }

    mutating func takeChange(of customer: Hash128) -> PendingChange {
        changes.removeValue(forKey: customer) ?? PendingChange()
    }

    // MARK: the bound

    /// A commit is over: those unused for longest make room. `leave` is told of each that goes.
    mutating func trim(_ leave: (Hash128, HotCustomer) throws -> Void) rethrows {
        commit += 1
        guard byID.count > costMax / 2 || cost > costMax else { return }
        cost = byID.values.reduce(0) { $0 + $1.cost }
        guard cost > costMax else { return }
        let target = costMax - costMax / 8
        for (customer, hot) in byID.sorted(by: { ($0.value.usedAt, $0.key) < ($1.value.usedAt, $1.key) }) {
            if cost <= target { return }
            cost -= hot.cost
            used.evictions += 1
            try leave(customer, hot)
            remove(customer)
        }
    }

    func use(_ hot: HotCustomer) { hot.usedAt = commit }
}
