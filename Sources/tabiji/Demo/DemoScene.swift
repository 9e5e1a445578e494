// SPDX-License-Identifier: Apache-2.0
internal import Digests

/// The person whose journey the demo tells: every event of hers, in order.
enum DemoScene {
    static let cookie = (namespace: "anonymous_id", value: "demo-cookie-5e1f")
    static let card = (namespace: "loyalty_id", value: "DEMO-2210-7734")
    static let phoneApp = (namespace: "app_id", value: "demo-phone-91")
    static let user = (namespace: "user_id", value: "demo-haruka")
    static let email = (namespace: "email", value: "haruka@example.jp")
    /// Generated people have numbers with 090.
    static let phone = (namespace: "phone", value: "+818012345678")
    static let messenger = (namespace: "line_id", value: "demo-line-haruka")
    static let order = (namespace: "order_id", value: "DEMO-1001")
    static let parcel = (namespace: "parcel_id", value: "DEMO-4411-0098")
    static let replacement = (namespace: "order_id", value: "DEMO-1002")
    static let replacementParcel = (namespace: "parcel_id", value: "DEMO-4411-0152")
    static let talk = (namespace: "conversation_id", value: "demo-talk-3")

    /// How an event of the scene is called: its number from 1 on.
    static func id(_ number: Int) -> String { "scene-\(number < 10 ? "0" : "")\(number)" }

    /// The names by which she is known, with their values.
    static let names = [cookie, card, phoneApp, user, email, phone, messenger]

    static func steps(_ day: SceneCalendar) -> [SceneStep] {
        looking(day) + buying(day) + waiting(day) + asking(day) + mending(day)
    }

    /// A cart from the web to the app to the shop; on the way three strangers turn out to be one.
    private static func looking(_ day: SceneCalendar) -> [SceneStep] {
        let jacket = #""product_id":"rain-jacket","price":16800"#
        return [
            SceneStep(
                timeMs: day.ago(9, 20, 41),
                channel: "ads",
                type: "ad_clicked",
                tells: "Somebody clicks an ad; all that is known is a cookie",
                identifiers: [cookie],
                properties: #""campaign":"rainy-season""#
            ),
            SceneStep(
                timeMs: day.ago(9, 20, 43),
                channel: "web",
                type: "product_viewed",
                tells: "The cookie looks at a rain jacket",
                identifiers: [cookie],
                properties: jacket
            ),
            SceneStep(
                timeMs: day.ago(9, 20, 46),
                channel: "web",
                type: "product_added",
                tells: "… puts it into the cart, and leaves",
                identifiers: [cookie],
                properties: jacket + #","quantity":1"#
            ),
            SceneStep(
                timeMs: day.ago(8, 15, 20),
                channel: "store",
                type: "product_tried",
                tells: "Somebody tries it on in the shop; the loyalty card is scanned",
                identifiers: [card],
                properties: #""product_id":"rain-jacket","location":"shibuya""#
            ),
        ]
    }

    /// Who she is, and what the cart holds.
    private static func buying(_ day: SceneCalendar) -> [SceneStep] {
        let bought =
            #""order_id":"\#(order.value)","revenue":16800,"currency":"JPY","fulfilment":"delivery","#
            + #""parcels":["\#(parcel.value)"],"promised_at":\#(day.ago(5, 21, 0)),"#
            + #""products":[{"product_id":"rain-jacket","quantity":1,"price":16800}]"#
        return [
            SceneStep(
                timeMs: day.ago(8, 22, 2),
                channel: "app",
                type: "signed_in",
                tells: "Haruka signs in on the app of her phone",
                identifiers: [user, phoneApp]
            ),
            SceneStep(
                timeMs: day.ago(8, 22, 3),
                channel: "app",
                type: "account_linked",
                tells: "… and adds her card and LINE: it was she who was in the shop",
                identifiers: [user, card, messenger]
            ),
            SceneStep(
                timeMs: day.ago(8, 22, 9),
                channel: "web",
                type: "signed_in",
                tells: "… signs in on the web: the cookie was hers too",
                identifiers: [user, cookie, email]
            ),
            SceneStep(
                timeMs: day.ago(8, 22, 12),
                channel: "app",
                type: "cart_viewed",
                tells: "The app shows the cart from the web; only the phone's app is named",
                identifiers: [phoneApp]
            ),
            SceneStep(
                timeMs: day.ago(7, 11, 20),
                channel: "store",
                type: "order_completed",
                tells: "In the shop she buys what the cart holds, sent home within two days",
                identifiers: [card, phone],
                properties: bought
            ),
        ]
    }

