// SPDX-License-Identifier: Apache-2.0

/// Addresses of pages and names of people (https://…, @name): they name something, and say nothing of it.
enum Address {
    private static let beginnings = ["http://", "https://", "www."].map { Array($0.utf8) }

    /// Where the address that begins here ends; nil: none does.
    static func end(_ text: [UInt8], _ index: Int) -> Int? {
        let byte = Lexicon.lowered(text[index])
        if byte == UInt8(ascii: "@") {
            guard index + 1 < text.count, isLetter(text[index + 1]) else { return nil }
            return after(text, index + 1) { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
        }
        guard byte == UInt8(ascii: "h") || byte == UInt8(ascii: "w"), index == 0 || !isLetter(text[index - 1]) else {
            return nil
        }
        for beginning in beginnings where index + beginning.count <= text.count {
            if beginning.indices.allSatisfy({ Lexicon.lowered(text[index + $0]) == beginning[$0] }) {
                return after(text, index + beginning.count) { (0x21..<0x7f).contains($0) }
            }
        }
        return nil
    }

    private static func after(_ text: [UInt8], _ index: Int, while isPart: (UInt8) -> Bool) -> Int {
        var end = index
        while end < text.count, isPart(text[end]) { end += 1 }
        return end
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(Lexicon.lowered(byte)) }
}
