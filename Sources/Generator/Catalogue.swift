// SPDX-License-Identifier: Apache-2.0

/// What the shop sells, where, and how it calls on people.
enum Catalogue {
    struct Product: Sendable {
        var id: String
        var name: String
        var category: String
        /// Japanese yen.
        var price: Int
    }

    static let products: [Product] = [
        .init(id: "tea-sencha", name: "深蒸し煎茶 100g", category: "tea", price: 1280),
        .init(id: "tea-hojicha", name: "Hojicha 200 g", category: "tea", price: 980),
        .init(id: "tea-matcha", name: "宇治抹茶 30g", category: "tea", price: 2400),
        .init(id: "cup-arita", name: "有田焼 湯呑み", category: "tableware", price: 3800),
        .init(id: "cup-glass", name: "Heat-proof glass", category: "tableware", price: 1650),
        .init(id: "kettle-iron", name: "南部鉄器 急須", category: "tableware", price: 12_800),
        .init(id: "sweet-yokan", name: "一口羊羹 10本", category: "sweets", price: 2160),
        .init(id: "sweet-senbei", name: "Rice crackers, mixed", category: "sweets", price: 1080),
        .init(id: "sweet-daifuku", name: "いちご大福 6個", category: "sweets", price: 1740),
        .init(id: "coat-rain", name: "レインコート", category: "clothing", price: 9800),
        .init(id: "shirt-linen", name: "Linen shirt", category: "clothing", price: 7900),
        .init(id: "shoes-walk", name: "ウォーキングシューズ", category: "clothing", price: 14_300),
        .init(id: "bag-tote", name: "帆布トート", category: "bags", price: 6600),
        .init(id: "bag-travel", name: "Cabin bag 38 L", category: "bags", price: 24_200),
        .init(id: "cream-hand", name: "柚子ハンドクリーム", category: "care", price: 1430),
        .init(id: "soap-olive", name: "Olive soap, 3 bars", category: "care", price: 1210),
        .init(id: "serum-rice", name: "米ぬか美容液", category: "care", price: 4950),
        .init(id: "candle-hinoki", name: "Hinoki candle", category: "home", price: 2970),
        .init(id: "towel-imabari", name: "今治タオル", category: "home", price: 2750),
        .init(id: "lamp-washi", name: "和紙ランプ", category: "home", price: 18_700),
    ]

    static let stores = ["shibuya", "kichijoji", "umeda", "sannomiya", "sapporo"]
    static let campaigns = ["spring-tea", "gift-week", "rain-season", "back-in-stock", "newcomer", "members-day"]
    static let creators = ["mina_tabi", "tea_with_ken", "furoshiki_life"]
    static let queries = ["煎茶", "gift", "父の日 ギフト", "rain coat", "湯呑み", "travel bag", "ハンドクリーム", "senbei"]
    static let carriers = ["kuroneko", "sagawa", "yupack"]
    static let plans = ["tea-monthly", "sweets-monthly", "care-box"]
    static let coupons = ["WELCOME10", "HARU2025", "LINE500"]
    static let articles = ["returns", "delivery-times", "gift-wrapping", "payment", "subscription-skip"]

    static let families = [
        "sato", "suzuki", "takahashi", "tanaka", "ito", "watanabe", "yamamoto", "nakamura", "smith", "garcia",
    ]
    static let givenNames = [
        "hanako", "taro", "yui", "ren", "aoi", "haruto", "emma", "ken", "mei", "daiki", "noah", "rin",
    ]
    static let mailHosts = ["example.com", "example.jp", "mail.example.net", "example.org"]
}
