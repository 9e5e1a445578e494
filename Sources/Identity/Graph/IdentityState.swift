// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Everything that is known in one realm, and what follows from it: the answer for the set of inputs taken so far.
///
/// ## The definition
///
/// Observations are taken in the order `isBefore`. Each links its identifiers pairwise; when the component then breaks
/// a rule it is made anew from its links, best first, and what breaks a rule stays out (`step`). So each observation
/// is a small function: from the links that stand before it, when each of them was last seen, and which values are
/// hubs, to the links that it accepts and refuses.
///
/// ## Any order of arrival
///
/// What each observation accepted and refused is kept as the history of the links (`LinkTable`). Histories tell the
/// components at any moment, so an observation may be taken at any moment in the past. It then remains to find the
/// later observations that come out otherwise than before: `settle` goes forward in time over those that touch a
/// component which differs from before, until none does (`Pass` says how that is known).
///
/// ## Short cuts
///
/// `extend` takes an observation without looking at the past, and `renew` one after which nothing comes: they say why
/// that is exact. Hubs (`HubTable`), claims (`ClaimTable`) and the times at which links were seen (`Sights`) depend on
/// observations alone, so they need no order of arrival at all; sign-ins (`TurnTable`) follow from components and are
/// found when asked for.
struct IdentityState: Sendable {
    let rules: NamespaceTable
    var identifiers = IdentifierTable()
    var contents = ContentTable()
    var facts = FactTable()
    var derived = DerivedCustomers()
    var links = LinkTable()
    var parts: PartTable
    var hubs = HubTable()
    var claims = ClaimTable()
    var turns = TurnTable()
    var pass = Pass()
    var journal = Journal()
    /// What is older is known per link and device alone.
    var horizon = Horizon()
    /// Links that a moment accepted or refused beside those between its own names: of rebuilt and cut components.
    var wider: [Moment: WiderLinks] = [:]
    var scratch = Scratch()
    /// Changes of the links at identifiers that have very many, and from how many on.
    var timelines: [Int32: NodeTimeline] = [:]
    let crowd: Int

    /// - Parameter crowd: from how many links on their changes are kept in the order of time, 1 to 255.
    init(rules: NamespaceTable, crowd: Int = 48) {
        self.rules = rules
        self.crowd = crowd
        parts = PartTable(width: rules.limits.count)
    }

    func entry(_ node: Int32) -> NamespaceTable.Entry { rules.entries[Int(identifiers.namespaces[Int(node)])] }

    /// Makes room for identifiers that are new.
    mutating func grow() {
        let count = identifiers.count
        while parts.parts.count < count { parts.append(entry(Int32(parts.parts.count))) }
        contents.grow(to: count)
        links.grow(to: count)
        hubs.grow(to: count)
        scratch.grow(to: count)
    }

    // MARK: - The order of observations

    func isBefore(_ x: Moment, _ y: Moment) -> Bool {
        x.timeMs != y.timeMs ? x.timeMs < y.timeMs : x.content != y.content && isLess(x.content, y.content)
    }

    /// At equal times: by the hashes of the names, then by sign-out and replacement. Beyond that nothing differs in
    /// effect, and the event's own word on consent makes the order total.
    private func isLess(_ x: Int32, _ y: Int32) -> Bool {
        if x < 0 || y < 0 { return x < y }  // before everything at that time
        let (first, second) = (contents.contents[Int(x)], contents.contents[Int(y)])
        let (a, b) = (contents.names(of: first.company), contents.names(of: second.company))
        let (c, d) = (contents.references(of: x), contents.references(of: y))
        let name = { (place: Int, names: ArraySlice<Int32>, references: ArraySlice<Int32>) in
            place < names.count
                ? names[names.startIndex + place] : references[references.startIndex + place - names.count]
        }
        let (n, m) = (a.count + c.count, b.count + d.count)
        for place in 0..<min(n, m) {
            let (i, j) = (name(place, a, c), name(place, b, d))
            if i != j { return identifiers.hashes[Int(i)] < identifiers.hashes[Int(j)] }
        }
        if n != m { return n < m }
        if first.signsOut != second.signsOut { return !first.signsOut }
        if (first.new < 0) != (second.new < 0) { return first.new < 0 }
        for (i, j) in [(first.new, second.new), (first.old, second.old)] where i != j {
            // References travel in plain, and replacements are ordered by their values; hashes do where there are none.
            let (p, q) = (Array((identifiers.value(i) ?? "").utf8), Array((identifiers.value(j) ?? "").utf8))
            if p != q { return p.lexicographicallyPrecedes(q) }
            return identifiers.hashes[Int(i)] < identifiers.hashes[Int(j)]
        }
        return first.consent < second.consent
    }

