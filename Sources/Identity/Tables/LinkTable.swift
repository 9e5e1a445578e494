// SPDX-License-Identifier: Apache-2.0

/// Every pair of identifiers that was ever seen together, with its whole history: when it was accepted, and when and
/// why it was refused.
///
/// The histories *are* the memory of the fold: together they say which links stood at any moment, so that the past
/// can be taken up again anywhere.
struct LinkTable: Sendable {
    /// A turn in a link's history.
    struct Change: Sendable, Equatable {
        var timeMs: Int64
        var content: Int32
        var kind: Kind

        var moment: Moment { Moment(timeMs: timeMs, content: content) }
    }

    /// 0: accepted; else why it was refused.
    struct Kind: RawRepresentable, Sendable, Hashable {
        var rawValue: Int32

        static let accepted = Kind(rawValue: 0)
        static let customerFull = Kind(rawValue: 1)
        static let unlinked = Kind(rawValue: 2)
        static let hub = Kind(rawValue: 3)
        static func limit(_ namespace: Int) -> Kind { Kind(rawValue: 256 + Int32(namespace)) }

        /// The namespace whose limit was broken; nil: another reason.
        var limitedNamespace: Int? { rawValue >= 256 ? Int(rawValue - 256) : nil }
    }

    struct Link: Sendable {
        var a: Int32
        var b: Int32
        var nextAtA: Int32
        var nextAtB: Int32
        /// Companies that hold both, a chain in `sightings`.
        var firstSighting: Int32 = -1
        /// In the present component's list of standing links.
        var nextHeld: Int32 = -1
        /// The one turn, while there is no more than one; content −1: none.
        fileprivate var only = Change(timeMs: 0, content: -1, kind: .accepted)
        /// Where the history is, when it is longer.
        fileprivate var history: Int32 = -1
    }

    private(set) var links: [Link] = []
    private var histories: [[Change]] = []
    private var freeHistories: [Int32] = []
    private var firstLink: [Int32] = []
    private var degrees: [UInt8] = []
    private var index = NumberIndex()
    private var companies: [Int32] = []
    private var nextSighting: [Int32] = []

    mutating func grow(to count: Int) {
        guard firstLink.count < count else { return }
        degrees += repeatElement(0, count: count - firstLink.count)
        firstLink += repeatElement(-1, count: count - firstLink.count)
    }

    private static func hash(_ a: Int32, _ b: Int32) -> UInt64 {
        NumberIndex.mix(0, UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b)))
    }

    /// The link between two identifiers, the stronger first; nil: they were never seen together.
    func number(_ a: Int32, _ b: Int32) -> Int32? {
        index.find(Self.hash(a, b)) { links[Int($0)].a == a && links[Int($0)].b == b }
    }

    /// Files a new company under the links of its pairs.
    mutating func sight(_ names: [Int32], in company: Int32) {
        for (place, a) in names.enumerated() {
            for b in names[(place + 1)...] {
                let number = number(a, b) ?? make(a, b)
                companies.append(company)
                nextSighting.append(links[Int(number)].firstSighting)
                links[Int(number)].firstSighting = Int32(companies.count - 1)
            }
        }
    }

    private mutating func make(_ a: Int32, _ b: Int32) -> Int32 {
        let number = Int32(links.count)
        links.append(Link(a: a, b: b, nextAtA: firstLink[Int(a)], nextAtB: firstLink[Int(b)]))
        firstLink[Int(a)] = number
        firstLink[Int(b)] = number
        for node in [Int(a), Int(b)] where degrees[node] < .max { degrees[node] += 1 }
        index.insert(number, Self.hash(a, b)) { Self.hash(links[Int($0)].a, links[Int($0)].b) }
        return number
    }

    /// With how many others an identifier was ever seen, up to 255.
    func degree(_ node: Int32) -> Int { Int(degrees[Int(node)]) }

    /// The first link at an identifier; −1: none.
    func first(at node: Int32) -> Int32 { firstLink[Int(node)] }

    /// The next link at an identifier; −1: none.
    func next(_ number: Int32, at node: Int32) -> Int32 {
        let link = links[Int(number)]
        return link.a == node ? link.nextAtA : link.nextAtB
    }

    func forEachLink(at node: Int32, _ body: (Int32) -> Void) {
        var number = firstLink[Int(node)]
        while number >= 0 {
            body(number)
            number = next(number, at: node)
        }
    }

    func forEachCompany(of number: Int32, _ body: (Int32) -> Void) {
        var place = links[Int(number)].firstSighting
        while place >= 0 {
            body(companies[Int(place)])
            place = nextSighting[Int(place)]
        }
    }

    func other(_ number: Int32, than node: Int32) -> Int32 {
        let link = links[Int(number)]
        return link.a == node ? link.b : link.a
    }

    mutating func setNextHeld(_ next: Int32, of number: Int32) { links[Int(number)].nextHeld = next }

    // MARK: - Histories

    func changeCount(_ number: Int32) -> Int {
        let link = links[Int(number)]
        if link.history >= 0 { return histories[Int(link.history)].count }
        return link.only.content < 0 ? 0 : 1
    }

    func change(_ number: Int32, _ place: Int) -> Change {
        let link = links[Int(number)]
        return link.history >= 0 ? histories[Int(link.history)][place] : link.only
    }

    func lastChange(_ number: Int32) -> Change? {
        let count = changeCount(number)
        return count == 0 ? nil : change(number, count - 1)
    }

    mutating func insert(_ change: Change, into number: Int32, at place: Int) {
        let link = links[Int(number)]
        if link.history >= 0 {
            histories[Int(link.history)].insert(change, at: place)
        } else if link.only.content < 0 {
            links[Int(number)].only = change
        } else {
            var history = [link.only]
            history.insert(change, at: place)
            if let free = freeHistories.popLast() {
                histories[Int(free)] = history
                links[Int(number)].history = free
            } else {
                links[Int(number)].history = Int32(histories.count)
                histories.append(history)
            }
        }
    }

    mutating func removeChange(_ number: Int32, at place: Int) {
        let link = links[Int(number)]
        guard link.history >= 0 else {
            links[Int(number)].only.content = -1
            return
        }
        histories[Int(link.history)].remove(at: place)
        if histories[Int(link.history)].count == 1 {
            links[Int(number)].only = histories[Int(link.history)][0]
            links[Int(number)].history = -1
            histories[Int(link.history)] = []
            freeHistories.append(link.history)
        }
    }
}
