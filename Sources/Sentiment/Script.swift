// SPDX-License-Identifier: Apache-2.0

/// Tells Japanese by its letters: kana, or a few Han characters as Japanese writes them. A longer text without any kana is Chinese.
struct Script {
    /// What Japanese writes without kana is short: 至急対応希望.
    private static let hanMax = 12
    /// Characters that Chinese can hardly do without, and Japanese has not.
    private static let chinese = Set(
        "们这没吗呢说话还让买卖东价货质邮为时发从对过见个谢么哪你她它很吧啊們這沒嗎說讓賣價為發對麼怎"
            .unicodeScalars.map { $0.value }
    )

    private var kana = 0
    private var han = 0
    private var isChinese = false

    var isJapanese: Bool { kana > 0 || (han > 0 && han <= Self.hanMax && !isChinese) }

    /// Looks at the byte of a text that begins a character.
    mutating func add(_ text: [UInt8], _ index: Int) {
        let lead = text[index]
        guard lead >= 0xe3, lead < 0xf0, index + 2 < text.count else { return }
        switch (lead, text[index + 1]) {
        case (0xe3, 0x81), (0xe3, 0x82), (0xe3, 0x83): kana += 1
        // Half-width kana.
        case (0xef, 0xbd) where text[index + 2] >= 0xa6, (0xef, 0xbe) where text[index + 2] < 0xa0: kana += 1
        case (0xe4...0xe9, _):
            han += 1
            guard kana == 0, han <= Self.hanMax else { return }
            let scalar =
                UInt32(lead & 0x0f) << 12 | UInt32(text[index + 1] & 0x3f) << 6 | UInt32(text[index + 2] & 0x3f)
            if Self.chinese.contains(scalar) { isChinese = true }
        default: break
        }
    }
}
