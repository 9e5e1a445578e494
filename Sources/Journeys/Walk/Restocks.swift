// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

/// What news about nobody comes to: where something is there again that was not, and had been known to be gone.
///
/// That depends on the news alone, so it is worked out once, not in each customer's walk, and again only where news come or
/// go. All other news changes nothing for anybody. Of each piece of news it keeps the place and whether there was any; of
/// what is there again also what alerts tell of it.
public struct Restocks: Sendable {
    /// A product that is there again.
    public struct Entry: Sendable {
        public let place: WalkPlace
        var product: Text { good.product }
        fileprivate let good: Good
        let location: Text?
        /// Tells copies of the news apart.
        let content: Hash128
        /// What alerts remember of it, for each of the broadcast rules.
        let marks: [EventMark]
    }

    /// A realm's product at a place.
    public struct Spot: Hashable, Sendable {
        public var realm: String { good.realm.string }
        public var product: String { good.product.string }
        public var location: String? { there?.string }
        fileprivate let good: Good
        fileprivate let there: Text?

        public init(realm: String, product: String, location: String?) {
            good = Good(realm: Text(realm), product: Text(product))
            there = location.map { Text($0) }
        }
    }

    /// What one realm calls a product may be something else in another.
    fileprivate struct Good: Hashable {
        let realm: Text
        let product: Text
    }

    private struct News {
        var timeMs: Int64
        var key: Hash128
        var isThere: Bool
    }

    private struct Shelf {
        /// Whether there was any after the news that are no longer kept; nil: that is not known.
        var before: Bool?
        /// In the order of the walk.
        var news: [News] = []

        /// Where news of this place are, or would be.
        func index(_ timeMs: Int64, _ key: Hash128) -> Int {
            var (low, high) = (0, news.count)
            while low < high {
                let middle = (low + high) / 2
                let isBefore = news[middle].timeMs != timeMs ? news[middle].timeMs < timeMs : news[middle].key < key
                if isBefore { low = middle + 1 } else { high = middle }
            }
            return low
        }

        func isRestock(_ index: Int) -> Bool {
            news[index].isThere && (index > 0 ? news[index - 1].isThere : before) == false
        }
    }

    private let book: Rulebook
    private var shelves: [Spot: Shelf] = [:]
    /// In the order of the walk.
    private var byGood: [Good: [Entry]] = [:]

    public var isEmpty: Bool { byGood.isEmpty }

    /// In the order of the walk.
    var all: [Entry] { byGood.values.flatMap { $0 }.sorted { $0.place < $1.place } }

    /// Of no news.
    public init(_ rulebook: Rulebook) { book = rulebook }

    /// - Parameter news: in any order and with any repetitions; of several with one key the one with the smallest
    ///   content hash counts.
    public init(_ news: [Touchpoint], _ rulebook: Rulebook) {
        self.init(rulebook)
        let sorted = news.map { (place: rulebook.place(of: $0), event: $0) }
            .sorted { a, b in a.place != b.place ? a.place < b.place : a.event.content < b.event.content }
        var last: Hash128?
        for (_, event) in sorted where event.key != last {
            last = event.key
            _ = take(event) { _, _ in event }  // Nothing comes after it, so nothing is looked for.
        }
    }

    // MARK: news come and go

    /// - Parameters:
    ///   - event: news that are not in it yet.
    ///   - find: the news of a time and key that have been taken before.
    /// - Returns: whether something is there again now, or no longer, at another time than before.
    public mutating func take(_ event: Touchpoint, find: (Int64, Hash128) throws -> Touchpoint) rethrows -> Bool {
        guard let (spot, isThere) = meaning(of: event) else { return false }
        var shelf = shelves[spot] ?? Shelf()
        shelves[spot] = nil
        let index = shelf.index(event.timeMs, event.key)
        shelf.news.insert(News(timeMs: event.timeMs, key: event.key, isThere: isThere), at: index)
        let isRestock = shelf.isRestock(index)
        if isRestock { insert(entry(event, spot)) }
        let isNextOther = try review(index + 1, of: shelf, spot, find)
        shelves[spot] = shelf
        return isRestock || isNextOther
    }

    /// News turn out to be others.
    /// - Returns: as `take`.
    public mutating func drop(_ event: Touchpoint, find: (Int64, Hash128) throws -> Touchpoint) rethrows -> Bool {
        guard let (spot, _) = meaning(of: event), var shelf = shelves[spot] else { return false }
        let index = shelf.index(event.timeMs, event.key)
        guard index < shelf.news.count, shelf.news[index].key == event.key else { return false }
        shelves[spot] = nil
        let wasRestock = remove(book.place(of: event), spot.good)
        shelf.news.remove(at: index)
        let isNextOther = try review(index, of: shelf, spot, find)
        shelves[spot] = shelf
        return wasRestock || isNextOther
    }

