// SPDX-License-Identifier: Apache-2.0

/// What people write, in Japanese and English, by how they feel.
struct Phrases: Sendable {
    var japanese: [String]
    var english: [String]

    static let unboxedWell = Phrases(
        japanese: ["丁寧な梱包でうれしいです", "思っていたより素敵でした！", "箱を開けた瞬間、いい香りがしました"],
        english: [
            "Lovely packaging, thank you!", "Even nicer than in the pictures.",
            "Everything arrived in perfect condition.",
        ]
    )
    static let unboxedBadly = Phrases(
        japanese: ["箱がつぶれていて、中身が割れていました", "注文したものと違う商品が入っていました", "一つ足りません。がっかりです"],
        english: [
            "The box was crushed and the cup is broken.", "This is not what I ordered.",
            "One item is missing. Very disappointing.",
        ]
    )
    static let angry = Phrases(
        japanese: ["電話が全然つながりません。いい加減にしてください", "まだ届きません。どうなっているんですか", "対応が遅すぎます。二度と買いません"],
        english: [
            "I have been on hold for half an hour. This is unacceptable!", "Where is my order? Nobody answers.",
            "Terrible service, I want my money back.",
        ]
    )
    static let asking = Phrases(
        japanese: ["配送日を変更できますか？", "ギフト包装はお願いできますか", "この商品の再入荷はいつですか"],
        english: ["Can I change the delivery date?", "Do you offer gift wrapping?", "When will it be back in stock?"]
    )
    static let answering = Phrases(
        japanese: ["ご不便をおかけして申し訳ございません。すぐに確認いたします", "ご連絡ありがとうございます。手配いたしました"],
        english: ["I am sorry about that, let me check right away.", "Thank you for writing. It is arranged."]
    )
    static let praising = Phrases(
        japanese: ["とても気に入りました。また買います！", "香りがよくて毎日使っています", "友達にもすすめたいです"],
        english: ["Love it, will buy again!", "I use it every day. Great quality.", "Best tea I have had in years."]
    )
    static let lukewarm = Phrases(
        japanese: ["普通です。可もなく不可もなく", "値段の割にはまあまあ"],
        english: ["It is okay, nothing special.", "Fine for the price."]
    )
    static let complaining = Phrases(
        japanese: ["すぐに壊れました。残念です", "写真と色が違いすぎます", "届くのが遅くて使えませんでした"],
        english: [
            "Broke after two days. Waste of money.", "The colour is nothing like the photo.",
            "Came too late to be of any use.",
        ]
    )
    static let returning = Phrases(
        japanese: ["サイズが合いませんでした", "イメージと違いました"],
        english: ["Does not fit.", "Not what I expected."]
    )

    func pick(_ isJapanese: Bool, _ chance: inout Chance) -> String { chance.pick(isJapanese ? japanese : english) }
}
