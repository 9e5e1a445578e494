// SPDX-License-Identifier: Apache-2.0

/// What an element of a document is.
public enum JSONKind: UInt8, Sendable {
    case null, no, yes
    /// A whole number below 2^63, however it was spelled.
    case int
    /// Whole digits without a point or an exponent that need 64 bits or more.
    case bigInteger
    case double, string, array, object
}

/// One element of a document. Members of objects are two: the name (a string), then the value.
@frozen
public struct JSONNode: Sendable, Equatable {
    @usableFromInline var payload: UInt64
    @usableFromInline var count: UInt32
    @usableFromInline var kind: JSONKind

    @inlinable
    init(_ kind: JSONKind, count: UInt32 = 0, payload: UInt64 = 0) {
        self.kind = kind
        self.count = count
        self.payload = payload
    }
}

/// A JSON value, read by the rules of the model: an array of nodes in the order of the text, except that the members
/// of an object are
/// sorted by the UTF-16 units of their names, each name once (of repeated ones the last), lone surrogates are U+FFFD,
/// nulls that mean
/// nothing are gone (all members but those of `traits`; elements of lists of identifiers), and whole numbers are
/// integers.
///
/// Elements are named by their index; the whole value is element 0. Asking an element for what it is not gives zero,
/// nil or nothing.
public struct JSONDocument: Sendable {
    @usableFromInline var nodes: [JSONNode] = []
    /// The UTF-8 of all strings, unescaped. `textRange` says where one stands.
    public internal(set) var text: [UInt8] = []

    /// No text of it needs escapes.
    var isPlain = false

    /// An empty document; parsing fills it.
    public init() {}

    /// The whole value.
    public static let root = 0

    @inlinable public func kind(_ element: Int) -> JSONKind { nodes[element].kind }
    @inlinable public func isObject(_ element: Int) -> Bool { nodes[element].kind == .object }
    @inlinable public func isArray(_ element: Int) -> Bool { nodes[element].kind == .array }
    @inlinable public func isString(_ element: Int) -> Bool { nodes[element].kind == .string }
    @inlinable public func isNull(_ element: Int) -> Bool { nodes[element].kind == .null }

    /// A truth value; nil for everything else.
    @inlinable
    public func bool(_ element: Int) -> Bool? {
        switch nodes[element].kind {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    /// A whole number below 2^63; nil for everything else.
    @inlinable
    public func int(_ element: Int) -> Int64? {
        nodes[element].kind == .int ? Int64(bitPattern: nodes[element].payload) : nil
    }

    /// A number as a double, rounded if it must be; nil for everything else.
    @inlinable
    public func double(_ element: Int) -> Double? {
        switch nodes[element].kind {
        case .int: Double(Int64(bitPattern: nodes[element].payload))
        case .bigInteger, .double: Double(bitPattern: nodes[element].payload)
        default: nil
        }
    }

    /// Where a string stands in `text`; empty for everything else.
    @inlinable
    public func textRange(_ element: Int) -> Range<Int> {
        let node = nodes[element]
        guard node.kind == .string else { return 0..<0 }
        let start = Int(truncatingIfNeeded: node.payload)
        return start..<start + Int(node.count)
    }

    /// A string; nil for everything else.
    @inlinable
    public func string(_ element: Int) -> String? {
        guard nodes[element].kind == .string else { return nil }
        return String(decoding: text[textRange(element)], as: UTF8.self)
    }

    /// Members of an object, elements of an array, bytes of a string.
    @inlinable public func count(_ element: Int) -> Int { Int(nodes[element].count) }

    /// The element after this one and all that is in it.
    @inlinable
    public func next(_ element: Int) -> Int {
        let node = nodes[element]
        return node.kind.rawValue >= JSONKind.array.rawValue ? Int(truncatingIfNeeded: node.payload) : element + 1
    }

    /// Whether it is a string of these UTF-8 bytes.
    @inlinable
    public func equals(_ element: Int, _ bytes: some Collection<UInt8>) -> Bool {
        guard nodes[element].kind == .string, Int(nodes[element].count) == bytes.count else { return false }
        var at = Int(truncatingIfNeeded: nodes[element].payload)
        for byte in bytes {
            guard text[at] == byte else { return false }
            at += 1
        }
        return true
    }
}
