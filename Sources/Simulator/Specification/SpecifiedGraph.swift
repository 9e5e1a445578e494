// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Accepted links between names, each with the time it was last seen.
struct SpecifiedGraph {
    private struct Link: Hashable {
        /// The stronger.
        var a: ScenarioName
        var b: ScenarioName
    }

    private let rules: IdentityRules
    private let unlinked: [(Hash128, Hash128)]
    private var seenMs: [Link: Int64] = [:]
    private var next: [ScenarioName: Set<ScenarioName>] = [:]

    init(_ rules: IdentityRules, _ unlinked: [(Hash128, Hash128)]) {
        self.rules = rules
        self.unlinked = unlinked
    }

    /// All that links lead to from a name, itself included.
    func component(_ start: ScenarioName) -> Set<ScenarioName> {
        var found: Set<ScenarioName> = [start]
        var waiting = [start]
        while let name = waiting.popLast() {
            for other in next[name] ?? [] where found.insert(other).inserted { waiting.append(other) }
        }
        return found
    }

    /// A hub links nobody.
    mutating func cut(_ name: ScenarioName) {
        for other in next[name] ?? [] { remove(Link(a: min(name, other), b: max(name, other))) }
    }

    /// Names of one event, strongest first, each with each; a component that breaks a rule is rebuilt.
    mutating func link(_ names: [ScenarioName], atMs timeMs: Int64) {
        guard names.count > 1 else { return }
        var newest: Set<Link> = []
        for (place, a) in names.enumerated() {
            for b in names[(place + 1)...] { newest.insert(Link(a: a, b: b)) }
        }
        for link in newest { add(link, timeMs) }
        let component = component(names[0])
        if !isAllowed(component) { rebuild(component, newest) }
    }

    private mutating func add(_ link: Link, _ timeMs: Int64) {
        seenMs[link] = timeMs
        next[link.a, default: []].insert(link.b)
        next[link.b, default: []].insert(link.a)
    }

    private mutating func remove(_ link: Link) {
        seenMs[link] = nil
        next[link.a]?.remove(link.b)
        next[link.b]?.remove(link.a)
    }

    private func isAllowed(_ component: Set<ScenarioName>) -> Bool {
        if component.count > rules.maxIdentifiers { return false }
        let hashes = Set(component.map(\.hash))
        if unlinked.contains(where: { hashes.contains($0.0) && hashes.contains($0.1) }) { return false }
        return Dictionary(grouping: component, by: \.namespace).allSatisfy { namespace, names in
            rules.namespace(named: namespace)?.limit.map { names.count <= $0 } ?? true
        }
    }

    /// From nothing: links of the newest event first, then the stronger, then the newer; what breaks a rule stays out.
    private mutating func rebuild(_ component: Set<ScenarioName>, _ newest: Set<Link>) {
        let links = seenMs.filter { component.contains($0.key.a) }
        for link in links.keys { remove(link) }
        let ordered = links.sorted { x, y in
            let (mine, theirs) = (newest.contains(x.key) ? 0 : 1, newest.contains(y.key) ? 0 : 1)
            let (strength, other) = (x.key.a.priority + x.key.b.priority, y.key.a.priority + y.key.b.priority)
            if (mine, strength) != (theirs, other) { return (mine, strength) < (theirs, other) }
            if x.value != y.value { return x.value > y.value }
            return (x.key.a.hash, x.key.b.hash) < (y.key.a.hash, y.key.b.hash)
        }
        for (link, timeMs) in ordered {
            add(link, timeMs)
            if !isAllowed(self.component(link.a)) { remove(link) }
        }
    }
}
