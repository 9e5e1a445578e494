// SPDX-License-Identifier: Apache-2.0
internal import Touchpoints

/// Traffic that one thing is wrong with: what it does to everybody else is measured.
enum IdentityStorm: String, CaseIterable {
    /// None: the figure to compare with.
    case calm
    /// A tablet in a shop, with a hundred thousand sign-ins.
    case tablet
    /// The same, for a namespace without `max_customers`.
    case tabletUnlimited = "tablet-unlimited"
    /// The same, every tenth sign-in an hour late.
    case tabletLate = "tablet-late"
    /// An e-mail address that fifty thousand customers gave.
    case email
    case emailUnlimited = "email-unlimited"
    /// Each e-mail is seen with the next one: a chain that would make everybody one.
    case chain
    /// The same, from its end to its beginning.
    case chainBackwards = "chain-backwards"
    /// A bug gives everybody the same cookie.
    case cookie
    case cookieUnlimited = "cookie-unlimited"
    case cookieLate = "cookie-late"

    /// A bug gives every guest the same cookie: nobody signs in, so it is no hub.
    case guests
    case guestsLate = "guests-late"

    /// The rules that it meets.
    func rules(_ shipped: IdentityRules) -> IdentityRules {
        var rules = shipped
        switch self {
        case .tabletUnlimited, .emailUnlimited, .cookieUnlimited:
            for index in rules.namespaces.indices { rules.namespaces[index].maxCustomers = nil }
        default: break
        }
        return rules
    }

    /// Its observation number `step` of `steps`, at a time.
    func observation(_ step: Int, of steps: Int, atMs timeMs: Int64) -> Observation {
        func name(_ namespace: String, _ number: Int) -> Identifier { IdentityTraffic.identifier(namespace, number) }
        let other = 1_000_000_000
        let lateMs = step % 10 == 9 ? timeMs - 3_600_000 : timeMs
        switch self {
        case .calm: return Observation(timeMs: timeMs, names: [name("user_id", other + step)])
        case .tablet, .tabletUnlimited:
            return Observation(timeMs: timeMs, names: [name("user_id", other + step), name("app_id", other)])
        case .tabletLate:
            return Observation(timeMs: lateMs, names: [name("user_id", other + step), name("app_id", other)])
        case .email, .emailUnlimited:
            return Observation(timeMs: timeMs, names: [name("user_id", other + step / 2), name("email", other)])
        case .chain:
            return Observation(
                timeMs: timeMs,
                names: [name("line_id", other + step), name("line_id", other + step + 1)]
            )
        case .chainBackwards:
            let link = steps - step
            return Observation(
                timeMs: timeMs,
                names: [name("line_id", other + link), name("line_id", other + link + 1)]
            )
        case .cookie, .cookieUnlimited, .cookieLate:
            let names = [name("user_id", other + step % 20_000), name("anonymous_id", other)]
            return Observation(timeMs: self == .cookieLate ? lateMs : timeMs, names: names)
        case .guests, .guestsLate:
            let names = [name("email", other + step), name("anonymous_id", other)]
            return Observation(timeMs: self == .guestsLate ? lateMs : timeMs, names: names)
        }
    }
}
