// SPDX-License-Identifier: Apache-2.0

/// The topics that are read: by name, or by a regular expression that begins with `^`.
public enum TopicSelection: Sendable, Hashable, Decodable, CustomStringConvertible {
    case names([String])
    /// As librdkafka understands it: POSIX extended, beginning with `^`.
    case pattern(String)

    /// Reads a list, or one text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let names: [String]
        if let list = try? container.decode([String].self) {
            names = list
        } else {
            let text = try container.decode(String.self)
            names = text.hasPrefix("^") ? [text] : text.split(separator: ",").map { String($0) }
        }
        if names.count == 1, names[0].hasPrefix("^") {
            guard (try? Regex(names[0])) != nil else {
                throw SettingError("expected a regular expression, found “\(names[0])”")
            }
            self = .pattern(names[0])
            return
        }
        guard !names.isEmpty else { throw SettingError("expected at least one topic") }
        for name in names where !TopicName.isOne(name) {
            throw SettingError(
                "expected names of topics, or one regular expression that begins with ^, found “\(name)”"
            )
        }
        self = .names(names)
    }

    /// As it is written in files, names with commas between.
    public var description: String {
        switch self {
        case .names(let names): names.joined(separator: ",")
        case .pattern(let pattern): pattern
        }
    }

    /// As `subscribe` wants it.
    public var subscription: [String] {
        switch self {
        case .names(let names): names
        case .pattern(let pattern): [pattern]
        }
    }
}

/// What Kafka takes for the name of a topic.
enum TopicName {
    static let expectation = "a topic's name (letters, digits, “.”, “_”, “-”; up to 249)"

    static func isOne(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 249 && name != "." && name != ".." && name.utf8.allSatisfy(isAllowed)
    }

    static func isPart(_ text: String) -> Bool { text.utf8.count <= 100 && text.utf8.allSatisfy(isAllowed) }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