    /// Late, and broken.
    private static func waiting(_ day: SceneCalendar) -> [SceneStep] {
        let parcelOnly = #""parcel_id":"\#(parcel.value)""#
        return [
            SceneStep(
                timeMs: day.ago(7, 16, 30),
                channel: "shipping",
                type: "order_shipped",
                tells: "The warehouse ships; it names order and parcel, no person",
                properties: #""order_id":"\#(order.value)","# + parcelOnly
            ),
            SceneStep(
                timeMs: day.ago(4, 9, 12),
                channel: "shipping",
                type: "delivery_updated",
                tells: "The carrier scans a parcel, a day after the promise",
                properties: parcelOnly
            ),
            SceneStep(
                timeMs: day.ago(3, 18, 40),
                channel: "shipping",
                type: "order_delivered",
                tells: "The carrier delivers the parcel",
                properties: parcelOnly
            ),
            SceneStep(
                timeMs: day.ago(3, 19, 5),
                channel: "unboxing",
                type: "package_unboxed",
                tells: "She opens it: the zip is torn",
                identifiers: [phoneApp],
                properties: #""order_id":"\#(order.value)","condition":"damaged","#
                    + #""text":"楽しみにしていたのに、開けたらファスナーが壊れていました。""#
            ),
        ]
    }

    /// From the phone's queue to the messenger.
    private static func asking(_ day: SceneCalendar) -> [SceneStep] {
        let call = #""call_id":"demo-call-8""#
        let about = #""conversation_id":"\#(talk.value)""#
        return [
            SceneStep(
                timeMs: day.ago(2, 12, 3),
                channel: "phone",
                type: "call_queued",
                tells: "She calls; the line knows her number only",
                identifiers: [phone],
                properties: call
            ),
            SceneStep(
                timeMs: day.ago(2, 12, 30),
                channel: "phone",
                type: "call_abandoned",
                tells: "She hangs up after 27 minutes in the queue",
                identifiers: [phone],
                properties: call + #","waited_seconds":1620"#
            ),
            SceneStep(
                timeMs: day.ago(2, 12, 32),
                channel: "messenger",
                type: "message_received",
                tells: "Two minutes later she writes on LINE instead",
                identifiers: [messenger],
                properties: about + #","text":"27分待ちました。ファスナーが壊れています。""#
            ),
            SceneStep(
                timeMs: day.ago(2, 12, 36),
                channel: "messenger",
                type: "agent_replied",
                tells: "An agent who sees all this answers: a new one is on its way",
                identifiers: [messenger],
                properties: about
            ),
        ]
    }

    /// A replacement, and four of five.
    private static func mending(_ day: SceneCalendar) -> [SceneStep] {
        let about = #""conversation_id":"\#(talk.value)""#
        return [
            SceneStep(
                timeMs: day.ago(2, 12, 41),
                channel: "support",
                type: "order_completed",
                tells: "A replacement is ordered for her",
                properties: #""order_id":"\#(replacement.value)","replaces":"\#(order.value)","#
                    + #""revenue":0,"currency":"JPY","parcels":["\#(replacementParcel.value)"]"#
            ),
            SceneStep(
                timeMs: day.ago(2, 12, 44),
                channel: "support",
                type: "case_resolved",
                tells: "The case is closed",
                properties: about
            ),
            SceneStep(
                timeMs: day.ago(2, 17, 0),
                channel: "shipping",
                type: "order_shipped",
                tells: "The replacement is shipped",
                properties: #""order_id":"\#(replacement.value)","parcel_id":"\#(replacementParcel.value)""#
            ),
            SceneStep(
                timeMs: day.ago(1, 11, 20),
                channel: "shipping",
                type: "order_delivered",
                tells: "The replacement arrives; again the parcel alone is named",
                properties: #""parcel_id":"\#(replacementParcel.value)""#
            ),
            SceneStep(
                timeMs: day.ago(1, 19, 30),
                channel: "unboxing",
                type: "package_unboxed",
                tells: "She opens it: this one is fine",
                identifiers: [phoneApp],
                properties: #""order_id":"\#(replacement.value)","condition":"ok","#
                    + #""text":"丁寧な梱包と手書きのお手紙に感動しました!""#
            ),
            SceneStep(
                timeMs: day.ago(1, 20, 10),
                channel: "email",
                type: "csat_answered",
                tells: "She answers the survey by e-mail: 4 of 5",
                identifiers: [email],
                properties: #""score":4,"max":5"#
            ),
        ]
    }
}

/// Who stands behind a keyed hash: only the scene knows.
struct SceneNames {
    private var texts: [String: String] = [:]

    init(hasher: IdentifierHasher) {
        for (namespace, value) in DemoScene.names {
            let hash = hasher.identifier(realm: "default", namespace: namespace, value: value)
            texts["\(namespace):\(hash.hex)"] = "\(namespace) \(value)"
        }
    }

    /// - Parameter identifier: `namespace:hash`.
    func text(_ identifier: String) -> String { texts[identifier] ?? identifier }
}
