// SPDX-License-Identifier: Apache-2.0
public import Touchpoints

/// How a condition wants a value: the value itself, any of a list, or operators.
public indirect enum Wanted: Decodable, Sendable, Equatable {
    /// A truth value, a number or a text.
    case value(Value)
    case any([Wanted])
    case compare(Operators)

    /// All that are given must hold.
    public struct Operators: Decodable, Sendable, Equatable {
        public var gte: Double?
        public var gt: Double?
        public var lte: Double?
        public var lt: Double?
        /// Whether there is a value.
        public var exists: Bool?
        /// A regular expression, searched in a text.
        public var matches: String?

        public init(
            gte: Double? = nil,
            gt: Double? = nil,
            lte: Double? = nil,
            lt: Double? = nil,
            exists: Bool? = nil,
            matches: String? = nil
        ) {
            self.gte = gte
            self.gt = gt
            self.lte = lte
            self.lt = lt
            self.exists = exists
            self.matches = matches
        }
    }

    /// The texts that it names.
    var texts: [String] {
        switch self {
        case .value(.string(let text)): [text]
        case .any(let list): list.flatMap(\.texts)
        default: []
        }
    }

    public init(from decoder: any Decoder) throws {
        if let scalar = try? decoder.singleValueContainer(), let value = Self.scalar(scalar) {
            self = .value(value)
        } else if (try? decoder.unkeyedContainer()) != nil {
            self = .any(try [Wanted](from: decoder))
        } else {
            self = .compare(try Operators(from: decoder))
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) -> Value? {
        if let flag = try? container.decode(Bool.self) { return .bool(flag) }
        if let number = try? container.decode(Int64.self) { return .int(number) }
        if let number = try? container.decode(Double.self) { return .double(number) }
        return (try? container.decode(String.self)).map(Value.string)
    }
}

/// One name, or a list of names.
public struct Names: Decodable, Sendable, Equatable, ExpressibleByArrayLiteral {
    public var all: [String]

    public init(_ all: [String]) { self.all = all }
    public init(arrayLiteral names: String...) { all = names }

    public init(from decoder: any Decoder) throws {
        if let one = try? decoder.singleValueContainer().decode(String.self) {
            all = [one]
        } else {
            all = try [String](from: decoder)
        }
    }
}
