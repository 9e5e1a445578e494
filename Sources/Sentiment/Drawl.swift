// SPDX-License-Identifier: Apache-2.0

/// Marks that draw out a word between hiragana: すごーい, おいし〜い. The dictionary has the words without them.
enum Drawl {
    /// Where the marks that begin here end; nil: here are none, or they are part of a word.
    static func end(_ text: [UInt8], _ index: Int, after bytes: [UInt8]) -> Int? {
        guard isMark(text, index), bytes.count > 2, isHiragana(bytes, bytes.count - 3) else { return nil }
        var end = index
        while isMark(text, end) { end += 3 }
        return isHiragana(text, end) ? end : nil
    }

    /// ー, 〜 and ～.
    private static func isMark(_ text: [UInt8], _ at: Int) -> Bool {
        guard at + 2 < text.count else { return false }
        switch (text[at], text[at + 1], text[at + 2]) {
        case (0xe3, 0x83, 0xbc), (0xe3, 0x80, 0x9c), (0xef, 0xbd, 0x9e): return true
        default: return false
        }
    }

    private static func isHiragana(_ text: [UInt8], _ at: Int) -> Bool {
        guard at + 2 < text.count, text[at] == 0xe3 else { return false }
        return text[at + 1] == 0x81 || (text[at + 1] == 0x82 && text[at + 2] < 0xa0)
    }
}
