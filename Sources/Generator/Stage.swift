// SPDX-License-Identifier: Apache-2.0

/// Where stories are told: each puts the events of one person's visit, and what follows from it for days, into the
/// queue.
///
/// The stories are in extensions, one kind a file. All chance comes from one stream, in a fixed order, so the same
/// seed tells the same.
struct Stage {
    var chance: Chance
    var queue = PendingQueue()
    var cast: [Person]
    private var serial = 0
    private var thing = 0

    init(_ settings: TrafficSettings) {
        chance = Chance(seed: settings.seed)
        cast = (0..<settings.customers).map { Person($0, seed: settings.seed) }
    }

    /// A number that no other order, parcel, call or case has.
    mutating func newThing() -> Int {
        thing += 1
        return 100_000 + thing
    }

    /// Tells one visit of a person.
    mutating func visit(by number: Int, at timeMs: Int64) {
        switch chance.below(1000) {
        case ..<540: browse(number, at: timeMs)
        case ..<690: touch(number, at: timeMs)
        case ..<800: visitStore(number, at: timeMs)
        case ..<840: useKiosk(number, at: timeMs)
        case ..<900: seekHelp(number, at: timeMs, isAngry: chance.percent(30), order: nil)
        case ..<940: subscribe(number, at: timeMs)
        case ..<955: changeConsent(number, at: timeMs)
        case ..<985: speakUp(number, at: timeMs)
        default: readHelp(number, at: timeMs)
        }
        if chance.percent(1.5) { changeStock(at: timeMs) }
        if chance.percent(0.3) { reportCosts(at: timeMs) }
    }

    /// Puts one event into the queue.
    ///
    /// - Parameters:
    ///   - number: the person whose identifiers it shows; -1: it names nobody.
    ///   - store: of a kiosk.
    ///   - consent: the event's own word on being linked; nil: none.
    mutating func event(
        _ type: String,
        on channel: String,
        at timeMs: Int64,
        of number: Int = -1,
        _ names: Names = [],
        store: String = "",
        consent: Bool? = nil,
        properties: (inout LineWriter) -> Void = { _ in }
    ) {
        serial += 1
        let spelling = names.isDisjoint(with: [.email, .phone]) ? 0 : chance.below(6)
        let (slot, bytes) = queue.takeLine()
        var line = LineWriter(consume bytes)
        let system = Self.system(channel)
        line.object { line in
            line.key("id")
            line.string(system + "-", serial)
            line.text("type", type)
            line.text("channel", channel)
            line.time("time", timeMs, isUTC: channel == "shipping")
            line.text("source", system)
            if number >= 0 && !names.isEmpty {
                line.identifiers(names, of: cast[number], store: store, spelling: spelling)
            }
            if let consent { line.object("consent") { $0.flag("identity", consent) } }
            line.object("properties", properties)
        }
        line.bytes.append(0x0a)
        queue.add(line.bytes, slot: slot, timeMs: timeMs)
    }

    private static func system(_ channel: String) -> String {
        switch channel {
        case "app", "unboxing": "app"
        case "store": "pos"
        case "shipping": "carrier"
        case "warehouse", "inventory": "wms"
        case "email", "mail", "ads", "social": "marketing"
        case "phone", "messenger", "support": "desk"
        case "subscription": "crm"
        default: "web"
        }
    }
}
