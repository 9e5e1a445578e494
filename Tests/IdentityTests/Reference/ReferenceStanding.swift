// SPDX-License-Identifier: Apache-2.0

/// A decision as it stands in a closure: small, so that the next result can be compared with it.
struct Standing: Sendable, Hashable {
    enum Kind: UInt8, Sendable { case linked, refused, hub, passedAround }

    /// Why a link was left out or taken away.
    enum Reason: Sendable, Hashable {
        case none, customerFull, unlinked, hub
        /// The limit of a namespace, by its number.
        case limit(UInt8)
    }

    /// What tells a decision from others: two identifiers are refused anew at another time, but linked once.
    struct Key: Sendable, Hashable {
        var kind: Kind
        var a: Int32
        /// -1 for a hub, which is alone.
        var b: Int32
        var reason: Reason
        var refusedAtMs: Int64
    }

    var kind: Kind
    var a: Int32
    var b: Int32
    var reason: Reason
    var timeMs: Int64
    /// The observation that decided it.
    var observation: Int32

    var key: Key { Key(kind: kind, a: a, b: b, reason: reason, refusedAtMs: kind == .refused ? timeMs : 0) }
}
