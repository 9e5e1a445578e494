// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Observations of ordinary customers, drawn as they are asked for: nothing is kept, so a hundred million are as easy
/// as ten.
///
/// A customer has a user id, an e-mail address and a device; of each ten, two share their device with the neighbour.
struct IdentityTraffic {
    enum Kind: UInt8 { case user, email, device, line }

    let customers: Int
    private var state: UInt64
    private(set) var timeMs: Int64
    private let stepMs: Int64

    init(customers: Int, seed: UInt64 = 1, fromMs: Int64 = 1_700_000_000_000, stepMs: Int64 = 1_000) {
        self.customers = customers
        state = seed
        timeMs = fromMs
        self.stepMs = stepMs
    }

    private static let namespaces: [NamespaceID] = ["user_id", "email", "anonymous_id", "line_id"].map {
        NamespaceID($0)
    }

    /// An identifier without a plain value: its hash is spread from its number.
    static func name(_ kind: Kind, _ number: Int) -> Identifier {
        let seed = UInt64(kind.rawValue) << 56 | UInt64(number)
        return Identifier(
            namespace: namespaces[Int(kind.rawValue)],
            hash: Hash128(high: mix(seed), low: mix(seed ^ 0x5bd1_e995_0000_0001))
        )
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    mutating func draw(below bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Int(Self.mix(state) % UInt64(bound))
    }

    /// The next observation: of any customer, two of the three names.
    mutating func next() -> IdentityInput {
        timeMs += stepMs
        return observation(of: draw(below: customers), draw(below: 4), at: timeMs)
    }

    /// - Parameter pair: which two of the names: 0 to 3.
    func observation(of customer: Int, _ pair: Int, at timeMs: Int64) -> IdentityInput {
        let user = Self.name(.user, customer)
        let email = Self.name(.email, customer)
        let device = Self.name(.device, customer % 10 == 1 ? customer - 1 : customer)
        let names =
            switch pair {
            case 0: [user, email]
            case 1: [email, device]
            default: [user, device]
            }
        return .seen(Observation(timeMs: timeMs, names: names, example: "e"))
    }
}