    /// The first place in a company's moments that comes after one.
    func place(after moment: Moment, in sights: Sights) -> Int {
        var (low, high) = (0, sights.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(moment, sights[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Whether an observation is known: it may have moved to an earlier moment of its bucket.
    func exists(_ moment: Moment) -> Bool {
        let sights = contents.companies[Int(contents.company(of: moment.content))].sights
        let place = place(after: moment, in: sights)
        return place > 0 && sights[place - 1] == moment
    }

    // MARK: - What facts make of observations

    func isForgotten(_ moment: Moment) -> Bool {
        guard !facts.forgotten.isEmpty else { return false }
        let company = contents.company(of: moment.content)
        return facts.isForgotten(moment.timeMs, contents.names(of: company), rules)
            || facts.isForgotten(moment.timeMs, contents.references(of: moment.content), rules)
    }

    func hasConsent(_ moment: Moment) -> Bool {
        let content = contents.contents[Int(moment.content)]
        if facts.consent.isEmpty { return content.consent == 0 ? rules.consentDefault : content.consent == 2 }
        let names = contents.names(of: content.company) + contents.references(of: moment.content)
        return facts.hasConsent(moment.timeMs, content.consent, names, rules)
    }

    /// Whether an observation links at all.
    func links(_ moment: Moment) -> Bool { hasConsent(moment) && !isForgotten(moment) }

    func isHub(_ node: Int32, at moment: Moment) -> Bool {
        guard !hubs.since.isEmpty, let since = hubs.since[node] else { return false }
        return !isBefore(moment, since)
    }

    // MARK: - The histories of links

    /// The first place in a link's history that comes after a moment.
    func changePlace(_ link: Int32, after moment: Moment) -> Int {
        var (low, high) = (0, links.changeCount(link))
        while low < high {
            let middle = (low + high) / 2
            if isBefore(moment, links.change(link, middle).moment) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Whether a link stands after a moment.
    func stands(_ link: Int32, after moment: Moment) -> Bool {
        let place = changePlace(link, after: moment)
        return place > 0 && links.change(link, place - 1).kind == .accepted
    }

    /// What an observation did to a link; nil: nothing.
    func kind(of link: Int32, at moment: Moment) -> (kind: LinkTable.Kind, place: Int)? {
        let place = changePlace(link, after: moment) - 1
        guard place >= 0 else { return nil }
        let change = links.change(link, place)
        return change.moment == moment ? (change.kind, place) : nil
    }

    /// When a link was last seen, up to a moment: by an observation that links and of identifiers that are no hubs.
    /// For a link that stands this is the last sight of all since it was accepted.
    func lastSeenMs(_ link: Int32, at moment: Moment) -> Int64 {
        var latest = Int64.min
        links.forEachCompany(of: link) { company in
            let sights = contents.companies[Int(company)].sights
            var place = place(after: moment, in: sights) - 1
            while place >= 0 && sights[place].timeMs > latest {
                if links(sights[place]) {
                    latest = sights[place].timeMs
                    break
                }
                place -= 1
            }
        }
        return latest
    }

    /// The next sight of a link that may link; nil: none.
    func nextSight(_ link: Int32, after moment: Moment) -> Moment? {
        let (a, b) = (links.links[Int(link)].a, links.links[Int(link)].b)
        var next: Moment?
        links.forEachCompany(of: link) { company in
            let sights = contents.companies[Int(company)].sights
            var place = place(after: moment, in: sights)
            while place < sights.count {
                let found = sights[place]
                if let next, !isBefore(found, next) { return }
                if links(found) {
                    next = found
                    return
                }
                place += 1
            }
        }
        // Hubs never stop being hubs, so when this sight does not count, no later one does.
        return next.flatMap { isHub(a, at: $0) || isHub(b, at: $0) ? nil : $0 }
    }
}

/// Some links, at least one: nearly always no more, which takes no room of its own.
struct WiderLinks: Sendable {
    private var first: Int32
    private var rest: [Int32] = []

    /// nil: there are none.
    init?(_ links: [Int32]) {
        guard let first = links.first else { return nil }
        self.first = first
        if links.count > 1 { rest = Array(links.dropFirst()) }
    }

    var all: [Int32] { [first] + rest }
}

/// Room for walks, kept for the next.
struct Scratch: Sendable {
    private var marks: [UInt32] = []
    private var epoch: UInt32 = 0
    /// A number of its own for each identifier of a walk.
    var place: [Int32] = []

    mutating func grow(to count: Int) {
        guard marks.count < count else { return }
        marks += repeatElement(0, count: count - marks.count)
        place += repeatElement(0, count: count - place.count)
    }

    /// Begins a walk: nothing is marked.
    mutating func begin() {
        epoch &+= 1
        if epoch == 0 {
            marks = [UInt32](repeating: 0, count: marks.count)
            epoch = 1
        }
    }

    func isMarked(_ node: Int32) -> Bool { marks[Int(node)] == epoch }

    /// False: it was marked already.
    mutating func mark(_ node: Int32) -> Bool {
        guard marks[Int(node)] != epoch else { return false }
        marks[Int(node)] = epoch
        return true
    }
}
