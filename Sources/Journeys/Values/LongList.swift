// SPDX-License-Identifier: Apache-2.0

/// A list that only grows, in small pieces: a copy shares all pieces, and a change copies only the piece that it falls into.
struct LongList<Element: Sendable>: Sendable {
    /// All but the last are full.
    private var pieces: [[Element]] = []
    private(set) var count = 0

    private static var pieceMax: Int { 32 }

    mutating func append(_ element: Element) {
        if count % Self.pieceMax == 0 {
            pieces.append([element])
        } else {
            pieces[pieces.count - 1].append(element)
        }
        count += 1
    }
}

extension LongList: RandomAccessCollection, MutableCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(index: Int) -> Element {
        get { pieces[index / Self.pieceMax][index % Self.pieceMax] }
        _modify { yield &pieces[index / Self.pieceMax][index % Self.pieceMax] }
    }
}

extension LongList: Codable where Element: Codable {
    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd { append(try container.decode(Element.self)) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for element in self { try container.encode(element) }
    }
}
