// SPDX-License-Identifier: Apache-2.0
package import Digests
package import Touchpoints

/// What customers did and what was said about them, and whose each event is by the specification.
package struct Scenario: Sendable {
    package enum Owner: Sendable, Equatable {
        case customer(Hash128)
        /// All its names are hubs.
        case nobody
        case forgotten
    }

    /// An event as a producer would send it.
    package struct Event: Sendable {
        var id: String
        var timeMs: Int64
        /// Strongest first, references last.
        var names: [ScenarioName]
        var signsOut = false
        /// What the event itself says; nil: nothing.
        var consent: Bool?
        var replaces: Replacement?
        /// What tells copies of one event apart: a property of it.
        var stage = 0

        package init(_ id: String, atMs timeMs: Int64, _ names: [ScenarioName]) {
            self.id = id
            self.timeMs = timeMs
            self.names = names.sorted()
        }
    }

    package struct Replacement: Sendable, Hashable {
        var new: ScenarioName
        var old: ScenarioName
    }

    /// By which it is drawn again.
    package var seed: Int
    package var rules: IdentityRules
    package var events: [Event]
    package var facts: [IdentityFact]
    /// Whose each event is.
    package var customers: [Owner]
    /// Customers in each identifier's ownership map.
    package var owners: [ScenarioName: Set<Hash128>]

    /// These events and facts, judged by the simulator's own fold.
    package init(seed: Int, _ events: [Event], _ facts: [IdentityFact] = [], rules: IdentityRules) {
        (self.seed, self.rules, self.events, self.facts) = (seed, rules, events, facts)
        (customers, owners) = ([], [:])
        (customers, owners) = specified()
    }

    /// The specification's namespaces: plain text all of them, its telephone numbers are none.
    package static func rules(earlyHubs: Bool) -> IdentityRules {
        var namespaces = IdentityRules.shipped.namespaces.filter { !$0.isReference }
        for index in namespaces.indices {
            namespaces[index].kind = .text
            if earlyHubs, ["email", "phone"].contains(namespaces[index].name) { namespaces[index].maxCustomers = 1 }
        }
        return IdentityRules(
            namespaces: namespaces + [
                .init(name: "order_id", priority: 8, isReference: true),
                .init(name: "parcel_id", priority: 9, isReference: true),
            ]
        )
    }
}

/// A namespace and a value, and what travels in their place.
package struct ScenarioName: Sendable, Hashable, Comparable {
    package var namespace: String
    package var value: String
    package var hash: Hash128
    package var priority: Int
    package var isReference: Bool

    private static let hasher = IdentifierHasher(key: "tabiji")

    package init(_ namespace: String, _ value: String, _ rules: IdentityRules) {
        let rule = rules.namespace(named: namespace)
        self.namespace = namespace
        self.value = value
        hash = Self.hash(namespace, value)
        priority = rule?.priority ?? .max
        isReference = rule?.isReference ?? false
    }

    /// A keyed hash: of a name, or with a suffix to its value of something that follows from it.
    package static func hash(_ namespace: String, _ value: String) -> Hash128 {
        hasher.identifier(realm: "default", namespace: namespace, value: value)
    }

    package var identifier: Identifier {
        Identifier(namespace: NamespaceID(namespace), hash: hash, value: isReference ? value : nil)
    }

    package static func == (a: Self, b: Self) -> Bool { a.hash == b.hash }
    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// The stronger first.
    package static func < (a: Self, b: Self) -> Bool { (a.priority, a.hash) < (b.priority, b.hash) }
}
