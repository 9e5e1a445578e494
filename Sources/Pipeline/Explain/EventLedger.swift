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
        let number = Int32(entries.count)
        guard numbers[event.key] == nil else { return }
        numbers[event.key] = number
        entries.append(
            Entry(timeMs: event.timeMs, firstName: Int32(nameLists.count), nameCount: Int32(event.names.count))
        )
        for name in event.names {
            if let known = nameNumbers[name.hash] {
                nameLists.append(known)
                continue
            }
            nameNumbers[name.hash] = Int32(names.count)
            nameLists.append(Int32(names.count))
            names.append(Name(identifier: name, realm: event.realm))
        }
    }

    /// Strongest first.
    func names(of number: Int32) -> ArraySlice<Int32> {
        let entry = entries[Int(number)]
        return nameLists[Int(entry.firstName)..<Int(entry.firstName + entry.nameCount)]
    }

    func name(_ hash: Hash128) -> Name? { nameNumbers[hash].map { names[Int($0)] } }
}
