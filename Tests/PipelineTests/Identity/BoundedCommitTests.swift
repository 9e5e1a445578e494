// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing
import Touchpoints

@testable import Pipeline

/// One input may move any number of identifiers; one commit tells so many of them.
@Suite struct BoundedCommitTests {
    private static let orders = 40

    @Test func `what one input moves goes out in commits of a bounded size`() throws {
        let whole = try IdentityDesk(mapsMax: .max)
        try whole.take(Self.inputs)
        let bounded = try IdentityDesk(mapsMax: 5)
        try bounded.take(Self.inputs)
        #expect(whole.sizes.max() ?? 0 > Self.orders)
        #expect(bounded.sizes.max() == 5)
        #expect(bounded.owners == whole.owners)
    }

    @Test(arguments: 1...8)
    func `a crash between two of them leaves nothing untold`(commits: Int) throws {
        let whole = try IdentityDesk(mapsMax: .max)
        try whole.take(Self.inputs)
        let broken = try IdentityDesk(mapsMax: 5)
        try broken.take(Self.inputs, commitsMax: commits)
        #expect(broken.owners != whole.owners)
        try broken.restart()
        #expect(broken.owners == whole.owners)
        #expect(broken.sizes.max() == 5)
        let told = broken.sizes.count
        try broken.restart()
        #expect(broken.sizes.count == told, "the state says that all is told")
    }

    /// Somebody's orders are known by the e-mail address, until an account takes all of them.
    private static var inputs: [IdentityInput] {
        let email = Identifier(namespace: NamespaceID("email"), hash: Hash128(high: 1, low: 1))
        let account = Identifier(namespace: NamespaceID("user_id"), hash: Hash128(high: 2, low: 2))
        let orders = (0..<orders).map { number in
            let order = Identifier(namespace: NamespaceID("order_id"), hash: Hash128(high: 3, low: UInt64(number)))
            return IdentityInput.seen(Observation(timeMs: Int64(number), names: [email, order]))
        }
        return orders + [.seen(Observation(timeMs: 1_000, names: [account, email]))]
    }
}