    /// Whether the news at an index are of something that is there again, after those before it are others.
    private mutating func review(
        _ index: Int,
        of shelf: Shelf,
        _ spot: Spot,
        _ find: (Int64, Hash128) throws -> Touchpoint
    ) rethrows -> Bool {
        guard index < shelf.news.count else { return false }
        let news = shelf.news[index]
        let place = WalkPlace(timeMs: news.timeMs, rank: rank, key: news.key)
        let isRestock = shelf.isRestock(index)
        if isRestock == isKnown(place, spot.good) { return false }
        if !isRestock { return remove(place, spot.good) }
        insert(entry(try find(news.timeMs, news.key), spot))
        return true
    }

    // MARK: what is old

    /// Where a product stood after the last news of it that are no longer kept.
    public struct Stock: Sendable {
        public var spot: Spot
        public var isThere: Bool

        public init(_ spot: Spot, isThere: Bool) {
            self.spot = spot
            self.isThere = isThere
        }
    }

    /// The oldest news are no longer kept: what they leave is where their products stood then.
    ///
    /// - Parameter old: in the order of the walk, older than all other news, and than everything that walks still take.
    public mutating func fold(away old: [Touchpoint]) -> [Stock] {
        var last: [Spot: Touchpoint] = [:]
        for event in old {
            guard let (spot, _) = meaning(of: event) else { continue }
            last[spot] = event
            _ = remove(book.place(of: event), spot.good)
        }
        var left: [Stock] = []
        for (spot, event) in last {
            guard var shelf = shelves[spot] else { continue }
            shelves[spot] = nil
            let count = shelf.index(event.timeMs, event.key) + 1
            let isThere = shelf.news[count - 1].isThere
            shelf.news.removeFirst(count)
            shelf.before = isThere
            shelves[spot] = shelf
            left.append(Stock(spot, isThere: isThere))
        }
        return left
    }

    /// Begins with what `fold(away:)` has left, before any news.
    public mutating func begin(with stock: Stock) { shelves[stock.spot] = Shelf(before: stock.isThere) }

    // MARK: what it means

    private var rank: Int { book.types.info(of: EventKind.stockChanged.rawValue).rank }

    /// Which product they are about, and whether there is any; nil: they are about something else.
    private func meaning(of event: Touchpoint) -> (Spot, isThere: Bool)? {
        guard book.types.info(of: event.type).kind == .stockChanged, let product = event.product else { return nil }
        guard let quantity = Number(event.properties[P.quantity]) else { return nil }
        let location = event.properties[P.location].name
        let spot = Spot(realm: event.realm, product: product.string, location: location?.string)
        return (spot, .int(0) < quantity)
    }

    private func entry(_ event: Touchpoint, _ spot: Spot) -> Entry {
        let step = Step(event, number: 0, in: book)
        return Entry(
            place: book.place(of: event),
            good: spot.good,
            location: spot.there,
            content: event.content,
            marks: book.broadcastRules.map { step.mark(book.rules[$0].asks, nil) }
        )
    }

    private mutating func insert(_ entry: Entry) {
        var entries = byGood.removeValue(forKey: entry.good) ?? []
        entries.insert(entry, at: entries.first(after: entry.place))
        byGood[entry.good] = entries
    }

    private func isKnown(_ place: WalkPlace, _ good: Good) -> Bool {
        guard let entries = byGood[good] else { return false }
        let index = entries.first(after: place) - 1
        return index >= 0 && entries[index].place == place
    }

    /// - Returns: whether it was there.
    private mutating func remove(_ place: WalkPlace, _ good: Good) -> Bool {
        guard var entries = byGood[good] else { return false }
        let index = entries.first(after: place) - 1
        guard index >= 0, entries[index].place == place else { return false }
        byGood[good] = nil
        entries.remove(at: index)
        if !entries.isEmpty { byGood[good] = entries }
        return true
    }

    // MARK: whom it concerns

    /// Those that can concern somebody of a realm who has wanted these products since these places, up to a time, in order.
    func concerning(_ wanted: SortedMap<Text, WalkPlace>, in realm: String, untilMs: Int64) -> [Entry] {
        if byGood.isEmpty { return [] }
        var found: [Entry] = []
        for entry in wanted { found += concerning(entry.key, in: realm, since: entry.value, untilMs: untilMs) }
        if wanted.count > 1 { found.sort { $0.place < $1.place } }
        return found
    }

    func concerning(_ product: Text, in realm: String, since: WalkPlace, untilMs: Int64) -> ArraySlice<Entry> {
        guard let entries = byGood[Good(realm: Text(realm), product: product)] else { return [] }
        return entries[entries.first(after: since)...].prefix { $0.place.timeMs <= untilMs }
    }

    /// The time of the first that concerns them and lies beyond a time; nil: there is none.
    func next(_ wanted: SortedMap<Text, WalkPlace>, in realm: String, beyondMs: Int64) -> Int64? {
        if byGood.isEmpty { return nil }
        let beyond = WalkPlace(endOfMs: beyondMs)
        return wanted.compactMap { entry in
            guard let entries = byGood[Good(realm: Text(realm), product: entry.key)] else { return nil }
            let index = entries.first(after: max(beyond, entry.value))
            return index < entries.count ? entries[index].place.timeMs : nil
        }.min()
    }
}

extension [Restocks.Entry] {
    /// The index of the first after a place.
    fileprivate func first(after place: WalkPlace) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if place < self[middle].place { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
