// SPDX-License-Identifier: Apache-2.0
internal import JSONTape

/// A name that the decoder looks for: its bytes, and their 32-bit hash to tell most others at once.
struct MemberName: Sendable {
    let text: String
    let bytes: [UInt8]
    let id: UInt32

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        id = fnv1a(text)
    }
}

/// 32-bit FNV-1a of a range of bytes.
func fnv1a(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for at in range { hash = (hash ^ UInt32(bytes[at])) &* 16_777_619 }
    return hash
}

/// One member of properties or traits while they are put together: its name stands in the document or in the
/// decoder's table.
struct DraftMember {
    enum Name {
        /// An element of the document.
        case element(Int)
        /// An index of the decoder's `givenNames`.
        case given(Int)
    }

    var id: UInt32
    var name: Name
    /// An element of the document.
    var value: Int
}

/// Names that a format knows; those that it does not are counted.
struct NameSet: Sendable {
    private let names: [MemberName]

    init(_ names: [String]) { self.names = names.map(MemberName.init) }

    func contains(_ document: JSONDocument, _ element: Int) -> Bool {
        for name in names where document.equals(element, name.bytes) { return true }
        return false
    }
}
