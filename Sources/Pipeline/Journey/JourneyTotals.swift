// SPDX-License-Identifier: Apache-2.0
package import Digests
internal import Touchpoints

/// What a journey partition counts, and its digest: parts of its state, so that a replay from the start gives the same.
package struct JourneyTotals: Equatable {
    /// Distinct events held, hubs' and broadcasts included.
    package var events = 0
    /// Records of them that intake sent.
    var copies = 0
    /// Losing copies, one dead letter each.
    package var conflicts = 0
    /// Records of events that are forgotten.
    var forgotten = 0
    /// Records beyond the horizon.
    var tooLate = 0
    /// Events whose content is folded into a base.
    var folded = 0
    /// Customers that hold an event and were told of.
    package var customers = 0
    /// Those with too many touchpoints to be folded.
    var suspended = 0
    /// Events passed on to another customer or partition.
    var passedOn = 0
    /// Alerts that are open.
    var alertsOpen = 0
    /// Results that stand: told, corrected perhaps, and not taken back.
    package var transitions = 0
    package var alerts = 0
    package var touchpoints = 0
    /// The order-free sum over the net records.
    package var digest = Digest()
    var changed = false

    package init() {}

    /// A sum of 128-bit hashes, word by word: the same in any order, and a record can be taken out again.
    package struct Digest: Equatable {
        var high: UInt64 = 0
        var low: UInt64 = 0

        package init() {}

        package mutating func add(_ hash: Hash128) {
            high &+= hash.high
            low &+= hash.low
        }

        mutating func remove(_ hash: Hash128) {
            high &-= hash.high
            low &-= hash.low
        }

        mutating func add(_ other: Digest) {
            high &+= other.high
            low &+= other.low
        }

        var hash: Hash128 { Hash128(high: high, low: low) }
    }

    /// A result stands from now on, or no longer.
    mutating func count(_ kind: ResultKind, _ change: Int) {
        switch kind {
        case .transition: transitions += change
        case .alert: alerts += change
        case .touchpoint: touchpoints += change
        }
    }

    package mutating func add(_ other: JourneyTotals) {
        events += other.events
        copies += other.copies
        conflicts += other.conflicts
        forgotten += other.forgotten
        tooLate += other.tooLate
        folded += other.folded
        suspended += other.suspended
        customers += other.customers
        passedOn += other.passedOn
        alertsOpen += other.alertsOpen
        transitions += other.transitions
        alerts += other.alerts
        touchpoints += other.touchpoints
        digest.add(other.digest)
    }
}

extension ByteWriter {
    mutating func totals(_ totals: JourneyTotals) {
        for number in [
            totals.events, totals.copies, totals.conflicts, totals.forgotten, totals.tooLate, totals.customers,
            totals.passedOn, totals.alertsOpen, totals.transitions, totals.alerts, totals.touchpoints, totals.folded,
            totals.suspended,
        ] { signed(Int64(number)) }
        word64(totals.digest.high)
        word64(totals.digest.low)
    }
}

extension ByteReader {
    mutating func totals() throws(PackedError) -> JourneyTotals {
        var totals = JourneyTotals()
        totals.events = Int(try signed())
        totals.copies = Int(try signed())
        totals.conflicts = Int(try signed())
        totals.forgotten = Int(try signed())
        totals.tooLate = Int(try signed())
        totals.customers = Int(try signed())
        totals.passedOn = Int(try signed())
        totals.alertsOpen = Int(try signed())
        totals.transitions = Int(try signed())
        totals.alerts = Int(try signed())
        totals.touchpoints = Int(try signed())
        totals.folded = Int(try signed())
        totals.suspended = Int(try signed())
        totals.digest.high = try word64()
        totals.digest.low = try word64()
        return totals
    }
}
