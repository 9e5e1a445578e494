// SPDX-License-Identifier: Apache-2.0
public import Touchpoints
public struct IdentityEngine: Sendable {
    public init(rules: IdentityRules, realm: String) {}
    public mutating func apply(_ inputs: [IdentityInput]) -> IdentityChanges { IdentityChanges() }
    public mutating func load(key: [UInt8], value: [UInt8]?) throws {}
}
