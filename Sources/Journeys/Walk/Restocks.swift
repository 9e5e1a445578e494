// SPDX-License-Identifier: Apache-2.0
internal import Digests
public import Touchpoints

/// What news about nobody comes to: where something is there again that was not, and had been known to be gone.
///
/// That depends on the news alone, so it is worked out once, not in each customer's walk. All other news changes
/// nothing for anybody.
public struct Restocks: Sendable {
    /// A product that is there again.
    public struct Entry: Sendable {
        public let place: WalkPlace
        let event: Touchpoint
        let product: Text
        let type: TypeInfo

        /// Tells copies of the news apart.
        var content: Hash128 { event.content }
    }

    private struct StockPlace: Hashable {
        var product: Text
        var location: Text?
    }

    /// By product, in the order of the walk.
    private var byProduct: [Text: [Entry]] = [:]

    public var isEmpty: Bool { byProduct.isEmpty }

    /// In the order of the walk.
    var all: [Entry] { byProduct.values.flatMap { $0 }.sorted { $0.place < $1.place } }

    /// - Parameter news: in any order and with any repetitions; of several with one key the one with the smallest
    ///   content hash counts.
    public init(_ news: [Touchpoint], _ rulebook: Rulebook) {
        let sorted = news.map { (place: rulebook.place(of: $0), event: $0) }
            .sorted { a, b in a.place != b.place ? a.place < b.place : a.event.content < b.event.content }
        var stock: [StockPlace: Number] = [:]
        var last: Hash128?
        for (place, event) in sorted where event.key != last {
            last = event.key
            let type = rulebook.types.info(of: event.type)
            guard type.kind == .stockChanged, let product = event.product else { continue }
            guard let quantity = Number(event.properties[P.quantity]) else { continue }
            let spot = StockPlace(product: product, location: event.properties[P.location].name)
            guard let was = stock.updateValue(quantity, forKey: spot), !(.int(0) < was), .int(0) < quantity else {
                continue
            }
            byProduct[product, default: []].append(Entry(place: place, event: event, product: product, type: type))
        }
    }

    /// Those that can concern somebody who has wanted these products since these places, up to a time, in order.
    func concerning(_ wanted: SortedMap<Text, WalkPlace>, untilMs: Int64) -> [Entry] {
        if byProduct.isEmpty { return [] }
        var found: [Entry] = []
        for entry in wanted { found += concerning(entry.key, since: entry.value, untilMs: untilMs) }
        if wanted.count > 1 { found.sort { $0.place < $1.place } }
        return found
    }

    func concerning(_ product: Text, since: WalkPlace, untilMs: Int64) -> ArraySlice<Entry> {
        guard let entries = byProduct[product] else { return [] }
        let first = entries.firstIndex { since < $0.place } ?? entries.endIndex
        return entries[first...].prefix { $0.place.timeMs <= untilMs }
    }

    /// The time of the first that concerns them and lies beyond a time; nil: there is none.
    func next(_ wanted: SortedMap<Text, WalkPlace>, beyondMs: Int64) -> Int64? {
        if byProduct.isEmpty { return nil }
        return wanted.compactMap { entry in
            byProduct[entry.key]?.first { $0.place.timeMs > beyondMs && entry.value < $0.place }?.place.timeMs
        }.min()
    }
}
