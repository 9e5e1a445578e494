// SPDX-License-Identifier: Apache-2.0
internal import Digests
internal import Touchpoints

/// Customers that no identifier names by itself: nobody in particular. Their ids are keyed hashes of the device's plain value and a suffix,
/// so they come with the observations (`Observation.derived`).
struct DerivedCustomers: Sendable {
    private struct Key: Hashable {
        var device: Int32
        /// When somebody signed out; nil: under `anonymous`.
        var sinceMs: Int64?
    }

    private var ids: [Key: Hash128] = [:]

    mutating func take(_ observation: Observation, rules: NamespaceTable, number: (Hash128) -> Int32?) {
        guard !observation.derived.isEmpty else { return }
        let devices = observation.names.filter { name in
            rules.number(of: name.namespace).map { rules.entries[Int($0)].isDevice } ?? false
        }
        take(
            observation.derived,
            for: devices.compactMap { number($0.hash) },
            sinceMs: observation.timeMs,
            rules: rules
        )
    }

    /// - Parameter devices: those that the observation names, in its order.
    mutating func take(_ found: [Hash128], for devices: [Int32], sinceMs: Int64, rules: NamespaceTable) {
        let sinceMs = rules.sharedDevice == .anonymous ? nil : sinceMs
        for (device, id) in zip(devices, found) { ids[Key(device: device, sinceMs: sinceMs)] = id }
    }

    /// What came with a sign-out that no map names.
    mutating func drop(_ device: Int32, sinceMs: Int64, rules: NamespaceTable) {
        if rules.sharedDevice != .anonymous { ids[Key(device: device, sinceMs: sinceMs)] = nil }
    }

    /// What came with an observation, if it came for all its devices.
    func ids(of devices: [Int32], sinceMs: Int64, rules: NamespaceTable) -> [Hash128] {
        let sinceMs = rules.sharedDevice == .anonymous ? nil : sinceMs
        let found = devices.compactMap { ids[Key(device: $0, sinceMs: sinceMs)] }
        return found.count == devices.count ? found : []
    }

    /// A device that had several owners, under `anonymous`.
    func anonymous(_ device: Int32, _ hash: Hash128) -> Hash128 {
        ids[Key(device: device, sinceMs: nil)] ?? Self.derive(hash, "#anonymous")
    }

    /// A device that somebody signed out of and nobody in to, under `reset_on_logout`.
    func waiting(_ device: Int32, _ hash: Hash128, sinceMs: Int64) -> Hash128 {
        ids[Key(device: device, sinceMs: sinceMs)] ?? Self.derive(hash, "#\(sinceMs)")
    }

    /// When the policy changed after the observations were made, only the keyed hash is known: an id is made of that.
    private static func derive(_ hash: Hash128, _ suffix: String) -> Hash128 {
        var bytes: [UInt8] = []
        hash.append(to: &bytes)
        return SHA256.hash128(bytes + Array(suffix.utf8))
    }
}
