// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Who has an identifier's events: one customer, or several by time.
enum Owner: Sendable, Equatable {
    /// The customer named by an identifier's hash; −1: nobody, for it is a hub.
    case one(Int32)
    case many([OwnershipMap.Span])
}

/// Maps that differ, or once differed, from the first home: twelve bytes each for nearly all.
struct PublishedMaps: Sendable {
    private var versions: [UInt64] = []
    /// −1: nobody; −2: in `spans`.
    private var customers: [Int32] = []
    private var spans: [Int32: [OwnershipMap.Span]] = [:]

    /// Makes room for identifiers up to `count`, each its own customer.
    mutating func grow(to count: Int) {
        while customers.count < count {
            customers.append(Int32(customers.count))
            versions.append(0)
        }
    }

    func owner(_ number: Int32) -> Owner {
        guard Int(number) < customers.count else { return .one(number) }
        let customer = customers[Int(number)]
        return customer == -2 ? .many(spans[number] ?? []) : .one(customer)
    }

    /// 0: never published.
    func version(_ number: Int32) -> UInt64 { Int(number) < versions.count ? versions[Int(number)] : 0 }

    mutating func set(_ number: Int32, _ owner: Owner, _ version: UInt64) {
        grow(to: Int(number) + 1)
        versions[Int(number)] = version
        spans[number] = nil
        switch owner {
        case .one(let customer): customers[Int(number)] = customer
        case .many(let found):
            customers[Int(number)] = -2
            spans[number] = found
        }
    }

    func spans(_ number: Int32, _ identifiers: IdentifierTable) -> [OwnershipMap.Span] {
        Self.spans(owner(number), identifiers)
    }

    static func spans(_ owner: Owner, _ identifiers: IdentifierTable) -> [OwnershipMap.Span] {
        switch owner {
        case .many(let spans): spans
        case .one(let customer):
            [.init(fromMs: OwnershipMap.forever, customer: customer < 0 ? nil : identifiers.hashes[Int(customer)])]
        }
    }

    /// Maps that were read before the identifiers that they name: takes them in fewer bytes.
    mutating func compact(_ identifiers: IdentifierTable) {
        for (number, found) in spans where found.count == 1 && found[0].fromMs == OwnershipMap.forever {
            guard let customer = found[0].customer else {
                set(number, .one(-1), version(number))
                continue
            }
            guard let known = identifiers.number(of: customer) else { continue }
            set(number, .one(known), version(number))
        }
    }
}
