// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// The keys of a journey partition's state rows. The first byte says which table.
package enum JourneyRows {
    /// Events: customer, time, key → `Held`.
    package static let touches = [UInt8(ascii: "t")]
    static func touch(_ customer: Hash128, timeMs: Int64, key: Hash128) -> [UInt8] {
        var w = ByteWriter(capacity: 41)
        touch(customer, timeMs: timeMs, key: key, &w)
        return w.bytes
    }

    static func touch(_ customer: Hash128, timeMs: Int64, key: Hash128, _ w: inout ByteWriter) {
        w.byte(UInt8(ascii: "t"))
        w.hash(customer)
        w.sortable(timeMs)
        w.hash(key)
    }

    static func touches(of customer: Hash128) -> [UInt8] { row("t", customer) }
    /// Which customers hold events under an identifier: identifier, customer → nothing.
    package static let holders = [UInt8(ascii: "h")]
    static func holder(_ identifier: Hash128, _ customer: Hash128) -> [UInt8] { row("h", identifier, customer) }
    static func holders(of identifier: Hash128) -> [UInt8] { row("h", identifier) }
    /// The newest ownership map of an identifier.
    static func map(_ identifier: Hash128) -> [UInt8] { row("m", identifier) }
    /// Which maps name a customer: customer, identifier → nothing.
    static func named(_ customer: Hash128, _ identifier: Hash128) -> [UInt8] { row("c", customer, identifier) }
    static func named(_ customer: Hash128) -> [UInt8] { row("c", customer) }
    /// The identifier that a customer is named by: its events may name others alone.
    static func ownName(_ customer: Hash128) -> [UInt8] { row("o", customer) }
    /// What readers were told of a customer's profile.
    static func head(_ customer: Hash128) -> [UInt8] { row("p", customer) }
    /// What came of a customer's events that are folded away.
    static func base(_ customer: Hash128) -> [UInt8] { row("v", customer) }
    /// The customer has too many touchpoints to be folded.
    static func suspended(_ customer: Hash128) -> [UInt8] { row("u", customer) }
    /// The customer waits for its fold or profile.
    static func due(_ customer: Hash128) -> [UInt8] { row("d", customer) }
    package static let dues = [UInt8(ascii: "d")]
    /// The newest time of a source.
    static func source(_ name: String) -> [UInt8] { [UInt8(ascii: "s")] + Array(name.utf8) }
    package static let sources = [UInt8(ascii: "s")]
    /// What a customer holds under an identifier is still to be passed on: identifier, customer → where that stands.
    static let moves = [UInt8(ascii: "y")]
    static func move(_ identifier: Hash128, _ customer: Hash128) -> [UInt8] { row("y", identifier, customer) }
    /// The key of the first touch that is still to be looked at for what is forgotten.
    static let forgetting = [UInt8(ascii: "e")]
    /// Spans in which events that name an identifier are gone.
    static func forgotten(_ identifier: Hash128) -> [UInt8] { row("f", identifier) }
    static let forgottens = [UInt8(ascii: "f")]
    /// Customers whose fold is due when the watermark reaches a time: time, customer.
    static func deadline(_ timeMs: Int64, _ customer: Hash128) -> [UInt8] {
        var w = ByteWriter(capacity: 25)
        w.byte(UInt8(ascii: "n"))
        w.sortable(timeMs)
        w.hash(customer)
        return w.bytes
    }
    static let deadlines = [UInt8(ascii: "n")]
    /// The time under which a customer stands among the deadlines, and its open alerts.
    static func watched(_ customer: Hash128) -> [UInt8] { row("q", customer) }
    /// Customers that have ever wished a product or had it in the cart: product, customer.
    static func interest(_ product: String, _ customer: Hash128) -> [UInt8] {
        row("i", self.product(product), customer)
    }
    static func interested(in product: Hash128) -> [UInt8] { row("i", product) }
    static func product(_ name: String) -> Hash128 { SHA256.hash128(Array(name.utf8)) }
    /// Events about nobody: time, key.
    static func broadcast(timeMs: Int64, key: Hash128) -> [UInt8] {
        var w = ByteWriter(capacity: 25)
        w.byte(UInt8(ascii: "b"))
        w.sortable(timeMs)
        w.hash(key)
        return w.bytes
    }
    static let broadcasts = [UInt8(ascii: "b")]
    /// Copies of a broadcast that lost: key, content → nothing.
    static func lost(_ key: Hash128, _ content: Hash128) -> [UInt8] { row("l", key, content) }
    static func lost(_ key: Hash128) -> [UInt8] { row("l", key) }
    /// What broadcasts that are folded away leave: product, location → where it stood.
    static func stock(_ product: String, _ location: String?) -> [UInt8] {
        row("k", self.product(product), location.map(self.product) ?? .zero)
    }
    static let stocks = [UInt8(ascii: "k")]
    /// News about a product have changed: product → the first of its customers that is not due yet.
    static func waking(_ product: Hash128) -> [UInt8] { row("w", product) }
    static let waking = [UInt8(ascii: "w")]
    /// The rules that customers were folded with.
    static let rules = [UInt8(ascii: "r")]
    /// Counters and the digest.
    static let totals = [UInt8(ascii: "g")]

    private static func row(_ table: Unicode.Scalar, _ hash: Hash128) -> [UInt8] {
        var w = ByteWriter(capacity: 17)
        w.byte(UInt8(ascii: table))
        w.hash(hash)
        return w.bytes
    }

    private static func row(_ table: Unicode.Scalar, _ first: Hash128, _ second: Hash128) -> [UInt8] {
        var w = ByteWriter(capacity: 33)
        w.byte(UInt8(ascii: table))
        w.hash(first)
        w.hash(second)
        return w.bytes
    }
}
