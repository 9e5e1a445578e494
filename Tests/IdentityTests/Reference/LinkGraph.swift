// SPDX-License-Identifier: Apache-2.0
import Digests

@testable import Identity

/// Accepted links between the identifiers of one closure, and the components that they make.
///
/// Nodes are dense numbers. A component is named by one of its nodes (its *label*); its members are a ring, its links
/// a list, its counts an array beside it, so that a link costs a few array accesses and only a broken rule costs a
/// walk.
///
/// Invariant, on which the short cuts rest: **every component that has a link is allowed**. It holds when a link is
/// accepted (it was checked then), when members leave (a part of an allowed component is allowed), and nothing else
/// changes a component.
struct LinkGraph {
    struct Link {
        var a: Int32
        var b: Int32
        var priorities: Int
        var lastSeenMs: Int64
        /// When it was last accepted after not having been, and by which observation.
        var sinceMs: Int64
        var cause: Int32
        var isAccepted = true
        var next: Int32 = -1
    }

    struct Refusal {
        var timeMs: Int64
        var a: Int32
        var b: Int32
        var reason: Standing.Reason
        var cause: Int32
    }

    private struct Node {
        var label: Int32
        /// The next member of the component, in a ring.
        var next: Int32
        // Of the component, valid at its label:
        var size: Int32 = 1
        var firstLink: Int32 = -1
        var person: Int32
    }

    private let rules: NamespaceTable
    private let hashes: [Hash128]
    private let namespaces: [UInt8]
    /// For each node those that it may never be with; empty when there are none at all.
    private let barred: [[Int32]]
    private var nodes: [Node] = []
    private var counts: [Int32]
    private(set) var links: [Link] = []
    private var numbers: [UInt64: Int32] = [:]
    private(set) var refusals: [Refusal] = []

    // Room for one step, kept for the next.
    private var fresh: [Int32] = []
    private var labels: [Int32] = []

    init(rules: NamespaceTable, hashes: [Hash128], namespaces: [UInt8], barred: [[Int32]]) {
        self.rules = rules
        self.hashes = hashes
        self.namespaces = namespaces
        self.barred = barred
        counts = [Int32](repeating: 0, count: hashes.count * rules.limits.count)
        nodes.reserveCapacity(hashes.count)
        for node in hashes.indices {
            nodes.append(Node(label: Int32(node), next: Int32(node), person: -1))
            isolate(Int32(node))
        }
    }

    /// The strongest person of a node's component; -1: nobody.
    func person(with node: Int32) -> Int32 { nodes[Int(nodes[Int(node)].label)].person }

    func label(_ node: Int32) -> Int32 { nodes[Int(node)].label }

    /// Takes a sight of identifiers together: `ids` strongest first, none of them a hub or a reference.
    ///
    /// When all their links stand already, only the times of these change: the component, and with it every rule, is
    /// as before.
    mutating func see(_ ids: [Int32], timeMs: Int64, cause: Int32) {
        fresh.removeAll(keepingCapacity: true)
        for (place, a) in ids.enumerated() {
            for b in ids[(place + 1)...] { touch(a, b, timeMs, cause) }
        }
        guard !fresh.isEmpty else { return }
        labels.removeAll(keepingCapacity: true)
        for id in ids where !labels.contains(label(id)) { labels.append(label(id)) }
        if labels.count > 1 && reasonAgainst(labels) != nil {
            rebuild(ids, timeMs: timeMs, cause: cause)
        } else {
            for other in labels.dropFirst() { merge(label(labels[0]), label(other)) }
            for link in fresh { file(link) }
        }
    }

    /// Takes every link of a node away, for it is a hub; what they held together falls apart.
    mutating func cut(_ hub: Int32, timeMs: Int64, cause: Int32) {
        let (members, held) = dissolve([label(hub)])
        for member in members { isolate(member) }
        for number in held {
            let link = links[Int(number)]
            if link.a == hub || link.b == hub {
                refuse(number, .hub, timeMs: timeMs, cause: cause)
            } else {
                if label(link.a) != label(link.b) { merge(label(link.a), label(link.b)) }
                file(number)
            }
        }
    }

    private mutating func touch(_ a: Int32, _ b: Int32, _ timeMs: Int64, _ cause: Int32) {
        let key = UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
        if let number = numbers[key] {
            links[Int(number)].lastSeenMs = timeMs
            if links[Int(number)].isAccepted { return }
            links[Int(number)].isAccepted = true
            links[Int(number)].sinceMs = timeMs
            links[Int(number)].cause = cause
            fresh.append(number)
        } else {
            let number = Int32(links.count)
            numbers[key] = number
            let priorities =
                rules.entries[Int(namespaces[Int(a)])].priority + rules.entries[Int(namespaces[Int(b)])].priority
            links.append(Link(a: a, b: b, priorities: priorities, lastSeenMs: timeMs, sinceMs: timeMs, cause: cause))
            fresh.append(number)
        }
    }

