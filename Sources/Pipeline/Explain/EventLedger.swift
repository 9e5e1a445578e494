// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// What a simulation keeps of each event: whom it names, and when. About 50 bytes, and 4 for each name.
struct EventLedger {
    struct Entry {
        var timeMs: Int64
        var firstName: Int32
        var nameCount: Int32
    }

    /// A name that events have, by its number.
    struct Name {
        var identifier: Identifier
        var realm: String
    }

    private(set) var numbers: [Hash128: Int32] = [:]
    private(set) var entries: [Entry] = []
    private(set) var names: [Name] = []
    private var nameLists: [Int32] = []
    private var nameNumbers: [Hash128: Int32] = [:]

    /// The first of an event's copies counts.
    mutating func take(_ event: Touchpoint) {
        guard numbers[event.key] == nil else { return }
        append(event.key, event.timeMs, event.names.map { Name(identifier: $0, realm: event.realm) })
    }

    private mutating func append(_ key: Hash128, _ timeMs: Int64, _ own: [Name]) {
        numbers[key] = Int32(entries.count)
        entries.append(Entry(timeMs: timeMs, firstName: Int32(nameLists.count), nameCount: Int32(own.count)))
        for name in own {
            if let known = nameNumbers[name.identifier.hash] {
                nameLists.append(known)
                continue
            }
            nameNumbers[name.identifier.hash] = Int32(names.count)
            nameLists.append(Int32(names.count))
            names.append(name)
        }
    }

    /// The same without what names somebody at a time that is forgotten.
    func without(_ isForgotten: (_ name: Hash128, _ timeMs: Int64) -> Bool) -> EventLedger {
        var left = EventLedger()
        for (key, number) in numbers.sorted(by: { $0.value < $1.value }) {
            let timeMs = entries[Int(number)].timeMs
            let own = names(of: number).map { names[Int($0)] }
            if own.contains(where: { isForgotten($0.identifier.hash, timeMs) }) { continue }
            left.append(key, timeMs, own)
        }
        return left
    }

    /// Strongest first.
    func names(of number: Int32) -> ArraySlice<Int32> {
        let entry = entries[Int(number)]
        return nameLists[Int(entry.firstName)..<Int(entry.firstName + entry.nameCount)]
    }

    func name(_ hash: Hash128) -> Name? { nameNumbers[hash].map { names[Int($0)] } }
}
