// SPDX-License-Identifier: Apache-2.0
internal import Digests
public import Touchpoints

/// What is remembered of a customer's events beside the fold.
public struct WalkNotes: Codable, Sendable {
    /// Of the first event.
    public private(set) var realm = ""
    /// What the newest `consent_changed` says; at equal times a withdrawal wins; nil: there is none.
    public private(set) var consent: Bool?
    private var consentMs = Int64.min
    /// The identifier whose hash is the customer's id, if an event names it.
    public private(set) var ownName: Identifier?
    /// Products that were ever wished or put into a cart, since when.
    var wanted = SortedMap<Text, WalkPlace>()

    mutating func take(_ event: Touchpoint, of customer: Hash128, isFirst: Bool) {
        if isFirst { realm = event.realm }
        if ownName == nil { ownName = event.names.first { $0.hash == customer } }
        if let given = event.consentChange, event.timeMs > consentMs || consent != false {
            consent = given
            consentMs = event.timeMs
        }
    }
}

extension Touchpoint {
    /// What a `consent_changed` says of linking; nil: nothing, or it is another type.
    public var consentChange: Bool? {
        guard type == "consent_changed" else { return nil }
        let said = properties[Self.consentProperty]?["identity"] ?? rest["consent"]?["identity"]
        if case .bool(let given) = said { return given }
        return consent
    }

    private static let consentProperty = PropertyID("consent")
}

extension Touchpoint {
    /// The product that it is about: `product_id`, else `sku`; nil: none.
    public var productName: String? { product?.string }
}
