// SPDX-License-Identifier: Apache-2.0

/// Which of a person's identifiers an event shows.
struct Names: OptionSet, Sendable {
    let rawValue: UInt16

    static let user = Names(rawValue: 1)
    static let loyalty = Names(rawValue: 2)
    static let email = Names(rawValue: 4)
    static let phone = Names(rawValue: 8)
    static let line = Names(rawValue: 16)
    static let app = Names(rawValue: 32)
    static let cookie = Names(rawValue: 64)
    /// The household's tablet: a browser that several people use.
    static let tablet = Names(rawValue: 128)
    /// A store's screen, which everybody uses.
    static let kiosk = Names(rawValue: 256)
    /// What a broken tag sends: a blocked value beside the cookie.
    static let junk = Names(rawValue: 512)
}

/// One of the cast: who they are follows from their number, what they have done is kept.
struct Person: Sendable {
    let number: Int
    var hasAccount: Bool
    var hasApp = false
    var hasLoyalty = false
    var hasLine: Bool
    var isLineLinked = false
    var subscription: Int = 0
    /// How many times the cookies were cleared.
    var cookies = 0

    init(_ number: Int, seed: UInt64) {
        self.number = number
        let traits = Chance.mix(seed ^ Chance.mix(UInt64(number) &+ 1))
        hasAccount = traits % 100 < 45
        hasApp = traits >> 8 % 100 < 25
        hasLine = traits >> 16 % 100 < 40
        hasLoyalty = traits >> 24 % 100 < 30
        isJapanese = traits >> 32 % 100 < 70
        staysGuest = traits >> 40 % 100 < 15
        // Of five neighbours two or three share a tablet: a fifth of all sessions can be on a device of several people.
        sharesTablet = number % 5 < 3 && traits >> 48 % 100 < 80
    }

    let isJapanese: Bool
    let staysGuest: Bool
    let sharesTablet: Bool

    var household: Int { number / 5 }
}

extension LineWriter {
    /// An event's identifiers. `spelling` chooses how the phone number and the address are written.
    mutating func identifiers(_ names: Names, of person: Person, store: String, spelling: Int) {
        object("identifiers") { line in
            if names.contains(.junk) { line.text("user_id", "null") }
            if names.contains(.user) { line.text("user_id", "u", 100_000 + person.number) }
            if names.contains(.loyalty) { line.text("loyalty_id", "TB", 7_000_000 + person.number) }
            if names.contains(.email) { line.email(person, spelling) }
            if names.contains(.phone) { line.phone(person, spelling) }
            if names.contains(.line) { line.text("line_id", "U4af4980629-", person.number) }
            if names.contains(.app) { line.text("app_id", "ios-7f21-", person.number) }
            if names.contains(.cookie) { line.text("anonymous_id", "ck-\(person.cookies)-", person.number) }
            if names.contains(.tablet) { line.text("anonymous_id", "tablet-", person.household) }
            if names.contains(.kiosk) { line.text("anonymous_id", "kiosk-" + store) }
        }
    }

    private mutating func email(_ person: Person, _ spelling: Int) {
        let given = Catalogue.givenNames[person.number % Catalogue.givenNames.count]
        let family = Catalogue.families[person.number / 3 % Catalogue.families.count]
        let host = Catalogue.mailHosts[person.number % Catalogue.mailHosts.count]
        key("email")
        bytes.append(0x22)
        if spelling == 1 { raw(" ") }
        let start = bytes.count
        raw(given)
        raw(".")
        raw(family)
        digits(person.number)
        raw("@")
        raw(host)
        if spelling == 2 {
            for place in start..<bytes.count where bytes[place] > 0x60 && bytes[place] < 0x7b { bytes[place] -= 32 }
        }
        bytes.append(0x22)
    }

    /// A mobile number of Japan, as people and systems write it.
    private mutating func phone(_ person: Person, _ spelling: Int) {
        // 7,654,321 has no factor in common with 10^8, so no two people share a number.
        let number = (person.number * 7_654_321 + 12_345_678) % 100_000_000
        let (middle, last) = (number / 10_000, number % 10_000)
        let (prefix, between) =
            switch spelling {
            case 0: ("090-", "-")
            case 1: ("+81 90-", "-")
            case 2: ("090", "")
            case 3: ("+8190", "")
            case 4: ("(090) ", "-")
            default: ("０９０−", "-")
            }
        key("phone")
        bytes.append(0x22)
        raw(prefix)
        padded(middle, 4)
        raw(between)
        padded(last, 4)
        bytes.append(0x22)
    }
}
