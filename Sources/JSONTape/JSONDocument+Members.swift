// SPDX-License-Identifier: Apache-2.0

extension JSONDocument {
    /// The members of an object, sorted by the UTF-16 units of their names; none of what is no object.
    public func members(_ element: Int) -> [(name: Int, value: Int)] {
        var found: [(name: Int, value: Int)] = []
        forEachMember(element) { found.append(($0, $1)) }
        return found
    }

    /// The elements of an array, in their order; none of what is no array.
    public func elements(_ element: Int) -> [Int] {
        var found: [Int] = []
        forEachElement(element) { found.append($0) }
        return found
    }

    /// Visits the members of an object; nothing for what is no object.
    @inlinable
    public func forEachMember(_ element: Int, _ body: (_ name: Int, _ value: Int) -> Void) {
        guard isObject(element) else { return }
        let end = next(element)
        var at = element + 1
        while at < end {
            body(at, at + 1)
            at = next(at + 1)
        }
    }

    /// Visits the elements of an array; nothing for what is no array.
    @inlinable
    public func forEachElement(_ element: Int, _ body: (Int) -> Void) {
        guard isArray(element) else { return }
        let end = next(element)
        var at = element + 1
        while at < end {
            body(at)
            at = next(at)
        }
    }

    /// The value of an object's member; nil when there is none, or it is no object.
    public func member(_ element: Int, _ name: StaticString) -> Int? {
        guard isObject(element) else { return nil }
        let (length, end) = (UInt32(name.utf8CodeUnitCount), next(element))
        var at = element + 1
        return name.withUTF8Buffer { wanted in
            while at < end {
                if nodes[at].count == length {
                    let start = Int(truncatingIfNeeded: nodes[at].payload)
                    var matched = 0
                    while matched < wanted.count, unsafe text[start + matched] == wanted[matched] { matched += 1 }
                    if matched == wanted.count { return at + 1 }
                }
                at = next(at + 1)
            }
            return nil
        }
    }

    /// Whether it is a string of this text.
    public func equals(_ element: Int, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { unsafe equals(element, $0) }
    }
}
