// SPDX-License-Identifier: Apache-2.0

/// A name of a thing (an order, a case, a product): compared, sorted and told apart by its UTF-8 bytes.
///
/// `String` would take canonically equivalent spellings for one.
public struct Text: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let string: String

    public init(_ string: String) { self.string = string }

    public init(from decoder: any Decoder) throws { string = try decoder.singleValueContainer().decode(String.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }

    public static func == (a: Text, b: Text) -> Bool {
        let (x, y) = (a.string.utf8, b.string.utf8)
        guard x.count == y.count else { return false }
        let (xs, ys) = (x.span, y.span)
        for index in xs.indices where xs[index] != ys[index] { return false }
        return true
    }

    public static func < (a: Text, b: Text) -> Bool {
        let (xs, ys) = (a.string.utf8.span, b.string.utf8.span)
        for index in 0..<min(xs.count, ys.count) where xs[index] != ys[index] { return xs[index] < ys[index] }
        return xs.count < ys.count
    }

    /// Same bytes are canonically equivalent, so the hash of the string serves.
    public func hash(into hasher: inout Hasher) { string.hash(into: &hasher) }

    public var description: String { string }
}

extension String {
    /// Whether both have the same bytes.
    func hasBytes(of other: String) -> Bool { Text(self) == Text(other) }

    /// Without white space at both ends: Unicode's, and the four separators U+001C–U+001F.
    func trimmedOfBlanks() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return self }
        if !first.isBlank, !last.isBlank { return self }
        var start = scalars.startIndex
        var end = scalars.endIndex
        while start < end, scalars[start].isBlank { start = scalars.index(after: start) }
        while start < end, scalars[scalars.index(before: end)].isBlank { end = scalars.index(before: end) }
        return String(scalars[start..<end])
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool {
        value < 0x80
            ? value == 0x20 || (0x09...0x0d).contains(value) || (0x1c...0x1f).contains(value)
            : properties.isWhitespace
    }
}

extension [Text] {
    /// Adds to a sorted list that holds each once.
    mutating func insertSorted(_ text: Text) {
        let place = firstIndex { !($0 < text) } ?? endIndex
        if place < endIndex, self[place] == text { return }
        insert(text, at: place)
    }
}
