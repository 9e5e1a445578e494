// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// What one bad value, or one bad sender, does.
enum IdentityStorm: String, CaseIterable {
    /// Nothing: the measure of the others.
    case calm
    /// A tablet with a new person at each sign-in.
    case tablet
    /// The same, each sign-in as late as it can be: from the last to the first.
    case tabletLate = "tablet-late"
    /// A tablet that a staff of twenty take from each other's hands.
    case staff
    case staffLate = "staff-late"
    /// An e-mail address used by many customers.
    case email
    /// A chain of links, each plausible by itself, that would make all customers one.
    case chain
    /// One anonymous id sent for everybody, with their e-mail addresses, who are nobody's customers yet.
    case cookie
    /// A person with a new device at each visit.
    case robot
    /// The same, each late by up to a quarter of an hour: by up to two batches, in no order.
    case robotMixed = "robot-mixed"

    /// The storm's observation with a number, of so many.
    func observation(_ number: Int, of count: Int, at nowMs: Int64) -> IdentityInput? {
        let base = 1 << 40
        let pair: [Identifier]
        var timeMs = nowMs
        switch self {
        case .calm: return nil
        case .tablet, .tabletLate:
            pair = [IdentityTraffic.name(.user, base + number), IdentityTraffic.name(.device, base)]
            if self == .tabletLate { timeMs -= 300_000 * Int64(number) }
        case .staff, .staffLate:
            pair = [IdentityTraffic.name(.user, base + number * 7 % 20), IdentityTraffic.name(.device, base)]
            // Another bucket of time each, or most would be repeats.
            timeMs = (self == .staffLate ? -300_000 : 300_000) * Int64(number) + 1_700_000_000_000
        case .email: pair = [IdentityTraffic.name(.user, base + number), IdentityTraffic.name(.email, base)]
        case .chain:
            pair = [
                IdentityTraffic.name(.device, base + number / 2), IdentityTraffic.name(.line, base + (number + 1) / 2),
            ].reversed()
        case .cookie: pair = [IdentityTraffic.name(.email, base + number), IdentityTraffic.name(.device, base)]
        case .robot, .robotMixed:
            pair = [IdentityTraffic.name(.user, base), IdentityTraffic.name(.device, base + number)]
            if self == .robotMixed { timeMs -= Int64(IdentityTraffic.mix(UInt64(number)) % 900_000) }
        }
        return .seen(Observation(timeMs: timeMs, names: pair, example: "s"))
    }
}
