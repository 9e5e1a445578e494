// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// The properties that the machinery reads, by the names that they have at intake.
enum P {
    static let orderID = PropertyID("order_id")
    static let parcelID = PropertyID("parcel_id")
    static let returnID = PropertyID("return_id")
    static let subscriptionID = PropertyID("subscription_id")
    static let replaces = PropertyID("replaces")
    static let replacementOrderID = PropertyID("replacement_order_id")
    static let parcels = PropertyID("parcels")
    static let promisedAt = PropertyID("promised_at")
    static let revenue = PropertyID("revenue")
    static let currency = PropertyID("currency")
    static let fulfilment = PropertyID("fulfilment")
    static let refund = PropertyID("refund")
    static let products = PropertyID("products")
    static let full = PropertyID("full")
    static let productID = PropertyID("product_id")
    static let sku = PropertyID("sku")
    static let quantity = PropertyID("quantity")
    static let location = PropertyID("location")
    static let score = PropertyID("score")
    static let max = PropertyID("max")
    static let rating = PropertyID("rating")
    static let emotion = PropertyID("emotion")
    static let text = PropertyID("text")
    static let traits = PropertyID("traits")
    static let campaign = PropertyID("campaign")
    static let direction = PropertyID("direction")
    static let waitedSeconds = PropertyID("waited_seconds")

    /// What any event may have: it names things of the customer's.
    static let ofAnyType: Set<String> = [
        "order_id", "parcel_id", "return_id", "subscription_id", "conversation_id", "case_id", "call_id", "replaces",
        "replacement_order_id", "product_id", "sku", "products", "traits", "campaign",
    ]

    static let names: Set<String> = [
        "order_id", "parcel_id", "return_id", "subscription_id", "conversation_id", "case_id", "call_id", "replaces",
        "replacement_order_id", "parcels", "promised_at", "revenue", "currency", "fulfilment", "refund", "products",
        "full", "product_id", "sku", "quantity", "location", "score", "max", "rating", "emotion", "text", "traits",
        "campaign", "direction", "waited_seconds",
    ]
}

/// A reference that the machinery reads: a property, or else one of the event's names.
struct ReferenceName {
    let property: PropertyID
    let namespace: NamespaceID
    let name: String

    init(_ name: String) {
        property = PropertyID(name)
        namespace = NamespaceID(name)
        self.name = name
    }

    static let order = ReferenceName("order_id")
    static let parcel = ReferenceName("parcel_id")
    static let `return` = ReferenceName("return_id")
    static let subscription = ReferenceName("subscription_id")
    static let replaces = ReferenceName("replaces")
    static let replacement = ReferenceName("replacement_order_id")
    static let caseID = ReferenceName("case_id")
    /// A case's ids, in the order in which they name it.
    static let ofCases = [caseID, ReferenceName("conversation_id"), ReferenceName("call_id")]
}
