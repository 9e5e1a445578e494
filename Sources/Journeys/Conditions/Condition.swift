// SPDX-License-Identifier: Apache-2.0

/// What one event must be like: all fields that are given must hold. Of several conditions any.
public struct Condition: Decodable, Sendable, Equatable {
    public var type: Names?
    public var group: Names?
    /// Types left out of the group.
    public var except: Names?
    public var channel: Wanted?
    /// Properties.
    public var `where`: [String: Wanted]?
    public var facts: [String: Wanted]?
    public var count: Count?
    /// A named condition.
    public var named: String?

    /// So many events of these types in the closed window that ends with this event, itself included.
    public struct Count: Decodable, Sendable, Equatable {
        public var type: Names
        public var atLeast: Int
        public var within: Period

        private enum CodingKeys: String, CodingKey {
            case type, within
            case atLeast = "at_least"
        }

        public init(type: Names, atLeast: Int, within: Period) {
            self.type = type
            self.atLeast = atLeast
            self.within = within
        }
    }

    private enum CodingKeys: String, CodingKey {
        case type, group, except, channel, `where`, facts, count
        case named = "is"
    }

    public init(
        type: Names? = nil,
        group: Names? = nil,
        except: Names? = nil,
        channel: Wanted? = nil,
        where properties: [String: Wanted]? = nil,
        facts: [String: Wanted]? = nil,
        count: Count? = nil,
        is named: String? = nil
    ) {
        self.type = type
        self.group = group
        self.except = except
        self.channel = channel
        self.where = properties
        self.facts = facts
        self.count = count
        self.named = named
    }
}

/// Conditions that models, rules and scores refer to by name (`config/journeys/conditions.yaml`).
public struct NamedConditions: Decodable, Sendable, Equatable {
    public var conditions: [String: [Condition]]

    public init(conditions: [String: [Condition]]) { self.conditions = conditions }
}
