// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Texts of ids and identifiers: where they begin and end, and what they may not hold.
enum IdentifierText {
    static let bytesMax = 256

    /// The text without white space (Unicode's White_Space) around it. nil when it is over 256 bytes or has control
    /// characters.
    ///
    /// - Parameter range: of UTF-8 that is valid.
    static func trim(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, case let length = whiteLength(bytes, start, end), length > 0 { start += length }
        while start < end, case let length = whiteLengthBefore(bytes, start, end), length > 0 { end -= length }
        guard end - start <= bytesMax else { return nil }
        for at in start..<end {
            let byte = bytes[at]
            if byte >= 0x20, byte != 0x7f, byte != 0xc2 { continue }
            if byte != 0xc2 || bytes[at + 1] < 0xa0 { return nil }
        }
        return start..<end
    }

    /// The same of a text of its own.
    static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var (start, end) = (0, bytes.count)
        while start < end, case let length = whiteLength(bytes, start, end), length > 0 { start += length }
        while start < end, case let length = whiteLengthBefore(bytes, start, end), length > 0 { end -= length }
        return end - start == bytes.count ? text : String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// How many bytes the white space at `at` takes; 0: there is none.
    private static func whiteLength(_ bytes: [UInt8], _ at: Int, _ end: Int) -> Int {
        let byte = bytes[at]
        if byte < 0x80 { return byte == 0x20 || 9...13 ~= byte ? 1 : 0 }
        if byte == 0xc2, at + 1 < end { return bytes[at + 1] == 0x85 || bytes[at + 1] == 0xa0 ? 2 : 0 }
        guard 0xe1...0xe3 ~= byte, at + 2 < end else { return 0 }
        switch (byte, bytes[at + 1], bytes[at + 2]) {
        case (0xe1, 0x9a, 0x80), (0xe2, 0x80, 0x80...0x8a), (0xe2, 0x80, 0xa8), (0xe2, 0x80, 0xa9), (0xe2, 0x80, 0xaf),
            (0xe2, 0x81, 0x9f), (0xe3, 0x80, 0x80):
            return 3
        default: return 0
        }
    }

    private static func whiteLengthBefore(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        if bytes[end - 1] < 0x80 { return whiteLength(bytes, end - 1, end) }
        for length in [2, 3] where end - length >= start {
            if whiteLength(bytes, end - length, end) == length { return length }
        }
        return 0
    }

    /// An e-mail address as it is compared: NFKC, trimmed, lower case, NFKC. nil without exactly one `@` with
    /// something on both sides.
    static func email(_ text: String) -> String? {
        var form = text
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            form = SnakeCase.lowercased(trimmed(text))
        } else {
            form =
                SnakeCase.lowercased(trimmed(text.precomposedStringWithCompatibilityMapping))
                .precomposedStringWithCompatibilityMapping
        }
        var ats = 0
        for byte in form.utf8 where byte == 0x40 { ats += 1 }
        return ats == 1 && form.utf8.first != 0x40 && form.utf8.last != 0x40 ? form : nil
    }
}
