// SPDX-License-Identifier: Apache-2.0
public import Digests
public import Touchpoints

extension IdentityEngine {
    /// The newest maps that name a customer in one of their spans: of identifiers, and of the references that lead to
    /// it. In the order of their identifiers' hashes; one that has always been its own customer has no map.
    ///
    /// **Complexity**: looks at every map that was ever published: for questions of people, not for events.
    public func maps(naming customer: Hash128) -> [OwnershipMap] {
        published.values.filter { map in map.spans.contains { $0.customer == customer } }
            .sorted { $0.identifier.hash < $1.identifier.hash }
    }
}