    /// The components that a sight touches, from nothing: the links of this very sight first, then the stronger, then
    /// the newer, then by hash; what breaks a rule stays out.
    private mutating func rebuild(_ ids: [Int32], timeMs: Int64, cause: Int32) {
        var (members, held) = dissolve(labels)
        for member in members { isolate(member) }
        held += fresh
        let newest = Set(ids)
        let order = held.map { number in
            let link = links[Int(number)]
            return (number: number, isOld: !(newest.contains(link.a) && newest.contains(link.b)), link: link)
        }.sorted { x, y in
            if x.isOld != y.isOld { return !x.isOld }
            if x.link.priorities != y.link.priorities { return x.link.priorities < y.link.priorities }
            if x.link.lastSeenMs != y.link.lastSeenMs { return x.link.lastSeenMs > y.link.lastSeenMs }
            let (a, b) = (hashes[Int(x.link.a)], hashes[Int(y.link.a)])
            return a != b ? a < b : hashes[Int(x.link.b)] < hashes[Int(y.link.b)]
        }
        for (number, _, link) in order {
            let (a, b) = (label(link.a), label(link.b))
            if a == b {
                file(number)  // within a component that is allowed: it stays as it is
            } else if let reason = reasonAgainst([a, b]) {
                refuse(number, reason, timeMs: timeMs, cause: cause)
            } else {
                merge(a, b)
                file(number)
            }
        }
    }

    /// Why some components may not be one; nil: they may. The reasons rank: full, unlinked, the limit of the strongest
    /// namespace.
    private func reasonAgainst(_ labels: [Int32]) -> Standing.Reason? {
        if labels.reduce(0, { $0 + Int(nodes[Int($1)].size) }) > rules.maxIdentifiers { return .customerFull }
        if !barred.isEmpty && holdsBarredPair(labels) { return .unlinked }
        let width = rules.limits.count
        for (slot, limit) in rules.limits.enumerated() {
            var count = 0
            for label in labels { count += Int(counts[Int(label) * width + slot]) }
            if count > limit.most { return .limit(UInt8(limit.namespace)) }
        }
        return nil
    }

    /// Each component alone holds no barred pair, so only pairs across count.
    private func holdsBarredPair(_ labels: [Int32]) -> Bool {
        for label in labels {
            for member in members(label) {
                for other in barred[Int(member)] where nodes[Int(other)].label != label {
                    if labels.contains(nodes[Int(other)].label) { return true }
                }
            }
        }
        return false
    }
}

// MARK: - Components

extension LinkGraph {
    private func members(_ label: Int32) -> [Int32] {
        var found = [label]
        var node = nodes[Int(label)].next
        while node != label {
            found.append(node)
            node = nodes[Int(node)].next
        }
        return found
    }

    /// Members and links of components that are about to be made anew.
    private func dissolve(_ labels: [Int32]) -> (members: [Int32], links: [Int32]) {
        var found: (members: [Int32], links: [Int32]) = ([], [])
        for label in labels {
            found.members += members(label)
            var link = nodes[Int(label)].firstLink
            while link >= 0 {
                found.links.append(link)
                link = links[Int(link)].next
            }
        }
        return found
    }

    /// A component of one.
    private mutating func isolate(_ node: Int32) {
        let namespace = rules.entries[Int(namespaces[Int(node)])]
        nodes[Int(node)] = Node(label: node, next: node, person: namespace.isPerson ? node : -1)
        let width = rules.limits.count
        for slot in 0..<width { counts[Int(node) * width + slot] = slot == namespace.limitSlot ? 1 : 0 }
    }

    /// Makes two components one; the smaller takes the label of the larger.
    private mutating func merge(_ a: Int32, _ b: Int32) {
        let (into, from) = nodes[Int(a)].size >= nodes[Int(b)].size ? (a, b) : (b, a)
        var node = from
        repeat {
            nodes[Int(node)].label = into
            node = nodes[Int(node)].next
        } while node != from
        let (left, right) = (nodes[Int(into)], nodes[Int(from)])
        nodes[Int(into)].next = right.next
        nodes[Int(from)].next = left.next
        nodes[Int(into)].size = left.size + right.size
        if left.person < 0 || right.person >= 0 && hashes[Int(right.person)] < hashes[Int(left.person)] {
            nodes[Int(into)].person = right.person
        }
        let width = rules.limits.count
        for slot in 0..<width { counts[Int(into) * width + slot] += counts[Int(from) * width + slot] }
        var link = right.firstLink
        while link >= 0 {
            let next = links[Int(link)].next
            links[Int(link)].next = nodes[Int(into)].firstLink
            nodes[Int(into)].firstLink = link
            link = next
        }
    }

    /// Puts an accepted link into the list of its component.
    private mutating func file(_ number: Int32) {
        let label = Int(label(links[Int(number)].a))
        links[Int(number)].next = nodes[label].firstLink
        nodes[label].firstLink = number
    }

    private mutating func refuse(_ number: Int32, _ reason: Standing.Reason, timeMs: Int64, cause: Int32) {
        links[Int(number)].isAccepted = false
        let link = links[Int(number)]
        refusals.append(Refusal(timeMs: timeMs, a: link.a, b: link.b, reason: reason, cause: cause))
    }
}
