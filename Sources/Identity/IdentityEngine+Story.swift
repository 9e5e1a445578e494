// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

extension IdentityEngine {
    /// The newest maps that name a customer in one of their spans: of identifiers, and of the references that lead to
    /// it. In the order of their identifiers' hashes; one that has always been its own customer has no map.
    ///
    /// **Complexity**: looks at every map that was ever published: for questions of people, not for events.
    public func maps(naming customer: Hash128) -> [OwnershipMap] {
        let numbers = (0..<Int32(identifierCount)).filter { number in
            published.version(number) > 0
                && published.spans(number, state.identifiers).contains { $0.customer == customer }
        }
        return numbers.map { map($0, published.owner($0), published.version($0)) }
            .sorted { $0.identifier.hash < $1.identifier.hash }
    }
}
