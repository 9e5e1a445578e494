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
    /// Without these among `Facts.bits` it cannot hold.
    let needs: UInt64

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
        needs = facts.reduce(0) { $0 | $1.needs }
    }
}

/// Events that conditions count.
struct CountSlot: Sendable {
    /// By type, whether events of it are counted.
    var counts: [Bool]
    /// As far back as one looks.
    var withinMs: Int64 = 0
}

/// Conditions of which any may hold, for events of one type. A class: they are handed on with each event.
final class Conditions: Sendable {
    let all: [CompiledCondition]
    /// What each of them needs of `Facts.bits`.
    let needs: [UInt64]

    static let none = Conditions([])

    init(_ all: [CompiledCondition]) {
        self.all = all
        needs = all.map(\.needs)
    }

    var isEmpty: Bool { all.isEmpty }
}

/// Conditions of which any may hold, by type of event.
struct ConditionSet: Sendable {
    private let byType: [Conditions]

    static let none = ConditionSet(byType: [])

    init(byType: [[CompiledCondition]]) {
        self.byType = byType.allSatisfy(\.isEmpty) ? [] : byType.map { $0.isEmpty ? .none : Conditions($0) }
    }

    subscript(type: TypeInfo) -> Conditions { conditions(type.id) }

    func conditions(_ type: Int) -> Conditions { byType.isEmpty ? .none : byType[type] }

    func isEmpty(for type: Int) -> Bool { byType.isEmpty || byType[type].isEmpty }
}
