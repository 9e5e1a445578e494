// SPDX-License-Identifier: Apache-2.0
internal import JSONTape

/// A name that the decoder looks for: its bytes, and their 32-bit hash to tell most others at once.
final class MemberName: Sendable {
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
    /// By how many bytes they have.
    private let names: [[[UInt8]]]

    init(_ names: [String]) {
        var byCount: [[[UInt8]]] = []
        for name in names.map({ Array($0.utf8) }) {
            while byCount.count <= name.count { byCount.append([]) }
            byCount[name.count].append(name)
        }
        self.names = byCount
    }

    func contains(_ document: JSONDocument, _ element: Int) -> Bool {
        let count = document.count(element)
        guard count < names.count else { return false }
        for name in names[count] where document.equals(element, name) { return true }
        return false
    }
}

/// The names of kept properties, by their hashes: a table that is never more than half full.
struct KeptNames: Sendable {
    private var slots: [MemberName?]

    init(_ names: Set<String>) {
        var size = 16
        while size < names.count * 2 { size *= 2 }
        slots = Array(repeating: nil, count: size)
        for name in names.sorted() {
            var slot = Int(fnv1a(name)) & (size - 1)
            while slots[slot] != nil { slot = (slot + 1) & (size - 1) }
            slots[slot] = MemberName(name)
        }
    }

    /// Whether a name of this hash is kept: `isSame` compares the bytes.
    func contains(id: UInt32, _ isSame: (_ bytes: [UInt8]) -> Bool) -> Bool {
        var slot = Int(id) & (slots.count - 1)
        while let name = slots[slot] {
            if name.id == id, isSame(name.bytes) { return true }
            slot = (slot + 1) & (slots.count - 1)
        }
        return false
    }
}
