// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// A condition without names of other conditions, for events of types that it lets through.
final class CompiledCondition: Sendable {
    struct FactTest: Sendable {
        var fact: Fact
        var test: Test
    }

    struct PropertyTest: Sendable {
        var name: String
        var property: PropertyID
        var test: Test
    }

    struct CountTest: Sendable {
        /// Whose times of events are meant.
        var slot: Int
        var atLeast: Int
        var withinMs: Int64
    }

    let facts: [FactTest]
    let properties: [PropertyTest]
    let channels: [Test]
    let counts: [CountTest]
    /// Kinds of things that a fact asked for as true lists: the condition is about those things too.
    let asks: [ThingKind]

    init(
        facts: [FactTest],
        properties: [PropertyTest],
        channels: [Test],
        counts: [CountTest],
        asks: [ThingKind]
    ) {
        self.facts = facts
        self.properties = properties
        self.channels = channels
        self.counts = counts
        self.asks = asks
    }
}

/// Events that conditions count.
struct CountSlot: Sendable {
    /// By type, whether events of it are counted.
    var counts: [Bool]
    /// As far back as one looks.
    var withinMs: Int64 = 0
}

/// Conditions of which any may hold, by type of event.
struct ConditionSet: Sendable {
    private let byType: [[CompiledCondition]]

    static let none = ConditionSet(byType: [])

    init(byType: [[CompiledCondition]]) {
        self.byType = byType.allSatisfy(\.isEmpty) ? [] : byType
    }

    subscript(type: TypeInfo) -> [CompiledCondition] { byType.isEmpty ? [] : byType[type.id] }

    func conditions(_ type: Int) -> [CompiledCondition] { byType.isEmpty ? [] : byType[type] }

    func isEmpty(for type: Int) -> Bool { byType.isEmpty || byType[type].isEmpty }
}
