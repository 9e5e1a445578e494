// SPDX-License-Identifier: Apache-2.0

/// RFC 8785, except that integers up to 2^63 − 1 keep all their digits. Members are sorted already, so an element is
/// one run through nodes.
extension JSONDocument {
    /// Appends the canonical form of an element.
    public func appendCanonical(_ element: Int, to out: inout [UInt8]) {
        let node = nodes[element]
        switch node.kind {
        case .null: out.append(contentsOf: Self.null)
        case .no: out.append(contentsOf: Self.no)
        case .yes: out.append(contentsOf: Self.yes)
        case .int: CanonicalNumber.append(Int64(bitPattern: node.payload), to: &out)
        case .bigInteger, .double: CanonicalNumber.append(Double(bitPattern: node.payload), to: &out)
        case .string: appendString(node, to: &out)
        case .array:
            var (at, end) = (element + 1, next(element))
            out.append(UInt8(ascii: "["))
            while at < end {
                if at > element + 1 { out.append(UInt8(ascii: ",")) }
                appendCanonical(at, to: &out)
                at = next(at)
            }
            out.append(UInt8(ascii: "]"))
        case .object:
            var (at, end) = (element + 1, next(element))
            out.append(UInt8(ascii: "{"))
            while at < end {
                if at > element + 1 { out.append(UInt8(ascii: ",")) }
                appendString(nodes[at], to: &out)
                out.append(UInt8(ascii: ":"))
                appendCanonical(at + 1, to: &out)
                at = next(at + 1)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Appends the canonical form of an object with only those of its members whose names (elements) are asked for.
    public func appendCanonical(_ object: Int, to out: inout [UInt8], where isWanted: (_ name: Int) -> Bool) {
        let end = next(object)
        var (at, isFirst) = (object + 1, true)
        out.append(UInt8(ascii: "{"))
        while at < end {
            if isWanted(at) {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                appendString(nodes[at], to: &out)
                out.append(UInt8(ascii: ":"))
                appendCanonical(at + 1, to: &out)
            }
            at = next(at + 1)
        }
        out.append(UInt8(ascii: "}"))
    }

    private func appendString(_ node: JSONNode, to out: inout [UInt8]) {
        let start = Int(truncatingIfNeeded: node.payload)
        let isPlain = isPlain
        unsafe text.withUnsafeBufferPointer { text in
            // The document's own range, checked.
            let bytes = unsafe UnsafeBufferPointer(rebasing: text[start..<start + Int(node.count)])
            unsafe Self.appendQuoted(bytes, isPlain: isPlain, to: &out)
        }
    }

    /// Appends a text in quotes, with the escapes of RFC 8785.
    public static func appendQuoted(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { unsafe appendQuoted($0, isPlain: false, to: &out) }
    }

    private static func appendQuoted(_ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        var run = 0
        if !isPlain {
            for at in text.indices {
                let byte = unsafe text[at]
                if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
                unsafe out.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<at]))
                appendEscaped(byte, to: &out)
                run = at + 1
            }
        }
        unsafe out.append(contentsOf: UnsafeBufferPointer(rebasing: text[run...]))
        out.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ byte: UInt8, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: out.append(UInt8(ascii: "b"))
        case 0x09: out.append(UInt8(ascii: "t"))
        case 0x0a: out.append(UInt8(ascii: "n"))
        case 0x0c: out.append(UInt8(ascii: "f"))
        case 0x0d: out.append(UInt8(ascii: "r"))
        case 0..<0x20:
            let digit = byte & 15
            out.append(contentsOf: [UInt8(ascii: "u"), 48, 48, 48 + byte >> 4, digit < 10 ? 48 + digit : 87 + digit])
        default: out.append(byte)
        }
    }

    private static let null = Array("null".utf8)
    private static let no = Array("false".utf8)
    private static let yes = Array("true".utf8)
}
