// SPDX-License-Identifier: Apache-2.0
import Configuration
import JapaneseWords
import Sentiment
import Testing

private let model = Result { try TabijiConfiguration.shipped().sentiment }

private func read(_ text: String) throws -> TextReading {
    try #require(try TextReader(model.get(), WordDictionary()).read(text))
}

@Suite struct `A text` {
    @Test(arguments: [
        ("電話が27分もつながりません。昨日届くはずの荷物が来ない。いい加減にしてください。", -1.0, -0.4),
        ("対応は早かったです。ありがとう", 0.2, 1),
        ("楽しみにしていたのに、開けたらカップが割れていました。本当に残念です。", -1, -0.5),
        ("丁寧な梱包と手書きのお手紙に感動しました!", 0.5, 1),
        ("最初は割れていましたが、対応が神でした。", 0.2, 1),
        ("困りました。", -1, -0.2), ("がっかりです。", -1, -0.2), ("改善していただきたいです。", -1, -0.1),
        ("もう少し大きければ良かったです。", -1, -0.1), ("何も問題ありませんでした。", 0.05, 1),
        ("The parcel is broken and nobody answers!!!", -1, -0.4), ("Great service, thank you!", 0.5, 1),
        ("The staff was not helpful.", -1, -0.1),
        ("もっと丁寧に対応してほしいです。", -1, -0.1), ("失敗したことがありません。", 0.05, 1), ("歯ブラシがなかった。", -1, -0.05),
        ("delivery が遅くて worst です", -1, -0.4), ("😡", -1, -0.3), ("😊👍", 0.3, 1),
        ("手順を教えてください。", -0.2, 0.2), ("The door would not close.", -1, -0.1), ("This is too small.", -1, -0.1),
        ("They fixed the problem in no time.", 0.1, 1), ("Thanks for losing my luggage.", -1, -0.1),
        ("Dont waste your money.", -1, -0.3),
        ("使い方を教えてくれました。", 0.25, 1), ("使い方を教えてくれますか。", -0.2, 0.2), ("信頼を失いました。", -1, -0.1), ("蒸れないです。", 0.05, 1),
        ("こんなに遅いと思わなかった。", -1, -0.1), ("感動的な遅さです。", -1, -0.1), ("全く問題無しです。", 0.1, 1),
        ("閉店間際なのに、親切に対応してくれました。", 0.6, 1), ("この値段なら満足です。", 0.2, 1), ("壊れそうな感じはしないです。", 0.05, 1),
        ("We never travel without it.", 0.1, 1), ("The box came without the charger.", -1, -0.1),
        ("The problem was fixed.", 0.1, 1), ("The problem was not fixed.", -1, -0.1),
        ("It worked well, now it is broken.", -1, -0.1), ("It was broken, now it works well.", 0.2, 1),
    ])
    func `is read as its writer meant it`(_ text: String, low: Double, high: Double) throws {
        let score = try read(text).score
        #expect((low...high).contains(score), "\(text): \(score)")
    }

    @Test(arguments: [
        ("対応はよかったです。", "対応はよくなかったです。"), ("とても嬉しいです。", "少し嬉しいです。"),
        ("値段は高いですが、味は美味しいです。", "味は美味しいですが、値段は高いです。"), ("使いやすいです。", "使いやすいですか？"),
        ("届きました😊", "届きました😡"), ("It is good, but late and broken.", "It is late and broken, but good."),
        ("The food is really good.", "The food is good."), ("It is GOOD stuff!", "It is good stuff"),
        ("I love it :)", "I love it :("), ("This is small.", "This is too small."),
        ("Thanks, it is broken.", "It is broken."),
    ])
    func `is better or worse by what stands around a word`(_ a: String, _ b: String) throws {
        let (a, b) = (try read(a).score, try read(b).score)
        #expect(a != b)
        #expect(abs(a) <= 1 && abs(b) <= 1)
    }

    @Test(arguments: [
        ("ｻｲｱｸです。ﾊﾟｿｺﾝが壊れた", "サイアクです。パソコンが壊れた"), ("すごーーい、おいし〜い！", "すごい、おいしい！"),
        ("最悪です。https://shop.example/best?good=1", "最悪です。"), ("@great_shop 届かない", "届かない"),
        ("@lovely_shop it is broken", "it is broken"), ("I dont like it", "I don't like it"),
        ("soooo baaad", "so bad"), ("Broken!Never again", "Broken! Never again"), ("I’m happy", "I'm happy"),
    ])
    func `is read as if it were written plainly`(_ a: String, _ b: String) throws {
        let (a, b) = (try read(a), try read(b))
        #expect(a == b)
        #expect(a.score.magnitude > 0.1)
    }

    @Test(arguments: [
        "이 제품은 정말 최악입니다. 배송도 늦었어요.", "这个产品的质量很差，客服态度也不好，我非常失望。", "質量太差了,退貨!", "สินค้าแย่มาก ส่งช้า",
        "المنتج سيء جدا", "Товар ужасный", "Das Produkt ist schrecklich", "\u{fffd}\u{fffd}", "\u{1}あ\u{2}", "?!",
        "12345",
    ])
    func `that nobody here reads is neither good nor bad`(_ text: String) throws {
        let reading = try read(text)
        #expect(reading.score.magnitude < 0.1)
        #expect(reading.confidence < 0.2)
        #expect(reading.emotion == nil)
    }

    @Test func `names its emotion and what it is about`() throws {
        let reading = try read("電話が27分もつながりません。昨日届くはずの荷物が来ない。いい加減にしてください。")
        #expect(["anger", "frustration"].contains(reading.emotion))
        #expect(Set(reading.topics.map(\.topic)).isSuperset(of: ["delivery", "service"]))
        #expect(reading.topics.allSatisfy { $0.score < 0 })
        #expect((0.5...1).contains(reading.confidence))
    }

    @Test(arguments: ["", " ", "\n\n", "\t\u{0}"])
    func `without anything to read has no mood`(_ text: String) throws {
        #expect(try TextReader(model.get(), WordDictionary()).read(text) == nil)
    }

    @Test func `gives the same reading whatever was read before`() throws {
        let texts = ["最悪です。", "I hate it", "ありがとう😊", "届きましたか？\n連絡がない", "", "🙂", "!?", "。", "あ\u{0}い", "ｱｲｳ", "한국어"]
        let (shared, model) = (try TextReader(model.get(), WordDictionary()), try model.get())
        for text in texts + texts.reversed() {
            #expect(shared.read(text) == (try TextReader(model, WordDictionary()).read(text)))
        }
    }

    @Test func `may be longer than anybody reads`() throws {
        for text in [
            String(repeating: "残念です。", count: 9_000), String(repeating: "bad ", count: 9_000),
            String(repeating: "🙂", count: 9_000), String(repeating: "ｱ", count: 9_000),
            String(repeating: "@a", count: 9_000),
            String(repeating: "a...", count: 9_000), String(repeating: "漢", count: 350_000),
        ] {
            let score = try read(text).score
            #expect((-1...1).contains(score))
        }
    }
}
