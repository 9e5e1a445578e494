// SPDX-License-Identifier: Apache-2.0

/// A type that is read from one scalar.
protocol ScalarValue: Decodable {
    init?(_ scalar: YAMLScalar)
    /// After “expected”.
    static var expectation: String { get }
    static var standIn: Self { get }
}

extension Bool: ScalarValue {
    init?(_ scalar: YAMLScalar) {
        guard let value = scalar.bool else { return nil }
        self = value
    }

    static var expectation: String { "true or false" }
    static var standIn: Bool { false }
}

extension String: ScalarValue {
    init?(_ scalar: YAMLScalar) {
        guard !scalar.isNull else { return nil }
        self = scalar.text
    }

    static var expectation: String { "text (in quotes, if a word like null is meant)" }
    static var standIn: String { "" }
}

extension Double: ScalarValue {
    init?(_ scalar: YAMLScalar) {
        guard let value = scalar.double else { return nil }
        self = value
    }

    static var expectation: String { "a number" }
    static var standIn: Double { 0 }
}

extension Float: ScalarValue {
    init?(_ scalar: YAMLScalar) {
        guard let value = scalar.double else { return nil }
        self = Float(value)
    }

    static var expectation: String { "a number" }
    static var standIn: Float { 0 }
}

extension ScalarValue where Self: FixedWidthInteger {
    init?(_ scalar: YAMLScalar) {
        guard let value: Self = scalar.integer() else { return nil }
        self = value
    }

    static var expectation: String { Self.bitWidth == 64 ? "an integer" : "an integer from \(Self.min) to \(Self.max)" }
    static var standIn: Self { 0 }
}

extension Int: ScalarValue {}
extension Int8: ScalarValue {}
extension Int16: ScalarValue {}
extension Int32: ScalarValue {}
extension Int64: ScalarValue {}
extension UInt: ScalarValue {}
extension UInt8: ScalarValue {}
extension UInt16: ScalarValue {}
extension UInt32: ScalarValue {}
extension UInt64: ScalarValue {}

/// A list or a dictionary: read here, so that one bad element does not hide the others.
protocol CollectionValue: Decodable {
    init()
    static func decoded(from node: YAMLNode, at path: YAMLPath, run: DecodingRun) throws -> Self
    /// The type of its elements or values.
    static var elementType: any Decodable.Type { get }
    static var hasKeys: Bool { get }
}

extension Array: CollectionValue where Element: Decodable {
    static func decoded(from node: YAMLNode, at path: YAMLPath, run: DecodingRun) throws -> [Element] {
        guard let elements = node.elements else { throw run.mismatch("expected a list", node, path) }
        return try elements.enumerated().compactMap { index, element in
            let here = path.appending(.index(index))
            return run.passedOver.contains(here) ? nil : try run.value(Element.self, of: element, at: here)
        }
    }

    static var elementType: any Decodable.Type { Element.self }
    static var hasKeys: Bool { false }
}

extension Dictionary: CollectionValue where Key == String, Value: Decodable {
    static func decoded(from node: YAMLNode, at path: YAMLPath, run: DecodingRun) throws -> [String: Value] {
        guard let entries = node.entries else { throw run.mismatch("expected a mapping", node, path) }
        var values: [String: Value] = [:]
        for entry in entries {
            let here = path.appending(.key(entry.key))
            if !run.passedOver.contains(here) {
                values[entry.key] = try run.value(Value.self, of: entry.value, at: here)
            }
        }
        return values
    }

    static var elementType: any Decodable.Type { Value.self }
    static var hasKeys: Bool { true }
}
