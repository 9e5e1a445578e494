// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Foundation
internal import Touchpoints

/// One event of the walk, with what its type means and what it names. A class, because every condition looks at it.
final class Step {
    let event: Touchpoint
    let type: TypeInfo
    /// Outbound calls are the company's.
    let isOutbound: Bool
    /// Counted from 1: the event's place among the customer's.
    let number: Int
    let order: Text?
    let parcel: Text?
    let returned: Text?
    let subscription: Text?
    let replaces: Text?
    let replacement: Text?
    let product: Text?

    var timeMs: Int64 { event.timeMs }
    var kind: EventKind? { type.kind }
    var isByCustomer: Bool { !isOutbound && !type.isByCompany }
    /// What stands for a thing that the event leaves without id.
    var ownName: Text { Text(event.key.hex) }

    init(_ event: Touchpoint, number: Int, in book: Rulebook) {
        self.event = event
        self.number = number
        type = book.types.info(of: event.type)
        isOutbound = type.isCall && event.properties[P.direction] == .string("outbound")
        order = book.reference(.order, of: event)
        parcel = book.reference(.parcel, of: event)
        returned = book.reference(.return, of: event)
        subscription = book.reference(.subscription, of: event)
        replaces = book.reference(.replaces, of: event)
        replacement = book.reference(.replacement, of: event)
        product = event.product
    }

    subscript(property: PropertyID) -> Value? { event.properties[property] }
}

/// What is remembered of an event: its place in the walk, and what results say of it. A class, because many alerts and
/// timers remember the same.
final class EventMark: Codable, Sendable, Comparable {
    let timeMs: Int64
    let rank: Int
    let key: Hash128
    let id: String
    let type: Int
    /// Unknown types share one number; this tells them apart.
    let typeName: String
    let channel: String
    /// What messages tell of it.
    let details: [EventDetail]

    init(_ event: Touchpoint, rank: Int, type: Int, details: [EventDetail]) {
        timeMs = event.timeMs
        self.rank = rank
        key = event.key
        id = event.id
        self.type = type
        typeName = event.type
        channel = event.channel
        self.details = details
    }

    /// The same event where types have other places.
    init(_ mark: EventMark, rank: Int, type: Int) {
        timeMs = mark.timeMs
        self.rank = rank
        key = mark.key
        id = mark.id
        self.type = type
        typeName = mark.typeName
        channel = mark.channel
        details = mark.details
    }

    static func == (a: EventMark, b: EventMark) -> Bool { a.key == b.key }

    /// The order of the walk.
    static func < (a: EventMark, b: EventMark) -> Bool {
        if a.timeMs != b.timeMs { return a.timeMs < b.timeMs }
        return a.rank != b.rank ? a.rank < b.rank : a.key < b.key
    }
}

extension Rulebook {
    /// A reference, of the properties or else of the names: the first that is not blocked.
    func reference(_ name: ReferenceName, of event: Touchpoint) -> Text? {
        switch event.properties[name.property] {
        case nil: break
        case .array(let list)?:
            for value in list { if let usable = usable(value) { return usable } }
        case let value?:
            if let usable = usable(value) { return usable }
        }
        for other in event.names where other.namespace == name.namespace {
            if let value = other.value, let usable = usable(.string(value)) { return usable }
        }
        return nil
    }

    private func usable(_ value: Value) -> Text? {
        guard let name = value.name, name.string.utf8.contains(where: { $0 != 48 }) else { return nil }
        if name.string.utf8.count <= blockedBytesMax, blocked.contains(name.string.lowercased()) { return nil }
        let text = name.string
        let isBlocked = blockedPatterns.contains {
            $0.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        }
        return isBlocked ? nil : name
    }
}

extension Value? {
    /// A name: text that is not blank, trimmed, or a whole number.
    var name: Text? {
        switch self {
        case .string(let text)?:
            let trimmed = text.trimmedOfBlanks()
            return trimmed.isEmpty ? nil : Text(trimmed)
        case .int(let number)?: return Text(String(number))
        case .double?: return Number(self)?.wholeText.map { Text($0) }
        default: return nil
        }
    }

    /// Neither absent nor empty, zero or false.
    var isTruthy: Bool {
        switch self {
        case nil, .null?, .bool(false)?, .int(0)?: false
        case .double(let number)?: number != 0
        case .string(let text)?: !text.isEmpty
        case .array(let items)?: !items.isEmpty
        case .object(let members)?: !members.isEmpty
        default: true
        }
    }
}

extension Value {
    var name: Text? { Optional(self).name }
}

extension Touchpoint {
    /// `product_id`, else `sku`.
    var product: Text? { properties[P.productID].name ?? properties[P.sku].name }

    /// A positive number; nil: none, or all.
    var quantity: Number? { Number.positive(properties[P.quantity]) }

    /// What the event lists, then what it names itself.
    var listedProducts: [(product: Text, quantity: Number?)] {
        var found: [(Text, Number?)] = []
        if case .array(let items)? = properties[P.products] {
            for item in items {
                guard case .object = item, let product = item["product_id"].name ?? item["sku"].name else { continue }
                found.append((product, Number.positive(item["quantity"])))
            }
        }
        if let product { found.append((product, quantity)) }
        return found
    }
}

extension Number {
    static func positive(_ value: Value?) -> Number? {
        Number(value).flatMap { .int(0) < $0 ? $0 : nil }
    }
}
