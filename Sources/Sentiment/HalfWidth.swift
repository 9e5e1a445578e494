// SPDX-License-Identifier: Apache-2.0

/// Half-width kana (U+FF61 … U+FF9F), and the whole ones that the dictionary knows.
enum HalfWidth {
    private static let first: UInt32 = 0xff61
    private static let whole = Array(
        "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜".unicodeScalars
    )
    private static let voicing: UInt32 = 0xff9e
    private static let halfVoicing: UInt32 = 0xff9f

    /// Appends the whole kana, with its voicing mark, of the half-width one here.
    ///
    /// - Returns: where the next character begins; nil: here is none.
    static func append(_ text: [UInt8], _ index: Int, to bytes: inout [UInt8]) -> Int? {
        guard let scalar = scalar(text, index) else { return nil }
        var value = whole[Int(scalar - first)].value
        var end = index + 3
        if let next = self.scalar(text, end), isVoiced(value) {
            if next == voicing {
                value = value == 0x30a6 ? 0x30f4 : value + 1
                end += 3
            } else if next == halfVoicing, (0x30cf...0x30db).contains(value) {
                value += 2
                end += 3
            }
        }
        bytes.append(UInt8(0xe0 | value >> 12))
        bytes.append(UInt8(0x80 | value >> 6 & 0x3f))
        bytes.append(UInt8(0x80 | value & 0x3f))
        return end
    }

    /// カ … ト, ハ … ホ and ウ.
    private static func isVoiced(_ value: UInt32) -> Bool {
        (0x30ab...0x30c8).contains(value) || (0x30cf...0x30db).contains(value) || value == 0x30a6
    }

    private static func scalar(_ text: [UInt8], _ index: Int) -> UInt32? {
        guard index + 2 < text.count, text[index] == 0xef else { return nil }
        let scalar = 0xf000 | UInt32(text[index + 1] & 0x3f) << 6 | UInt32(text[index + 2] & 0x3f)
        return (first...halfVoicing).contains(scalar) ? scalar : nil
    }
}
