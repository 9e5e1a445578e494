// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Observations of customers that nothing is wrong with: each has a user id, an e-mail, a phone and two cookies, and is
/// seen with two or three of them at a time.
struct IdentityTraffic {
    let rules: IdentityRules
    let customers: Int
    private var state: UInt64

    init(_ rules: IdentityRules, customers: Int, seed: UInt64) {
        self.rules = rules
        self.customers = customers
        state = seed
    }

    /// The identifier that stands for a number in a namespace: no two are the same.
    static func identifier(_ namespace: String, _ number: Int) -> Identifier {
        let id = NamespaceID(namespace)
        let low = UInt64(truncatingIfNeeded: number) &* 0x9e37_79b9_7f4a_7c15
        return Identifier(namespace: id, hash: Hash128(high: low ^ UInt64(id.raw) &* 0xbf58_476d_1ce4_e5b9, low: low))
    }

    mutating func chance(_ below: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ z >> 31) % UInt64(below))
    }

    /// What some customer is seen with.
    mutating func next(atMs timeMs: Int64) -> Observation {
        let customer = chance(customers)
        let cookie = Self.identifier("anonymous_id", customer * 2 + chance(2))
        let names =
            switch chance(4) {
            case 0: [Self.identifier("user_id", customer), cookie]
            case 1: [Self.identifier("user_id", customer), Self.identifier("email", customer), cookie]
            case 2: [Self.identifier("email", customer), Self.identifier("phone", customer)]
            default: [Self.identifier("email", customer), cookie]
            }
        return Observation(timeMs: timeMs, names: names)
    }
}
